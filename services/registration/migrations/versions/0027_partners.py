"""Organisations, and what each is to an activity"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0027'
down_revision = '0026'

TEXT = sqlmodel.sql.sqltypes.AutoString()
TIME = sqlmodel.sql.sqltypes.UTCDateTime()


def upgrade() -> None:
    op.create_table('organisation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', TEXT, nullable=False),
    sa.Column('folded', TEXT, nullable=False),
    sa.Column('website', TEXT, nullable=False),
    sa.Column('logo_id', sa.Uuid(), nullable=True),
    sa.Column('logo_approved_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['logo_id'], ['stored_file.id'], name=op.f('fk_organisation_logo_id_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('folded', name=op.f('uq_organisation_folded'))
    )
    op.create_index(op.f('ix_organisation_logo_id'), 'organisation', ['logo_id'])
    role = sa.Enum('presents', 'co_organises', 'collaborates', native_enum=False, create_constraint=True, length=24, name='partnerrole')
    op.create_table('partnership',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('activity_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('role', role, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_partnership_activity_id_activity')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_partnership_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partnership')),
    sa.UniqueConstraint('activity_id', 'organisation_id', name='uq_partnership_once')
    )
    op.create_index(op.f('ix_partnership_activity_id'), 'partnership', ['activity_id'])
    op.create_index(op.f('ix_partnership_organisation_id'), 'partnership', ['organisation_id'])
