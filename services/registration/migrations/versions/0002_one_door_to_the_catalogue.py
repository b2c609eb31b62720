"""A question's type and of whom it is asked are one of a list; a code opens a price or lowers prices, never both"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'

CHECKS = (
    ('question', 'ck_question_questiontype', "type IN ('text', 'choice', 'choices', 'yes_no', 'number', 'date')"),
    ('question', 'ck_question_per', "per IN ('attendee', 'registration')"),
    ('code', 'ck_code_opens_or_lowers', 'opens IS NULL OR percent_off = 0'),
)


def upgrade() -> None:
    connection = op.get_bind()
    for table, name, condition in CHECKS:
        if connection.dialect.name == 'sqlite':
            _add_in_place(connection, table, name, condition)
        else:
            op.create_check_constraint(op.f(name), table, condition)
    if connection.dialect.name != 'sqlite':
        for column in ('type', 'per'):
            op.alter_column('question', column, type_=sa.String(24), existing_nullable=False)


def _add_in_place(connection: sa.Connection, table: str, name: str, condition: str) -> None:
    """SQLite has no ALTER TABLE for it, and a copied table could not be put in the place of one that others refer to
    while foreign keys are on. Its documentation gives this way for checks (lang_altertable.html, section 7): they
    change nothing of what is stored, so that only the words of the table are written anew."""
    wrong = connection.exec_driver_sql(f'SELECT count(*) FROM {table} WHERE NOT ({condition})').scalar()
    if wrong:
        raise ValueError(f'{wrong} rows of {table} do not satisfy {name}: {condition}')
    version = connection.exec_driver_sql('PRAGMA schema_version').scalar()
    words = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)).scalar()
    assert isinstance(words, str) and isinstance(version, int)
    words = f"{words.rstrip()[:-1].rstrip()}, \n\tCONSTRAINT {name} CHECK ({condition})\n)"
    connection.exec_driver_sql('PRAGMA writable_schema = ON')
    connection.exec_driver_sql("UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?", (words, table))
    connection.exec_driver_sql(f'PRAGMA schema_version = {version + 1}')
    connection.exec_driver_sql('PRAGMA writable_schema = RESET')
