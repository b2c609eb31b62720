"""Acts on many registrations at once"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0018'
down_revision = '0017'

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table('batch',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('activity_id', sa.Uuid(), nullable=False),
    sa.Column('act', sa.Enum('resend', 'cancel', 'addresses', name='act', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('by_id', TEXT, nullable=False),
    sa.Column('by', TEXT, nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('confirmed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('keep_percent', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_batch_activity_id_activity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch'))
    )
    op.create_index(op.f('ix_batch_activity_id'), 'batch', ['activity_id'])
    op.create_index(op.f('ix_batch_created_at'), 'batch', ['created_at'])
    op.create_table('batch_item',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('batch_id', sa.Uuid(), nullable=False),
    sa.Column('registration_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('chosen', 'ready', 'done', 'refused', name='itemstate', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('why', TEXT, nullable=False),
    sa.Column('due_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_batch_item_batch_id_batch')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_batch_item_registration_id_registration')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch_item')),
    sa.UniqueConstraint('batch_id', 'registration_id', name=op.f('uq_batch_item_batch_id'))
    )
    ready = sa.text("state = 'ready'")
    op.create_index('ix_batch_item_ready', 'batch_item', ['due_at', 'id'], sqlite_where=ready, postgresql_where=ready)
    op.create_index(op.f('ix_batch_item_registration_id'), 'batch_item', ['registration_id'])
