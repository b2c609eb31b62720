"""An invoice covers one order or several, and orders that share one wait for each other"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0008'
down_revision = '0007'

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
    op.execute('DROP VIEW contract_invoices')
    for name, query in VIEWS.items():
        op.execute(f'CREATE VIEW {name} AS {query}')


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


def _guard(table: str) -> None:
    if op.get_bind().dialect.name == 'sqlite':
        for verb in ('UPDATE', 'DELETE'):
            op.execute(
                f'CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} '
                f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
            )
        return
    op.execute(
        f'CREATE TRIGGER {table}_never_changed BEFORE UPDATE OR DELETE ON {table} '
        'FOR EACH ROW EXECUTE FUNCTION never_changed()'
    )
    op.execute(
        f'CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} '
        'FOR EACH STATEMENT EXECUTE FUNCTION never_changed()'
    )
