"""Staff keep a note of a registration"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0015'
down_revision = '0014'


def upgrade() -> None:
    op.create_table('registration_note',
    sa.Column('registration_id', sa.Uuid(), nullable=False),
    sa.Column('body', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('written_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('written_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_registration_note_registration_id_registration')),
    sa.PrimaryKeyConstraint('registration_id', name=op.f('pk_registration_note'))
    )
