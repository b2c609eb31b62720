"""A company's list while it is being prepared"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0036'
down_revision = '0034'

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table('plan_list',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('plan_id', sa.Uuid(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('from_file', sa.Boolean(), nullable=False),
    sa.Column('sealed', sa.Integer(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('ignored', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('said_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.CheckConstraint('sealed >= 0', name=op.f('ck_plan_list_sealed_not_negative')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_plan_list_company_id_company')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_list_plan_id_plan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_list')),
    sa.UniqueConstraint('plan_id', 'company_id', name='uq_plan_list_company')
    )
    op.create_index(op.f('ix_plan_list_company_id'), 'plan_list', ['company_id'])
    op.create_index(op.f('ix_plan_list_said_at'), 'plan_list', ['said_at'])
    op.create_table('plan_list_row',
    sa.Column('list_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('first_name', TEXT, nullable=False),
    sa.Column('last_name', TEXT, nullable=False),
    sa.Column('email', TEXT, nullable=False),
    sa.Column('lang', TEXT, nullable=False),
    sa.Column('employer_ref', TEXT, nullable=False),
    sa.Column('choice', sa.Enum('none', 'kept', 'left_out', name='choice', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.ForeignKeyConstraint(['list_id'], ['plan_list.id'], name=op.f('fk_plan_list_row_list_id_plan_list')),
    sa.PrimaryKeyConstraint('list_id', 'number', name=op.f('pk_plan_list_row'))
    )
