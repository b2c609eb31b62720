"""A payment page asks what is owed when it is opened, which is no longer always the total of its order"""

import sqlalchemy as sa
from alembic import op


revision = '0010'
down_revision = '0009'


def upgrade() -> None:
    # Not in batch mode: SQLite adds a column in place. The release before, which may run beside this one, writes 0.
    op.add_column('checkout', sa.Column('amount', sa.BigInteger(), server_default='0', nullable=False))
    op.execute(
        'UPDATE checkout SET amount = (SELECT o.total FROM orders o WHERE o.id = checkout.order_id) WHERE amount = 0'
    )
