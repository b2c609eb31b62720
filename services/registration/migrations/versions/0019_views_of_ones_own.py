"""Views of lists that members of staff keep for themselves"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0019'
down_revision = '0018'

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table('saved_view',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=False),
    sa.Column('listed', sa.Enum('registrations', 'attendees', name='listed', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('name', TEXT, nullable=False),
    sa.Column('narrowed', TEXT, nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_saved_view_staff_id_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view')),
    sa.UniqueConstraint('staff_id', 'listed', 'name', name=op.f('uq_saved_view_staff_id'))
    )
