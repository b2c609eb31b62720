"""Employee-assistance plans: who is covered, which codes are valid, lists that wait for a fee"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0034'
down_revision = '0031'

TEXT = sqlmodel.sql.sqltypes.AutoString()
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
# No name, no address, no number of an employee; nothing of a code.
VIEW = """
    SELECT c.id, a.key AS activity_key, c.company_id, c.registration_id, c.state, c.starts_on, c.ends_on, c.free_until,
           CASE WHEN c.person_key IS NULL THEN 1 ELSE 0 END AS sealed, CASE WHEN c.email = '' THEN 0 ELSE 1 END AS by_mail,
           c.replaces_id
    FROM coverage c JOIN plan p ON p.id = c.plan_id JOIN activity a ON a.id = p.activity_id"""


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.create_table('plan',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('activity_id', sa.Uuid(), nullable=False),
    sa.Column('provider_name', TEXT, nullable=False),
    sa.Column('provider_email', TEXT, nullable=False),
    sa.Column('provider_phone', TEXT, nullable=False),
    sa.Column('entitlement_fr', TEXT, nullable=False),
    sa.Column('entitlement_en', TEXT, nullable=False),
    sa.Column('mode', words('planmode', 'fixed_period', 'twelve_months'), nullable=False),
    sa.Column('starts', sa.Date(), nullable=False),
    sa.Column('ends', sa.Date(), nullable=True),
    sa.Column('link_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(mode = 'fixed_period') = (ends IS NOT NULL)", name=op.f('ck_plan_fixed_period_ends')),
    sa.CheckConstraint('ends IS NULL OR ends >= starts', name=op.f('ck_plan_ends_after_start')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_plan_activity_id_activity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan')),
    sa.UniqueConstraint('activity_id', name=op.f('uq_plan_activity_id'))
    )
    op.create_table('coverage',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('plan_id', sa.Uuid(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('registration_id', sa.Uuid(), nullable=True),
    sa.Column('first_name', TEXT, nullable=False),
    sa.Column('last_name', TEXT, nullable=False),
    sa.Column('email', TEXT, nullable=False),
    sa.Column('lang', TEXT, nullable=False),
    sa.Column('employer_ref', TEXT, nullable=False),
    sa.Column('person_key', TEXT, nullable=True),
    sa.Column('card_number', sa.Integer(), nullable=True),
    sa.Column('state', words('coveragestate', 'listed', 'covered', 'replaced', 'ended'), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('free_until', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('letter_version', sa.Integer(), nullable=False),
    sa.Column('undelivered', sa.Boolean(), nullable=False),
    sa.Column('replaces_id', sa.Uuid(), nullable=True),
    sa.Column('said_at', MOMENT(), nullable=False),
    sa.CheckConstraint("(state = 'listed') = (starts_on IS NULL)", name=op.f('ck_coverage_covered_from_a_day')),
    sa.CheckConstraint("(state = 'listed') = (ends_on IS NULL)", name=op.f('ck_coverage_covered_to_a_day')),
    sa.CheckConstraint("state = 'listed' OR registration_id IS NOT NULL", name=op.f('ck_coverage_covered_by_a_purchase')),
    sa.CheckConstraint("free_until IS NULL OR state = 'ended'", name=op.f('ck_coverage_free_when_ended')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_coverage_company_id_company')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_coverage_plan_id_plan')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_coverage_registration_id_registration')),
    sa.ForeignKeyConstraint(['replaces_id'], ['coverage.id'], name=op.f('fk_coverage_replaces_id_coverage')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coverage')),
    sa.UniqueConstraint('plan_id', 'company_id', 'card_number', name='uq_coverage_card')
    )
    op.create_index('ix_coverage_of_company', 'coverage', ['plan_id', 'company_id'])
    op.create_index(op.f('ix_coverage_company_id'), 'coverage', ['company_id'])
    op.create_index(op.f('ix_coverage_registration_id'), 'coverage', ['registration_id'])
    op.create_index('ix_coverage_said', 'coverage', ['state', 'said_at'])
    free = sa.text('free_until IS NOT NULL')
    op.create_index('ix_coverage_free', 'coverage', ['plan_id', 'company_id', 'free_until'], sqlite_where=free, postgresql_where=free)
    stands = sa.text("state IN ('listed', 'covered')")
    op.create_index('uq_coverage_person', 'coverage', ['plan_id', 'company_id', 'person_key'], unique=True, sqlite_where=stands, postgresql_where=stands)
    op.create_table('kept_list',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('plan_id', sa.Uuid(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('contact_first', TEXT, nullable=False),
    sa.Column('contact_last', TEXT, nullable=False),
    sa.Column('contact_email', TEXT, nullable=False),
    sa.Column('contact_phone', TEXT, nullable=False),
    sa.Column('lang', TEXT, nullable=False),
    sa.Column('bill_to', sa.JSON(), nullable=False),
    sa.Column('coverages', sa.JSON(), nullable=False),
    sa.Column('said_at', MOMENT(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_kept_list_company_id_company')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_kept_list_plan_id_plan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_list')),
    sa.UniqueConstraint('plan_id', 'company_id', name='uq_kept_list_company')
    )
    op.create_index(op.f('ix_kept_list_company_id'), 'kept_list', ['company_id'])
    op.create_table('plan_hold',
    sa.Column('plan_id', sa.Uuid(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('since', MOMENT(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_plan_hold_company_id_company')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_hold_plan_id_plan')),
    sa.PrimaryKeyConstraint('plan_id', 'company_id', name=op.f('pk_plan_hold'))
    )
    # Kept by its digest alone: a hidden number of each row would say in which order codes were made.
    op.create_table('eligibility',
    sa.Column('digest', TEXT, nullable=False),
    sa.Column('plan_id', sa.Uuid(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_eligibility_plan_id_plan')),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_eligibility')),
    sqlite_with_rowid=False
    )
    op.execute(f'CREATE VIEW contract_coverages AS {VIEW}')
