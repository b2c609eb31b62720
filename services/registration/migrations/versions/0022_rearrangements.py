"""Activities postponed, cancelled, moved online"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0022'
down_revision = '0021'

TEXT = sqlmodel.sql.sqltypes.AutoString()
TIME = sqlmodel.sql.sqltypes.UTCDateTime()


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.add_column('activity', sa.Column('moved_at', TIME, nullable=True))
    op.create_table('rearrangement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('activity_id', sa.Uuid(), nullable=False),
    sa.Column('kind', one_of('kind', 'postpone', 'cancel', 'online'), nullable=False),
    sa.Column('reason', TEXT, nullable=False),
    sa.Column('default', one_of('answer', 'keep', 'credit', 'refund'), nullable=False),
    sa.Column('decide_by', sa.Date(), nullable=True),
    sa.Column('decide_until', TIME, nullable=True),
    sa.Column('before', TEXT, nullable=False),
    sa.Column('after', TEXT, nullable=False),
    sa.Column('mailing_id', sa.Uuid(), nullable=True),
    sa.Column('by_id', TEXT, nullable=False),
    sa.Column('by', TEXT, nullable=False),
    sa.Column('created_at', TIME, nullable=False),
    sa.Column('undone_at', TIME, nullable=True),
    sa.Column('undone_by', TEXT, nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_rearrangement_activity_id_activity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rearrangement'))
    )
    op.create_index(op.f('ix_rearrangement_activity_id'), 'rearrangement', ['activity_id'])
    op.create_index(op.f('ix_rearrangement_created_at'), 'rearrangement', ['created_at'])
    op.create_table('rearrangement_choice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('rearrangement_id', sa.Uuid(), nullable=False),
    sa.Column('registration_id', sa.Uuid(), nullable=False),
    sa.Column('state', one_of('choicestate', 'asked', 'ready', 'done', 'refused', 'replaced'), nullable=False),
    sa.Column('answer', one_of('answer', 'keep', 'credit', 'refund'), nullable=True),
    sa.Column('answered_at', TIME, nullable=True),
    sa.Column('answered_by', TEXT, nullable=False),
    sa.Column('why', TEXT, nullable=False),
    sa.Column('replaced_by_id', sa.Uuid(), nullable=True),
    sa.Column('due_at', TIME, nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['rearrangement_id'], ['rearrangement.id'], name=op.f('fk_rearrangement_choice_rearrangement_id_rearrangement')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_rearrangement_choice_registration_id_registration')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rearrangement_choice')),
    sa.UniqueConstraint('rearrangement_id', 'registration_id', name=op.f('uq_rearrangement_choice_rearrangement_id'))
    )
    ready = sa.text("state = 'ready'")
    op.create_index('ix_rearrangement_choice_ready', 'rearrangement_choice', ['due_at', 'id'], sqlite_where=ready, postgresql_where=ready)
    op.create_index(op.f('ix_rearrangement_choice_registration_id'), 'rearrangement_choice', ['registration_id'])
