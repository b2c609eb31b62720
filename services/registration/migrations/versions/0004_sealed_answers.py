"""Answers with a day of their own are sealed, under a key for each activity and day"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_table('answer_key',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('activity_id', sa.Uuid(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('waits_for', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_answer_key_activity_id_activity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_key')),
    sa.UniqueConstraint('activity_id', 'days', name='uq_answer_key_activity_days')
    )
    # Not in batch mode: SQLite adds a nullable column with its reference in place.
    key = sa.Column('key_id', sa.Uuid(), nullable=True)
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('ALTER TABLE answer ADD COLUMN key_id CHAR(32) REFERENCES answer_key (id)')
    else:
        op.add_column('answer', key)
        op.create_foreign_key(op.f('fk_answer_key_id_answer_key'), 'answer', 'answer_key', ['key_id'], ['id'])
    op.create_index(op.f('ix_answer_key_id'), 'answer', ['key_id'])
