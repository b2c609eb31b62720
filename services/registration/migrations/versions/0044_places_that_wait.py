"""Until when the place was paid that somebody has whose code staff hold; the total seen of a list kept in arrears"""

import sqlalchemy as sa
from alembic import op


revision = '0044'
down_revision = '0043'


def upgrade() -> None:
    op.add_column('coverage', sa.Column('paid_until', sa.Date(), nullable=True))
    op.add_column('kept_list', sa.Column('seen', sa.BigInteger(), nullable=True))
