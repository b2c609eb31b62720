"""Bring a service's database to its newest schema. Safe when run twice at once."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from kit.db import Database, KitTable

# Any number that nothing else locks: one migration at a time per database.
MIGRATION_LOCK = 7_201_337


def upgrade(db: Database, folder: Path) -> None:
    """Apply every migration not yet applied. A newer program's database is left as it is: going back to this one keeps
    what that one added."""
    if is_current(db, folder):
        return
    # One transaction: on SQLite it takes the writer's lock as it begins, on PostgreSQL we take one by hand.
    with db.engine.execution_options(guichet_write=True).begin() as connection:
        if not db.is_sqlite:
            connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        command.upgrade(config(folder, connection), "head")


def is_current(db: Database, folder: Path) -> bool:
    """Whether the database has the newest schema we know: part of being ready.

    One that we do not know is newer, and ours is the program being replaced: migrations add first, so it serves on.
    """
    with db.engine.connect() as connection:
        applied = MigrationContext.configure(connection).get_current_revision()
    # What the others came after, and the None that the first did: neither the newest nor one that we do not know.
    older = {revision.down_revision for revision in ScriptDirectory.from_config(config(folder)).walk_revisions()}
    return applied not in older


def config(folder: Path, connection: Any = None) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(folder).replace("%", "%%"))  # As its file would have it.
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def run_env(metadata: sa.MetaData) -> None:
    """The body of every service's `migrations/env.py`: run on the connection that `upgrade` opened."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=[metadata, KitTable.metadata],
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=False,
        transactional_ddl=False,  # The transaction is ours; Alembic must not begin or commit another.
    )
    context.run_migrations()
