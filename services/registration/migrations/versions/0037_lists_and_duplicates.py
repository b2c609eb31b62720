"""Member lists that are brought in; what companies are found again by, and what merges moved"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0037'
down_revision = '0036'

TEXT = sqlmodel.sql.sqltypes.AutoString()
STANDING = sa.text('undone_at IS NULL')
AT_WORK = sa.text("state IN ('writing', 'undoing')")


def _enum(name, *values):
    return sa.Enum(*values, native_enum=False, create_constraint=True, length=24, name=name)


def upgrade() -> None:
    # Not in batch mode: SQLite adds a nullable column with its reference in place.
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('ALTER TABLE person ADD COLUMN merged_into_id CHAR(32) REFERENCES person (id)')
    else:
        op.add_column('person', sa.Column('merged_into_id', sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f('fk_person_merged_into_id_person'), 'person', 'person', ['merged_into_id'], ['id'])
    op.create_index(op.f('ix_person_merged_into_id'), 'person', ['merged_into_id'])
    _mergers()
    _keys()
    _imports()


def _mergers() -> None:
    op.create_table('merger',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('subject', _enum('subject', 'company', 'person'), nullable=False),
    sa.Column('gone_id', sa.Uuid(), nullable=False),
    sa.Column('kept_id', sa.Uuid(), nullable=False),
    sa.Column('by_id', TEXT, nullable=False),
    sa.Column('by', TEXT, nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('undone_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merger'))
    )
    op.create_index(
        'ix_merger_gone', 'merger', ['gone_id'], unique=True, sqlite_where=STANDING, postgresql_where=STANDING
    )
    op.create_index(op.f('ix_merger_kept_id'), 'merger', ['kept_id'])
    op.create_index(op.f('ix_merger_created_at'), 'merger', ['created_at'])
    op.create_table('merger_move',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('merger_id', sa.Uuid(), nullable=False),
    sa.Column('place', TEXT, nullable=False),
    sa.Column('row_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['merger_id'], ['merger.id'], name=op.f('fk_merger_move_merger_id_merger')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merger_move'))
    )
    op.create_index('ix_merger_move_place', 'merger_move', ['merger_id', 'place'])
    op.create_table('merger_field',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('merger_id', sa.Uuid(), nullable=False),
    sa.Column('field', TEXT, nullable=False),
    sa.Column('old', TEXT, nullable=False),
    sa.Column('new', TEXT, nullable=False),
    sa.ForeignKeyConstraint(['merger_id'], ['merger.id'], name=op.f('fk_merger_field_merger_id_merger')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merger_field'))
    )
    op.create_index(op.f('ix_merger_field_merger_id'), 'merger_field', ['merger_id'])
    op.create_table('not_same',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('subject', _enum('subject', 'company', 'person'), nullable=False),
    sa.Column('low_id', sa.Uuid(), nullable=False),
    sa.Column('high_id', sa.Uuid(), nullable=False),
    sa.Column('by_id', TEXT, nullable=False),
    sa.Column('by', TEXT, nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_not_same')),
    sa.UniqueConstraint('low_id', 'high_id', name=op.f('uq_not_same_low_id'))
    )
    op.create_index(op.f('ix_not_same_high_id'), 'not_same', ['high_id'])


def _keys() -> None:

    op.create_table('company_alias',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('name', TEXT, nullable=False),
    sa.Column('merger_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_company_alias_company_id_company')),
    sa.ForeignKeyConstraint(['merger_id'], ['merger.id'], name=op.f('fk_company_alias_merger_id_merger')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company_alias')),
    sa.UniqueConstraint('company_id', 'name', name=op.f('uq_company_alias_company_id'))
    )
    op.create_index(op.f('ix_company_alias_merger_id'), 'company_alias', ['merger_id'])
    op.create_table('company_match',
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('kind', _enum('matchkind', 'neq', 'name', 'near', 'domain', 'phone', 'address'), nullable=False),
    sa.Column('match_key', TEXT, nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_company_match_company_id_company')),
    sa.PrimaryKeyConstraint('company_id', 'kind', 'match_key', name=op.f('pk_company_match'))
    )
    op.create_index('ix_company_match_kind_key', 'company_match', ['kind', 'match_key'])
    op.create_table('company_fingerprint',
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('made_of', TEXT, nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_company_fingerprint_company_id_company')),
    sa.PrimaryKeyConstraint('company_id', name=op.f('pk_company_fingerprint'))
    )
    op.create_table('declined_value',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('field', TEXT, nullable=False),
    sa.Column('said', TEXT, nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_declined_value_company_id_company')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declined_value')),
    sa.UniqueConstraint('company_id', 'field', 'said', name=op.f('uq_declined_value_company_id'))
    )


def _imports() -> None:
    states = ('read', 'previewed', 'writing', 'done', 'undoing', 'undone')
    op.create_table('member_import',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('state', _enum('importstate', *states), nullable=False),
    sa.Column('origin', TEXT, nullable=False),
    sa.Column('headings', sa.JSON(), nullable=False),
    sa.Column('heading_row', sa.Integer(), nullable=False),
    sa.Column('places', sa.JSON(), nullable=False),
    sa.Column('by_id', TEXT, nullable=False),
    sa.Column('by', TEXT, nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('written_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('done_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('undone_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('due_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_import'))
    )
    op.create_index(op.f('ix_member_import_created_at'), 'member_import', ['created_at'])
    op.create_index('ix_member_import_due', 'member_import', ['due_at'], sqlite_where=AT_WORK, postgresql_where=AT_WORK)
    kinds = ('doubtful', 'refused', 'different', 'new', 'same')
    left = ('refused', 'known', 'gone', 'first_left', 'used')
    op.create_table('import_row',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('import_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('cells', sa.JSON(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('problems', sa.JSON(), nullable=False),
    sa.Column('kind', _enum('rowkind', *kinds), nullable=False),
    sa.Column('match_id', sa.Uuid(), nullable=True),
    sa.Column('twin', sa.Integer(), nullable=True),
    sa.Column('why', sa.JSON(), nullable=False),
    sa.Column('differences', sa.JSON(), nullable=False),
    sa.Column('takes', sa.JSON(), nullable=False),
    sa.Column('decision', _enum('decision', 'open', 'same', 'another'), nullable=False),
    sa.Column('state', _enum('rowstate', 'waiting', 'written', 'left', 'undone'), nullable=False),
    sa.Column('left', _enum('left', *left), nullable=True),
    sa.Column('result_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['member_import.id'], name=op.f('fk_import_row_import_id_member_import')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_row')),
    sa.UniqueConstraint('import_id', 'number', name=op.f('uq_import_row_import_id'))
    )
    op.create_index('ix_import_row_kind', 'import_row', ['import_id', 'kind', 'number'])
    op.create_index('ix_import_row_state', 'import_row', ['import_id', 'state', 'number'])
    op.create_table('import_change',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('import_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('place', TEXT, nullable=False),
    sa.Column('row_id', sa.Uuid(), nullable=False),
    sa.Column('field', TEXT, nullable=False),
    sa.Column('old', TEXT, nullable=False),
    sa.Column('new', TEXT, nullable=False),
    sa.ForeignKeyConstraint(
        ['import_id'], ['member_import.id'], name=op.f('fk_import_change_import_id_member_import')
    ),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_change'))
    )
    op.create_index('ix_import_change_made', 'import_change', ['place', 'row_id'])
    op.create_index('ix_import_change_row', 'import_change', ['import_id', 'number', 'step'])
