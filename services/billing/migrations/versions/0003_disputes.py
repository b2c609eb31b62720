"""Disputes of card holders: their money, and what the ledger says of it"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0003'
down_revision = '0002'

MEMOS_BEFORE = "memo IN ('invoice', 'credit_note', 'payment', 'refund', 'refund_failed')"
MEMOS = MEMOS_BEFORE.replace("'refund_failed'", "'refund_failed', 'dispute', 'dispute_fee', 'dispute_back'")


def upgrade() -> None:
    op.create_table('dispute',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('payment_id', sa.Uuid(), nullable=False),
    sa.Column('stripe_dispute', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sa.Enum('needs_response', 'under_review', 'won', 'lost', name='disputestatus', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('withdrawn', sa.BigInteger(), nullable=False),
    sa.Column('fees', sa.BigInteger(), nullable=False),
    sa.Column('movements', sa.Integer(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('opened_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('evidence_due_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('closed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.CheckConstraint('withdrawn >= 0', name=op.f('ck_dispute_withdrawn')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_dispute_order_id_orders')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_dispute_payment_id_payment')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute')),
    sa.UniqueConstraint('stripe_dispute', name=op.f('uq_dispute_stripe_dispute'))
    )
    for column in ('order_id', 'payment_id', 'status'):
        op.create_index(op.f(f'ix_dispute_{column}'), 'dispute', [column])
    # Not in batch mode: SQLite adds a column in place, and a copied table would lose its triggers.
    for table in ('orders', 'payment'):
        op.add_column(table, sa.Column('disputed', sa.BigInteger(), server_default='0', nullable=False))
    _allow_memos()


def _allow_memos() -> None:
    """The ledger takes three memos more. SQLite cannot change a check, and the ledger must not be copied (its triggers
    guard it): the words of the table alone are written anew, as its documentation allows (lang_altertable.html, 7)."""
    connection = op.get_bind()
    if connection.dialect.name != 'sqlite':
        # Its name is whatever the first migration's tool gave it.
        [name] = [check['name'] for check in sa.inspect(connection).get_check_constraints('ledger_entry') if 'memo' in check['sqltext']]
        op.drop_constraint(op.f(name), 'ledger_entry')
        op.create_check_constraint(op.f(name), 'ledger_entry', MEMOS)
        return
    version = connection.exec_driver_sql('PRAGMA schema_version').scalar()
    words = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'ledger_entry'").scalar()
    assert isinstance(words, str) and isinstance(version, int) and MEMOS_BEFORE in words
    connection.exec_driver_sql('PRAGMA writable_schema = ON')
    connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = 'ledger_entry'", (words.replace(MEMOS_BEFORE, MEMOS),)
    )
    connection.exec_driver_sql(f'PRAGMA schema_version = {version + 1}')
    connection.exec_driver_sql('PRAGMA writable_schema = RESET')
