"""An add-on is for somebody: those sold before are shared out in order, one each and round again"""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    op.create_table('add_on_share',
    sa.Column('line_id', sa.Uuid(), nullable=False),
    sa.Column('attendee_id', sa.Uuid(), nullable=False),
    sa.Column('registration_id', sa.Uuid(), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.CheckConstraint('units > 0', name=op.f('ck_add_on_share_units_positive')),
    sa.ForeignKeyConstraint(['attendee_id'], ['attendee.id'], name=op.f('fk_add_on_share_attendee_id_attendee')),
    sa.ForeignKeyConstraint(
        ['line_id'], ['registration_line.id'], name=op.f('fk_add_on_share_line_id_registration_line')
    ),
    sa.ForeignKeyConstraint(
        ['registration_id'], ['registration.id'], name=op.f('fk_add_on_share_registration_id_registration')
    ),
    sa.PrimaryKeyConstraint('line_id', 'attendee_id', name=op.f('pk_add_on_share'))
    )
    op.create_index(op.f('ix_add_on_share_attendee_id'), 'add_on_share', ['attendee_id'])
    op.create_index(op.f('ix_add_on_share_registration_id'), 'add_on_share', ['registration_id'])
    # In one statement, whatever there is: among the people who still come (of a registration that is over: all of
    # them), the n-th has one unit for each round that reaches the n-th.
    op.execute("""
        INSERT INTO add_on_share (line_id, attendee_id, registration_id, units)
        SELECT line.id, person.id, line.registration_id,
               (line.units - person.number) / person.people + 1
        FROM (
            SELECT l.id, l.registration_id,
                   CASE WHEN r.status = 'cancelled' THEN l.quantity ELSE l.quantity - l.cancelled END AS units
            FROM registration_line l JOIN registration r ON r.id = l.registration_id
            WHERE l.attendees = 0
        ) AS line
        JOIN (
            SELECT a.id, a.registration_id,
                   row_number() OVER (PARTITION BY a.registration_id ORDER BY a.position) AS number,
                   count(*) OVER (PARTITION BY a.registration_id) AS people
            FROM attendee a JOIN registration r ON r.id = a.registration_id
            WHERE a.status = 'active' OR r.status = 'cancelled'
        ) AS person ON person.registration_id = line.registration_id
        WHERE person.number <= line.units
    """)
