"""Money of a company that pays nothing yet, payments that came to nothing, and what became of both"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0011'
down_revision = '0010'

MEMOS_BEFORE = (
    "memo IN ('invoice', 'credit_note', 'payment', 'refund', 'refund_failed', 'dispute', 'dispute_fee', 'dispute_back')"
)
MEMOS = MEMOS_BEFORE.replace("'dispute_back'", "'dispute_back', 'payment_reversed', 'credit_used', 'credit_returned'")
ORDER_BEFORE, ORDER = 'order_id CHAR(32) NOT NULL', 'order_id CHAR(32)'

VIEWS = {
    'contract_payments': """
        SELECT p.id, a.order_id, p.method, p.amount, p.rounding, COALESCE(a.amount, 0) AS allocated, p.refunded,
               p.received_on, p.recorded_at, p.payment_intent, p.state, p.company_key, p.unallocated, r.reversed_on,
               r.reason AS reversal_reason
        FROM payment p LEFT JOIN allocation a ON a.payment_id = p.id LEFT JOIN reversal r ON r.payment_id = p.id""",
    'contract_credits': """
        SELECT id, 'used' AS kind, payment_id, order_id, amount, used_on AS moved_on, 'done' AS status
        FROM credit_use
        UNION ALL
        SELECT id, 'returned', payment_id, NULL, amount, returned_on, status
        FROM credit_return""",
}


def upgrade() -> None:
    """Additive. Not in batch mode: SQLite adds a column in place, and a copied table would lose its triggers."""
    for column, condition in (
        ("state VARCHAR(24) DEFAULT 'settled' NOT NULL", "state IN ('settled', 'reversed')"),
        ('unallocated BIGINT DEFAULT 0 NOT NULL', 'unallocated >= 0 AND unallocated + refunded <= amount - rounding'),
    ):
        name = column.split()[0]
        op.execute(f'ALTER TABLE payment ADD COLUMN {column} CONSTRAINT ck_payment_{name} CHECK ({condition})')
    op.add_column('payment', sa.Column('company_key', sqlmodel.sql.sqltypes.AutoString(), server_default='', nullable=False))
    # Who replaces whom is kept by this table alone: a payment is never removed.
    op.add_column('payment', sa.Column('replaces_id', sa.Uuid(), nullable=True))
    op.execute(
        "UPDATE payment SET company_key = COALESCE((SELECT MAX(b.company_key) FROM allocation a "
        "JOIN buyer b ON b.order_id = a.order_id WHERE a.payment_id = payment.id), '')"
    )
    op.create_index(op.f('ix_payment_company_key'), 'payment', ['company_key'])
    op.create_index(op.f('ix_buyer_company_key'), 'buyer', ['company_key'])
    op.create_index(op.f('ix_allocation_payment_id'), 'allocation', ['payment_id'])
    _reversals()
    _credits()
    _ledger()
    op.execute('DROP VIEW contract_payments')
    for name, query in VIEWS.items():
        op.execute(f'CREATE VIEW {name} AS {query}')


def _reversals() -> None:
    op.create_table('reversal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('payment_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.Enum('bounced', 'mistyped', name='whyreversed', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('reversed_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('fee_order_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_reversal_payment_id_payment')),
    sa.ForeignKeyConstraint(['fee_order_id'], ['orders.id'], name=op.f('fk_reversal_fee_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reversal')),
    sa.UniqueConstraint('payment_id', name=op.f('uq_reversal_payment_id'))
    )


def _credits() -> None:
    op.create_table('credit_use',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('payment_id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('used_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_credit_use_amount')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_credit_use_payment_id_payment')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_credit_use_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_use'))
    )
    op.create_table('credit_return',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('payment_id', sa.Uuid(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('rounding', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('to_pay_by_hand', 'done', 'withdrawn', name='returnstatus', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('requested_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('returned_on', sa.Date(), nullable=True),
    sa.Column('how', sa.Enum('cheque', 'transfer', 'cash', name='paidback', native_enum=False, create_constraint=True, length=24), nullable=True),
    sa.Column('reference', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_credit_return_amount')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_credit_return_payment_id_payment')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_return'))
    )
    for table in ('credit_use', 'credit_return'):
        op.create_index(op.f(f'ix_{table}_payment_id'), table, ['payment_id'])
    op.create_index(op.f('ix_credit_return_status'), 'credit_return', ['status'])


def _ledger() -> None:
    """The ledger takes memos more, and entries of no order: a company's money that pays nothing yet. SQLite can change
    neither, and the ledger must not be copied (its triggers guard it): the words of the table alone are written anew,
    as its documentation allows (lang_altertable.html, 7)."""
    connection = op.get_bind()
    if connection.dialect.name != 'sqlite':
        # Its name is whatever the migration before gave it.
        [name] = [check['name'] for check in sa.inspect(connection).get_check_constraints('ledger_entry') if 'memo' in check['sqltext']]
        op.drop_constraint(op.f(name), 'ledger_entry')
        op.create_check_constraint(op.f(name), 'ledger_entry', MEMOS)
        op.alter_column('ledger_entry', 'order_id', existing_type=sa.Uuid(), nullable=True)
        return
    version = connection.exec_driver_sql('PRAGMA schema_version').scalar()
    words = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'ledger_entry'").scalar()
    assert isinstance(words, str) and isinstance(version, int) and MEMOS_BEFORE in words and ORDER_BEFORE in words
    connection.exec_driver_sql('PRAGMA writable_schema = ON')
    connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = 'ledger_entry'",
        (words.replace(MEMOS_BEFORE, MEMOS).replace(ORDER_BEFORE, ORDER),),
    )
    connection.exec_driver_sql(f'PRAGMA schema_version = {version + 1}')
    connection.exec_driver_sql('PRAGMA writable_schema = RESET')
