"""What a month is read from: one account by day, what is not settled, payments by when they were recorded"""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'

UNSETTLED = "total - credited - paid + refunded + disputed <> 0 AND (status IN ('invoiced', 'paid') OR credited > 0)"
SETTLING = ['id', 'due_on', 'ordered_on', 'status', 'total', 'credited', 'paid', 'refunded', 'disputed']
OF_ACCOUNTS = ['account', 'day', 'memo', 'posting_id', 'order_id', 'debit', 'credit']


def upgrade() -> None:
    op.create_index('ix_ledger_entry_account_day', 'ledger_entry', OF_ACCOUNTS)
    where = sa.text(UNSETTLED)
    op.create_index('ix_orders_unsettled', 'orders', SETTLING, sqlite_where=where, postgresql_where=where)
    op.create_index(op.f('ix_payment_recorded_at'), 'payment', ['recorded_at'])
