"""Until when the place that somebody waits for was paid, while staff hold the codes of their company"""

import sqlalchemy as sa
from alembic import op


revision = '0044'
down_revision = '0043'


def upgrade() -> None:
    op.add_column('coverage', sa.Column('paid_until', sa.Date(), nullable=True))
