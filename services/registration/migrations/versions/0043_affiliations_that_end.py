"""Affiliations that end"""

import sqlalchemy as sa
from alembic import op


revision = '0043'
down_revision = '0041'


def upgrade() -> None:
    op.add_column('affiliation_plan', sa.Column('ended_on', sa.Date(), nullable=True))
