"""An invoice covers one order or several, which wait for each other; notices of what nobody agreed to owe yet"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0008'
down_revision = '0007'

# What a notice said; what became of it is added.
SAID = 'id, number, series, year, sequence, issued_on, issued_at, subtotal, tps, tvq, total, body, order_id, due_on'

# `order_id` of an invoice stays what it was: its first order.
VIEWS = {
    'contract_invoices': """
        SELECT 'invoice' AS kind, i.id, i.number, i.series, i.year, i.sequence, i.order_id, i.number AS invoice_number,
               i.issued_on, i.issued_at, i.due_on, i.subtotal, i.tps, i.tvq, i.total, '' AS reason,
               (SELECT COUNT(*) FROM invoice_order x WHERE x.invoice_id = i.id) AS orders
        FROM invoice i
        UNION ALL
        SELECT 'credit_note', n.id, n.number, n.series, n.year, n.sequence, n.order_id, i.number, n.issued_on,
               n.issued_at, NULL, n.subtotal, n.tps, n.tvq, n.total, n.reason, 1
        FROM credit_note n JOIN invoice i ON i.id = n.invoice_id""",
    'contract_invoice_orders': """
        SELECT x.order_id, x.invoice_id, i.number AS invoice_number, x.subtotal, x.tps, x.tvq, x.total
        FROM invoice_order x JOIN invoice i ON i.id = x.invoice_id""",
    'contract_orders': """
        SELECT id, code, activity_key, status, closing, method, lang, ordered_on, placed_at, due_on, tax_review,
               subtotal, taxable, tps, tvq, total, credited, paid, refunding, refunded,
               total - credited - paid + refunding + refunded + disputed AS owed, disputed, amends, on_notice
        FROM orders""",
    'contract_notices': """
        SELECT n.order_id, n.number, n.series, n.year, n.sequence, n.issued_on, n.issued_at, n.due_on, n.subtotal,
               n.tps, n.tvq, n.total, n.accepted_at, n.discarded_at, i.number AS invoice_number,
               CASE WHEN o.status = 'open' THEN 'sent' WHEN o.status = 'paid' THEN 'paid'
                    WHEN x.order_id IS NULL THEN 'discarded' ELSE 'accepted' END AS state
        FROM notice n JOIN orders o ON o.id = n.order_id LEFT JOIN invoice_order x ON x.order_id = n.order_id
             LEFT JOIN invoice i ON i.id = x.invoice_id""",
}


def upgrade() -> None:
    op.create_table('invoice_order',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.Column('subtotal', sa.BigInteger(), nullable=False),
    sa.Column('tps', sa.BigInteger(), nullable=False),
    sa.Column('tvq', sa.BigInteger(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('total = subtotal + tps + tvq AND total > 0', name=op.f('ck_invoice_order_amounts')),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_invoice_order_invoice_id_invoice')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_invoice_order_order_id_orders')),
    sa.PrimaryKeyConstraint('order_id', name=op.f('pk_invoice_order'))
    )
    op.create_index(op.f('ix_invoice_order_invoice_id'), 'invoice_order', ['invoice_id'])
    op.create_table('grouped_order',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('group_id', sa.Uuid(), nullable=False),
    sa.Column('since', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('order_id', name=op.f('pk_grouped_order'))
    )
    for column in ('group_id', 'since'):
        op.create_index(op.f(f'ix_grouped_order_{column}'), 'grouped_order', [column])
    _cover()
    _guard('invoice_order')
    _add_notices()
    op.execute('DROP VIEW contract_invoices')
    op.execute('DROP VIEW contract_orders')
    for name, query in VIEWS.items():
        op.execute(f'CREATE VIEW {name} AS {query}')


def _add_notices() -> None:
    # Not in batch mode: SQLite adds a column in place, and a copied table would lose its triggers.
    op.add_column('orders', sa.Column('on_notice', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table('notice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('series', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('issued_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('subtotal', sa.BigInteger(), nullable=False),
    sa.Column('tps', sa.BigInteger(), nullable=False),
    sa.Column('tvq', sa.BigInteger(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('accepted_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('accepted_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('discarded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.CheckConstraint('total = subtotal + tps + tvq AND total > 0', name=op.f('ck_notice_amounts')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_notice_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('number', name=op.f('uq_notice_number')),
    sa.UniqueConstraint('order_id', name=op.f('uq_notice_order_id')),
    sa.UniqueConstraint('series', 'year', 'sequence', name=op.f('uq_notice_series'))
    )
    op.create_index(op.f('ix_notice_issued_on'), 'notice', ['issued_on'])
    _guard('notice', of=SAID)


def _cover() -> None:
    """Every invoice covers its first order: the database itself writes that down, since the release before, which may
    run beside this one or after it, writes only the invoice. It cannot invoice an order that is on another one."""
    op.execute(
        'INSERT INTO invoice_order (order_id, invoice_id, subtotal, tps, tvq, total) '
        'SELECT order_id, id, subtotal, tps, tvq, total FROM invoice'
    )
    first = (
        'INSERT INTO invoice_order (order_id, invoice_id, subtotal, tps, tvq, total) '
        'SELECT o.id, NEW.id, o.subtotal, o.tps, o.tvq, o.total FROM orders o WHERE o.id = NEW.order_id;'
    )
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(f'CREATE TRIGGER invoice_covers_first AFTER INSERT ON invoice BEGIN {first} END')
        return
    op.execute(
        'CREATE FUNCTION invoice_covers_first() RETURNS trigger LANGUAGE plpgsql AS '
        f'$$ BEGIN {first} RETURN NULL; END $$'
    )
    op.execute(
        'CREATE TRIGGER invoice_covers_first AFTER INSERT ON invoice FOR EACH ROW '
        'EXECUTE FUNCTION invoice_covers_first()'
    )


def _guard(table: str, of: str = '') -> None:
    """Rows are never changed (a notice: in what it said) or removed."""
    change = f'UPDATE OF {of}' if of else 'UPDATE'
    if op.get_bind().dialect.name == 'sqlite':
        for verb, act in (('update', change), ('delete', 'DELETE')):
            op.execute(
                f'CREATE TRIGGER {table}_no_{verb} BEFORE {act} ON {table} '
                f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
            )
        return
    op.execute(
        f'CREATE TRIGGER {table}_never_changed BEFORE {change} OR DELETE ON {table} '
        'FOR EACH ROW EXECUTE FUNCTION never_changed()'
    )
    op.execute(
        f'CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} '
        'FOR EACH STATEMENT EXECUTE FUNCTION never_changed()'
    )
