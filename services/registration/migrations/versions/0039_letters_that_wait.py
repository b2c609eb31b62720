"""Letters that wait for their day; what a membership costs, and companies asked to renew"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0039'
down_revision = '0037'

TAX_CLASSES = ('taxable', 'exempt', 'zero_rated', 'out_of_scope')
TEXT = sqlmodel.sql.sqltypes.AutoString()
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.create_table('planned',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('rule', TEXT, nullable=False),
    sa.Column('entity_id', sa.Uuid(), nullable=False),
    sa.Column('occurrence', TEXT, nullable=False),
    sa.Column('wanted_at', MOMENT(), nullable=False),
    sa.Column('state', words('plannedstate', 'planned', 'sent', 'skipped'), nullable=False),
    sa.Column('reason', TEXT, nullable=False),
    sa.Column('settled_at', MOMENT(), nullable=True),
    sa.Column('due_at', MOMENT(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'planned') = (settled_at IS NULL)", name=op.f('ck_planned_settled_says_when')),
    sa.CheckConstraint("(state = 'skipped') = (reason <> '')", name=op.f('ck_planned_skipped_says_why')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_planned')),
    sa.UniqueConstraint('rule', 'entity_id', 'occurrence', name='uq_planned_once')
    )
    waits = sa.text("state = 'planned'")
    op.create_index('ix_planned_waits', 'planned', ['wanted_at', 'id'], sqlite_where=waits, postgresql_where=waits)
    _fees()


def _fees() -> None:
    op.create_table('fee_scale',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('starts_month', sa.Integer(), nullable=False),
    sa.Column('starts_day', sa.Integer(), nullable=False),
    sa.Column('due_days', sa.Integer(), nullable=False),
    sa.Column('steps', sa.JSON(), nullable=False),
    sa.Column('tax_class', words('taxclass', *TAX_CLASSES), nullable=False),
    sa.Column('tax_to_confirm', sa.Boolean(), nullable=False),
    sa.Column('gl_account', TEXT, nullable=False),
    sa.Column('reminder_days', sa.JSON(), nullable=False),
    sa.Column('automatic', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fee_scale'))
    )
    op.create_table('renewal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('period_id', sa.Uuid(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('code', TEXT, nullable=False),
    sa.Column('state', words('renewalstate', 'proposed', 'accepted', 'declined', 'lapsed'), nullable=False),
    sa.Column('starts', sa.Date(), nullable=False),
    sa.Column('ends', sa.Date(), nullable=False),
    sa.Column('answer_by', sa.Date(), nullable=False),
    sa.Column('category', TEXT, nullable=False),
    sa.Column('employees', sa.Integer(), nullable=False),
    sa.Column('fee', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('fee_due_on', sa.Date(), nullable=False),
    sa.Column('tax_class', words('taxclass', *TAX_CLASSES), nullable=False),
    sa.Column('gl_account', TEXT, nullable=False),
    sa.Column('ordered_on', sa.Date(), nullable=False),
    sa.Column('number', TEXT, nullable=False),
    sa.Column('sent_at', MOMENT(), nullable=True),
    sa.Column('times_sent', sa.Integer(), nullable=False),
    sa.Column('invoice_number', TEXT, nullable=False),
    sa.Column('invoice_due_on', sa.Date(), nullable=True),
    sa.Column('invoice_told_at', MOMENT(), nullable=True),
    sa.Column('agreed_at', MOMENT(), nullable=True),
    sa.Column('declined_at', MOMENT(), nullable=True),
    sa.Column('declined_why', TEXT, nullable=False),
    sa.Column('link_version', sa.Integer(), nullable=False),
    sa.Column('due_at', MOMENT(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.CheckConstraint('ends > starts AND fee > 0 AND total >= fee', name=op.f('ck_renewal_period_and_fee')),
    sa.CheckConstraint("(number = '') = (sent_at IS NULL)", name=op.f('ck_renewal_sent_with_its_number')),
    sa.CheckConstraint("(state = 'accepted') = (agreed_at IS NOT NULL)", name=op.f('ck_renewal_agreed_says_when')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_renewal_company_id_company')),
    sa.ForeignKeyConstraint(['period_id'], ['membership.id'], name=op.f('fk_renewal_period_id_membership')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_renewal')),
    sa.UniqueConstraint('code', name=op.f('uq_renewal_code')),
    sa.UniqueConstraint('period_id', name=op.f('uq_renewal_period_id'))
    )
    op.create_index(op.f('ix_renewal_company_id'), 'renewal', ['company_id'])
    proposed, untold = sa.text("state = 'proposed'"), sa.text("invoice_number <> '' AND invoice_told_at IS NULL")
    op.create_index('ix_renewal_open', 'renewal', ['due_at', 'id'], sqlite_where=proposed, postgresql_where=proposed)
    op.create_index('ix_renewal_untold', 'renewal', ['due_at', 'id'], sqlite_where=untold, postgresql_where=untold)
