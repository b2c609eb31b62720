"""What strangers may do is counted; how many places an activity gives on invoice at a word, and to one company"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_table('budget',
    sa.Column('bucket', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('ends_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('bucket', name=op.f('pk_budget'))
    )
    op.create_index(op.f('ix_budget_ends_at'), 'budget', ['ends_at'])
    op.create_index('ix_registration_held', 'registration', ['activity_id'],
        sqlite_where=sa.text("status = 'held'"), postgresql_where=sa.text("status = 'held'"))
    # Not in batch mode: SQLite adds a column with a default in place, and a copied table would lose its triggers.
    op.add_column('activity', sa.Column('confirm_above', sa.Integer(), nullable=False, server_default='6'))
    op.add_column('activity', sa.Column('company_places', sa.Integer(), nullable=False, server_default='200'))
