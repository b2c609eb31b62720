"""What activities come to is kept, not counted"""

import sqlalchemy as sa
from alembic import op


revision = '0030'
down_revision = '0028'

LEFT = 'r.total - r.credited'
PEOPLE = "SELECT count(*) FROM attendee p WHERE p.registration_id = r.id AND p.status = 'active'"
# Of registrations that were there before.
FILL = f"""
    INSERT INTO activity_tally (activity_id, registrations, people, unnamed, expected, owed)
    SELECT r.activity_id, count(*), sum(({PEOPLE})), sum(({PEOPLE} AND p.sort_name = '')), sum({LEFT}),
           sum(CASE WHEN r.method = 'invoice' AND r.paid_at IS NULL THEN {LEFT} ELSE 0 END)
    FROM registration r WHERE r.status = 'confirmed' GROUP BY r.activity_id"""


def upgrade() -> None:
    op.create_table('activity_tally',
    sa.Column('activity_id', sa.Uuid(), nullable=False),
    sa.Column('registrations', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('unnamed', sa.Integer(), nullable=False),
    sa.Column('expected', sa.BigInteger(), nullable=False),
    sa.Column('owed', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('registrations >= 0', name=op.f('ck_activity_tally_registrations_not_negative')),
    sa.CheckConstraint('unnamed >= 0 AND unnamed <= people', name=op.f('ck_activity_tally_unnamed_within_people')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_activity_tally_activity_id_activity')),
    sa.PrimaryKeyConstraint('activity_id', name=op.f('pk_activity_tally'))
    )
    op.execute(FILL)
