"""Activities are written by their authors: scheduled, copied, their resources named, their questions retired"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0017'
down_revision = '0016'

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.add_column('activity', sa.Column('publish_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.add_column('activity', sa.Column('copied_from_id', sa.Uuid(), nullable=True))
    op.add_column('resource', sa.Column('position', sa.Integer(), server_default='0', nullable=False))
    op.add_column('resource', sa.Column('label_fr', TEXT, server_default='', nullable=False))
    op.add_column('resource', sa.Column('label_en', TEXT, server_default='', nullable=False))
    op.add_column('price', sa.Column('position', sa.Integer(), server_default='0', nullable=False))
    op.add_column('question', sa.Column('retired', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('code', sa.Column('note', TEXT, server_default='', nullable=False))
    op.create_table('former_address',
        sa.Column('lang', TEXT, nullable=False),
        sa.Column('slug', TEXT, nullable=False),
        sa.Column('activity_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_former_address_activity_id_activity')),
        sa.PrimaryKeyConstraint('lang', 'slug', name=op.f('pk_former_address')))
    op.create_index(op.f('ix_former_address_activity_id'), 'former_address', ['activity_id'])
