"""Mailings to the people of an activity; entries that calendars move"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0021'
down_revision = '0020'

TEXT = sqlmodel.sql.sqltypes.AutoString()
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.create_table('mailing',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('activity_id', sa.Uuid(), nullable=False),
    sa.Column('occasion', words('occasion', 'written', 'postponed', 'cancelled', 'online', 'undone'), nullable=False),
    sa.Column('audience', words('audience', 'all', 'present', 'absent', 'unpaid', 'names_missing'), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=True),
    sa.Column('session_id', sa.Uuid(), nullable=True),
    sa.Column('company_id', sa.Uuid(), nullable=True),
    sa.Column('subject_fr', TEXT, nullable=False),
    sa.Column('subject_en', TEXT, nullable=False),
    sa.Column('text_fr', TEXT, nullable=False),
    sa.Column('text_en', TEXT, nullable=False),
    sa.Column('choice', sa.Boolean(), nullable=False),
    sa.Column('by_id', TEXT, nullable=False),
    sa.Column('by', TEXT, nullable=False),
    sa.Column('created_at', MOMENT(), nullable=False),
    sa.Column('confirmed_at', MOMENT(), nullable=True),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_mailing_activity_id_activity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mailing'))
    )
    op.create_index(op.f('ix_mailing_activity_id'), 'mailing', ['activity_id'])
    op.create_index(op.f('ix_mailing_created_at'), 'mailing', ['created_at'])
    op.create_table('mailing_recipient',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('mailing_id', sa.Uuid(), nullable=False),
    sa.Column('registration_id', sa.Uuid(), nullable=False),
    sa.Column('attendee_id', sa.Uuid(), nullable=True),
    sa.Column('reader_id', sa.Uuid(), nullable=False),
    sa.Column('state', words('recipientstate', 'ready', 'sent', 'skipped', 'failed'), nullable=False),
    sa.Column('why', TEXT, nullable=False),
    sa.Column('due_at', MOMENT(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['attendee_id'], ['attendee.id'], name=op.f('fk_mailing_recipient_attendee_id_attendee')),
    sa.ForeignKeyConstraint(['mailing_id'], ['mailing.id'], name=op.f('fk_mailing_recipient_mailing_id_mailing')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_mailing_recipient_registration_id_registration')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mailing_recipient')),
    sa.UniqueConstraint('mailing_id', 'reader_id', name='uq_mailing_recipient_reader')
    )
    ready = sa.text("state = 'ready'")
    op.create_index('ix_mailing_recipient_ready', 'mailing_recipient', ['due_at', 'id'], sqlite_where=ready, postgresql_where=ready)
    op.create_index(op.f('ix_mailing_recipient_registration_id'), 'mailing_recipient', ['registration_id'])
    op.create_index(op.f('ix_mailing_recipient_attendee_id'), 'mailing_recipient', ['attendee_id'])
    op.create_table('withdrawn_session',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('activity_id', sa.Uuid(), nullable=False),
    sa.Column('starts_at', MOMENT(), nullable=False),
    sa.Column('ends_at', MOMENT(), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_withdrawn_session_activity_id_activity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_withdrawn_session'))
    )
    op.create_index(op.f('ix_withdrawn_session_activity_id'), 'withdrawn_session', ['activity_id'])
    # Calendars hold entries that were numbered by the version until now: a lower number would be taken for an old one.
    op.add_column('activity', sa.Column('calendar_sequence', sa.Integer(), server_default='0', nullable=False))
    op.execute('UPDATE activity SET calendar_sequence = version')
