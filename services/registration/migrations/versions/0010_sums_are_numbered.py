"""What billing tells of an order's sums has a number: the highest counts"""

import sqlalchemy as sa
from alembic import op


revision = '0010'
down_revision = '0009'


def upgrade() -> None:
    op.add_column('registration', sa.Column('sums_revision', sa.Integer(), server_default='0', nullable=False))
