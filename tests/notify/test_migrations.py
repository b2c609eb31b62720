"""A database of the release before gets the newer schema with what is in it."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.exc import IntegrityError

import notify
from kit import migrate
from kit.db import Database
from tests.fakes.postgres import Cluster

FOLDER = Path(str(notify.__file__)).parent / "migrations"
ID = uuid.uuid4()
MESSAGE = """
    INSERT INTO message (id, kind, entity, version, to_address, to_name, search, lang, subject, "values", tickets,
                         attachments, status, attempts, refusals, due_at, created_at)
    VALUES (:id, 'ticket', :id, 1, 'zoe@example.org', 'Zoé', '', 'fr', '-', '{}', '[]', '[]', 'queued', 0, 0,
            '2027-02-17 17:00:00', '2027-02-17 17:00:00')"""
DELIVERY = """
    INSERT INTO delivery (id, message_id, attempt, at, outcome, detail)
    VALUES (:id, :id, 1, '2027-02-17 17:00:00', 'later', '')"""


@pytest.fixture
def older(cluster: Cluster | None, tmp_path: Path) -> Iterator[Database]:
    """A database at the first migration, with a message that was tried once."""
    url = cluster.create("older_notify") if cluster else f"sqlite:///{tmp_path / 'older.db'}"
    db = Database(url)
    with db.engine.execution_options(guichet_write=True).begin() as connection:
        command.upgrade(migrate.config(FOLDER, connection), "0001")
        for statement in (MESSAGE, DELIVERY):
            connection.execute(sa.text(statement), {"id": ID.hex if db.is_sqlite else ID})
    yield db
    db.close()
    if cluster:
        cluster.drop(url)


def test_message_of_the_release_before_is_kept_and_may_go_over_a_ceiling(older: Database) -> None:
    migrate.upgrade(older, FOLDER)
    migrate.upgrade(older, FOLDER)
    assert migrate.is_current(older, FOLDER)
    with older.read() as session:
        assert session.execute(sa.text("SELECT to_address, recipient FROM message")).all() == [("zoe@example.org", "")]
        assert session.execute(sa.text("SELECT count(*) FROM delivery")).scalar_one() == 1
        assert session.execute(sa.text("SELECT count(*) FROM contract_messages")).scalar_one() == 1
    with pytest.raises(IntegrityError), older.write() as session:
        session.execute(sa.text("UPDATE message SET status = 'failed', failure = 'whim'"))
    with older.write() as session:
        session.execute(sa.text("UPDATE message SET status = 'failed', failure = 'recipient_ceiling'"))
