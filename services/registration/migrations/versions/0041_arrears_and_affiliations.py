"""Since when companies owe, of invoices that were issued before it was kept; what membership includes elsewhere"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0041'
down_revision = '0039'

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.execute(
        "UPDATE company SET unpaid_due_on = (SELECT min(registration.due_on) FROM registration"
        " WHERE registration.company_id = company.id AND registration.status = 'confirmed'"
        " AND registration.method = 'invoice' AND registration.paid_at IS NULL AND registration.balance > 0)"
    )
    op.create_table('affiliation_plan',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', TEXT, nullable=False),
    sa.Column('label_fr', TEXT, nullable=False),
    sa.Column('label_en', TEXT, nullable=False),
    sa.Column('needs_consent', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_affiliation_plan')),
    sa.UniqueConstraint('key', name=op.f('uq_affiliation_plan_key'))
    )
    op.create_table('affiliation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('plan_id', sa.Uuid(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('wording', TEXT, nullable=False),
    sa.Column('taken_by', TEXT, nullable=False),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('told_on', sa.Date(), nullable=True),
    sa.Column('told_end_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_affiliation_company_id_company')),
    sa.ForeignKeyConstraint(['plan_id'], ['affiliation_plan.id'], name=op.f('fk_affiliation_plan_id_affiliation_plan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_affiliation')),
    sa.UniqueConstraint('plan_id', 'company_id', name=op.f('uq_affiliation_plan_id'))
    )
    op.create_index(op.f('ix_affiliation_company_id'), 'affiliation', ['company_id'])
