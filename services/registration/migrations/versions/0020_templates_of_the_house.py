"""Templates of the house"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0020'
down_revision = '0019'

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table('house_template',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', TEXT, nullable=False),
    sa.Column('kind', TEXT, nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_house_template')),
    sa.UniqueConstraint('name', name=op.f('uq_house_template_name'))
    )
