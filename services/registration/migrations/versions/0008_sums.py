"""What billing tells of an order's sums is remembered: what was received, and what is to pay now"""

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'


def upgrade() -> None:
    for name in ('received', 'balance'):
        op.add_column('registration', sa.Column(name, sa.BigInteger(), server_default='0', nullable=False))
    # As far as this service knows; billing's next word about an order replaces it.
    op.execute("UPDATE registration SET received = total WHERE paid_at IS NOT NULL")
    op.execute("""
        UPDATE registration SET balance = total - credited
        WHERE paid_at IS NULL AND status IN ('held', 'confirmed', 'cancelled')
    """)
