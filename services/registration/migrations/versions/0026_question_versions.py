"""Questions have versions"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0026'
down_revision = '0025'

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.add_column('question', sa.Column('version', sa.Integer(), server_default='1', nullable=False))
    op.add_column('question', sa.Column('replaced_by', TEXT, server_default='', nullable=False))
