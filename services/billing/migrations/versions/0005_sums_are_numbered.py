"""What is told of an order's sums is numbered"""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    op.add_column('orders', sa.Column('revision', sa.Integer(), server_default='0', nullable=False))
