"""Sponsor levels, and what sponsors are owed"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0024'
down_revision = '0023'

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.add_column('product', sa.Column('level', sa.JSON(), server_default='{}', nullable=False))
    op.add_column('registration_line', sa.Column('sponsorship', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table('benefit',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('registration_id', sa.Uuid(), nullable=False),
    sa.Column('line_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('label_fr', TEXT, nullable=False),
    sa.Column('label_en', TEXT, nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('delivered_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('delivered_by', TEXT, nullable=False),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_benefit_registration_id_registration')),
    sa.ForeignKeyConstraint(['line_id'], ['registration_line.id'], name=op.f('fk_benefit_line_id_registration_line')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_benefit'))
    )
    op.create_index(op.f('ix_benefit_registration_id'), 'benefit', ['registration_id'])
    op.create_index(op.f('ix_benefit_line_id'), 'benefit', ['line_id'])
    owed = sa.text("delivered_at IS NULL")
    op.create_index('ix_benefit_owed', 'benefit', ['due_on'], sqlite_where=owed, postgresql_where=owed)
