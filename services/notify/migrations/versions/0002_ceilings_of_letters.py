"""Letters are counted by the mailbox they go to, and one over a ceiling is refused"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0002'
down_revision = '0001'

BEFORE = "'refused', 'address', 'exhausted', 'expired'"
AFTER = f"{BEFORE}, 'recipient_ceiling', 'entity_ceiling', 'day_ceiling'"


def upgrade() -> None:
    connection = op.get_bind()
    # Not in batch mode: SQLite adds a column in place, and a copied table could not replace one that others refer to.
    op.add_column('message', sa.Column('recipient', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
    op.create_index('ix_message_recipient', 'message', ['recipient', 'created_at'], unique=False)
    if connection.dialect.name == 'sqlite':
        _allow_in_place(connection)
    else:
        # The check of a list of words bears the name of the list.
        op.drop_constraint(op.f('failure'), 'message')
        op.create_check_constraint(op.f('failure'), 'message', f'failure IN ({AFTER})')


def _allow_in_place(connection: sa.Connection) -> None:
    """SQLite has no ALTER TABLE for a check. Its documentation gives this way (lang_altertable.html, section 7): a check
    that allows more changes nothing of what is stored, so that only the words of the table are written anew."""
    version = connection.exec_driver_sql('PRAGMA schema_version').scalar()
    query = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'message'"
    words = connection.exec_driver_sql(query).scalar()
    assert isinstance(words, str) and isinstance(version, int) and BEFORE in words
    connection.exec_driver_sql('PRAGMA writable_schema = ON')
    update = "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = 'message'"
    connection.exec_driver_sql(update, (words.replace(BEFORE, AFTER),))
    connection.exec_driver_sql(f'PRAGMA schema_version = {version + 1}')
    connection.exec_driver_sql('PRAGMA writable_schema = RESET')


def downgrade() -> None:
    raise NotImplementedError('migrations add only; an older program serves on with this schema')
