"""Where companies stand follows from their periods; who does what for them; the lists by which they are told apart"""

import uuid
from datetime import date

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0031'
down_revision = '0030'

TEXT = sqlmodel.sql.sqltypes.AutoString()
KINDS = ('sector', 'territory', 'category')
ROLES = ('delegate', 'hr', 'accounting', 'manager', 'employee')
# Nobody wrote down since when people did what they did.
EVER = date(2000, 1, 1)


def upgrade() -> None:
    for name in ('badge_name', 'status_reason', 'mrc', 'neq', 'address', 'postal_code', 'phone'):
        op.add_column('company', sa.Column(name, TEXT, server_default='', nullable=False))
    for name in ('status_until', 'unpaid_due_on'):
        op.add_column('company', sa.Column(name, sa.Date(), nullable=True))
    for table in ('company', 'person'):
        op.add_column(table, sa.Column('version', sa.Integer(), server_default='1', nullable=False))
    # Not in batch mode: SQLite adds a nullable column with its reference in place.
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('ALTER TABLE company ADD COLUMN merged_into_id CHAR(32) REFERENCES company (id)')
    else:
        op.add_column('company', sa.Column('merged_into_id', sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f('fk_company_merged_into_id_company'), 'company', 'company', ['merged_into_id'], ['id']
        )
    op.create_index(op.f('ix_company_merged_into_id'), 'company', ['merged_into_id'])
    for name in ('category', 'reason_left'):
        op.add_column('membership', sa.Column(name, TEXT, server_default='', nullable=False))
    op.add_column('membership', sa.Column('fee', sa.Integer(), server_default='0', nullable=False))
    for name in ('fee_due_on', 'fee_paid_on'):
        op.add_column('membership', sa.Column(name, sa.Date(), nullable=True))
    _lists()
    _roles()
    # Whoever staff had put in arrears stays there until they say otherwise.
    op.execute("UPDATE company SET status_reason = 'En retard de paiement' WHERE status = 'in_arrears'")


def _lists() -> None:
    kind = sa.Enum(*KINDS, native_enum=False, create_constraint=True, length=24, name='groupingkind')
    grouping = op.create_table('grouping',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', kind, nullable=False),
    sa.Column('key', TEXT, nullable=False),
    sa.Column('label_fr', TEXT, nullable=False),
    sa.Column('label_en', TEXT, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('starts', sa.Date(), nullable=True),
    sa.Column('ends', sa.Date(), nullable=True),
    sa.Column('replaced_by', TEXT, nullable=False),
    sa.Column('target_percent', sa.Integer(), nullable=True),
    sa.Column('votes', sa.Integer(), nullable=False),
    sa.Column('member_price', sa.Boolean(), nullable=False),
    sa.Column('in_directory', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grouping')),
    sa.UniqueConstraint('kind', 'key', name=op.f('uq_grouping_kind'))
    )
    asked = op.get_bind()
    rows = [
        dict(id=uuid.uuid4(), kind=kind, key=key, label_fr=key, label_en='', position=number, replaced_by='', votes=1,
             member_price=True, in_directory=True)
        for kind in KINDS
        for number, key in enumerate(
            asked.execute(sa.text(f"SELECT DISTINCT {kind} FROM company WHERE {kind} <> '' ORDER BY {kind}")).scalars()
        )
    ]
    if rows:
        op.bulk_insert(grouping, rows)


def _roles() -> None:
    role = sa.Enum(*ROLES, native_enum=False, create_constraint=True, length=24, name='role')
    kept = op.create_table('company_role',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('role', role, nullable=False),
    sa.Column('starts', sa.Date(), nullable=False),
    sa.Column('ends', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_company_role_company_id_company')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_company_role_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company_role')),
    sa.UniqueConstraint('person_id', 'company_id', 'role', 'starts', name=op.f('uq_company_role_person_id'))
    )
    op.create_index(op.f('ix_company_role_person_id'), 'company_role', ['person_id'])
    op.create_index('ix_company_role_company_id_ends', 'company_role', ['company_id', 'ends'])
    person = sa.table(
        'person', sa.column('id', sa.Uuid()), sa.column('company_id', sa.Uuid()), sa.column('roles', sa.JSON())
    )
    rows = [
        dict(id=uuid.uuid4(), person_id=row.id, company_id=row.company_id, role=name, starts=EVER, ends=None)
        for row in op.get_bind().execute(sa.select(person)).all()
        for name in sorted({one if one in ROLES else 'employee' for one in row.roles} or {'employee'})
    ]
    if rows:
        op.bulk_insert(kept, rows)
    op.drop_column('person', 'roles')
