"""Letters that wait for their day"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0039'
down_revision = '0031'

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
