"""Documents as files: the PDF of an invoice, a credit note, a notice or a receipt, made out once"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0009'
down_revision = '0008'


def upgrade() -> None:
    op.create_table('document_file',
    sa.Column('kind', sa.Enum('invoice', 'credit_note', 'notice', 'receipt', name='paperkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('file_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('pdf', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'document_id', name=op.f('pk_document_file'))
    )
    if op.get_bind().dialect.name == 'sqlite':
        for verb in ('update', 'delete'):
            op.execute(
                f'CREATE TRIGGER document_file_no_{verb} BEFORE {verb.upper()} ON document_file '
                "BEGIN SELECT RAISE(ABORT, 'document_file is never changed'); END"
            )
        return
    op.execute(
        'CREATE TRIGGER document_file_never_changed BEFORE UPDATE OR DELETE ON document_file '
        'FOR EACH ROW EXECUTE FUNCTION never_changed()'
    )
    op.execute(
        'CREATE TRIGGER document_file_never_emptied BEFORE TRUNCATE ON document_file '
        'FOR EACH STATEMENT EXECUTE FUNCTION never_changed()'
    )
