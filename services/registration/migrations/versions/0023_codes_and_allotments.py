"""Codes with an amount, a budget, a person; places reserved for somebody until a date"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0023'
down_revision = '0022'

TEXT = sqlmodel.sql.sqltypes.AutoString()
TIME = sqlmodel.sql.sqltypes.UTCDateTime()
# A column with its constraint is added as SQL: SQLite takes it on the column, and rewrites no table that others name.
CHECKED = (
    ('code', 'amount_off BIGINT DEFAULT 0 NOT NULL', 'ck_code_amount_alone',
     'amount_off >= 0 AND (amount_off = 0 OR (opens IS NULL AND percent_off = 0))'),
    ('code', 'set_price BIGINT', 'ck_code_set_price_alone',
     'set_price IS NULL OR (set_price >= 0 AND opens IS NULL AND percent_off = 0 AND amount_off = 0)'),
    ('code', 'spent BIGINT DEFAULT 0 NOT NULL', 'ck_code_spent_within_budget',
     'spent >= 0 AND (budget IS NULL OR spent <= budget)'),
    ('resource', 'reserved INTEGER DEFAULT 0 NOT NULL', 'ck_resource_reserved_within_capacity',
     'reserved >= 0 AND taken + reserved <= capacity'),
)
CONTRACT_RESOURCES = """
    SELECT s.id, a.key AS activity_key, s.key, s.capacity, s.taken, s.capacity - s.taken - s.reserved AS free,
        s.reserved
    FROM resource s JOIN activity a ON a.id = s.activity_id"""


def upgrade() -> None:
    for column in (
        sa.Column('per_company', sa.Integer(), nullable=True),
        sa.Column('budget', sa.BigInteger(), nullable=True),
        sa.Column('since', TIME, nullable=True),
        sa.Column('bound_first', TEXT, server_default='', nullable=False),
        sa.Column('bound_last', TEXT, server_default='', nullable=False),
        sa.Column('bound_email', TEXT, server_default='', nullable=False),
        sa.Column('bound', sa.Boolean(), server_default=sa.false(), nullable=False),
    ):
        op.add_column('code', column)
    for table, column, name, condition in CHECKED:
        op.execute(f'ALTER TABLE {table} ADD COLUMN {column} CONSTRAINT {name} CHECK ({condition})')
    op.add_column('registration_line', sa.Column('lowered_by', sa.BigInteger(), server_default='0', nullable=False))
    op.create_index(op.f('ix_registration_code_id'), 'registration', ['code_id'])
    op.execute('DROP VIEW contract_resources')
    op.execute(f'CREATE VIEW contract_resources AS {CONTRACT_RESOURCES}')
    _create_allotments()


def _create_allotments() -> None:
    op.create_table('allotment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('activity_id', sa.Uuid(), nullable=False),
    sa.Column('resource_id', sa.Uuid(), nullable=False),
    sa.Column('label', TEXT, nullable=False),
    sa.Column('code_id', sa.Uuid(), nullable=True),
    sa.Column('company_id', sa.Uuid(), nullable=True),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('release_at', TIME, nullable=True),
    sa.Column('released_at', TIME, nullable=True),
    sa.CheckConstraint('taken >= 0 AND taken <= units', name=op.f('ck_allotment_taken_within_units')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_allotment_activity_id_activity')),
    sa.ForeignKeyConstraint(['resource_id'], ['resource.id'], name=op.f('fk_allotment_resource_id_resource')),
    sa.ForeignKeyConstraint(['code_id'], ['code.id'], name=op.f('fk_allotment_code_id_code')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_allotment_company_id_company')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_allotment'))
    )
    op.create_index(op.f('ix_allotment_activity_id'), 'allotment', ['activity_id'])
    op.create_index(op.f('ix_allotment_resource_id'), 'allotment', ['resource_id'])
    op.create_index(op.f('ix_allotment_code_id'), 'allotment', ['code_id'])
    op.create_index(op.f('ix_allotment_company_id'), 'allotment', ['company_id'])
    standing = sa.text('released_at IS NULL')
    op.create_index('ix_allotment_due', 'allotment', ['release_at'], sqlite_where=standing, postgresql_where=standing)
    op.create_table('allotment_take',
    sa.Column('registration_id', sa.Uuid(), nullable=False),
    sa.Column('allotment_id', sa.Uuid(), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.CheckConstraint('units >= 0', name=op.f('ck_allotment_take_units_not_negative')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_allotment_take_registration_id_registration')),
    sa.ForeignKeyConstraint(['allotment_id'], ['allotment.id'], name=op.f('fk_allotment_take_allotment_id_allotment')),
    sa.PrimaryKeyConstraint('registration_id', 'allotment_id', name=op.f('pk_allotment_take'))
    )
    op.create_index(op.f('ix_allotment_take_allotment_id'), 'allotment_take', ['allotment_id'])
