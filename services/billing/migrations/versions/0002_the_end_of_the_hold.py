"""The end of the hold behind an order"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    # Not in batch mode: SQLite adds a nullable column in place, and a copied table would lose its triggers.
    op.add_column('orders', sa.Column('hold_until', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
