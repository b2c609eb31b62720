"""Files that were uploaded, and the cover of an activity"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0016'
down_revision = '0015'


def upgrade() -> None:
    op.create_table('stored_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('of_id', sa.Uuid(), nullable=True),
    sa.Column('purpose', sa.Enum('cover', 'logo', 'document', name='purpose', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('shape', sa.Enum('whole', 'square', 'shared', 'strip', 'picture', name='shape', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('content_type', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['of_id'], ['stored_file.id'], name=op.f('fk_stored_file_of_id_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file')),
    sa.UniqueConstraint('key', name=op.f('uq_stored_file_key'))
    )
    op.create_index(op.f('ix_stored_file_created_at'), 'stored_file', ['created_at'])
    op.create_index(op.f('ix_stored_file_of_id'), 'stored_file', ['of_id'])
    # Not in batch mode: SQLite adds a nullable column with its reference in place.
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('ALTER TABLE activity ADD COLUMN cover_id CHAR(32) REFERENCES stored_file (id)')
    else:
        op.add_column('activity', sa.Column('cover_id', sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f('fk_activity_cover_id_stored_file'), 'activity', 'stored_file', ['cover_id'], ['id'])
    op.create_index(op.f('ix_activity_cover_id'), 'activity', ['cover_id'])
    op.add_column('activity', sa.Column('cover_alt_fr', sa.String(), server_default='', nullable=False))
    op.add_column('activity', sa.Column('cover_alt_en', sa.String(), server_default='', nullable=False))
