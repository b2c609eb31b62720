"""One explicit transaction: all or nothing, one state while reading, and busy is an expected no."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from kit.db import Database, is_busy, new_id
from kit.errors import Busy, InvalidInput
from kit.mailbox import Inbox
from kit.sql import insert_once
from tests.conftest import MakeDatabase
from tests.kit.room import Room

inbox: Any = Inbox.__table__  # type: ignore[attr-defined]


@pytest.fixture
def db(make_database: MakeDatabase) -> Iterator[Database]:
    made = Database(make_database("notify"), pool_size=2)
    yield made
    made.close()


def row(name: str = "one") -> dict[str, Any]:
    return {"id": new_id(), "type": name, "received_at": datetime(2027, 2, 17, tzinfo=UTC)}


def kept(db: Database) -> list[str]:
    with db.read() as session:
        return sorted(session.execute(sa.select(inbox.c.type)).scalars())


def hurried(db: Database) -> None:
    """Every connection of the pool waits a moment for a lock instead of the usual seconds."""
    wait = "PRAGMA busy_timeout=50" if db.is_sqlite else "SET lock_timeout='50ms'"
    connections = [db.engine.raw_connection() for _ in range(2)]
    for connection in connections:
        connection.cursor().execute(wait)
        connection.commit()
    for connection in connections:
        connection.close()


def test_exception_in_a_write_rolls_the_whole_block_back(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.write() as session:
        session.execute(inbox.insert(), [row("first"), row("second")])
        raise ZeroDivisionError
    assert kept(db) == []
    with db.write() as session:
        session.execute(inbox.insert(), [row("third")])
    assert kept(db) == ["third"]


def test_commit_that_fails_is_an_error_of_its_block(db: Database) -> None:
    """Nobody is told that something was done which was not (design.md §4.1)."""
    same = row()
    with pytest.raises(IntegrityError), db.write() as session:
        session.add(Inbox(**same))
        session.add(Inbox(**(same | {"type": "other"})))
    assert kept(db) == []


def test_read_block_never_stores_what_it_added(db: Database) -> None:
    with db.read() as session:
        session.add(Inbox(**row()))
    assert kept(db) == []


def test_reader_does_not_wait_for_a_writer(db: Database) -> None:
    """On SQLite everything a block reads is of one moment; on PostgreSQL each statement is (see `Database.read`)."""
    with db.read() as reader:
        count = sa.select(sa.func.count()).select_from(inbox)
        assert reader.execute(count).scalar_one() == 0
        with db.write() as session:
            session.execute(inbox.insert(), [row()])
            assert reader.execute(count).scalar_one() == 0, "nothing is committed yet"
        assert reader.execute(count).scalar_one() == (0 if db.is_sqlite else 1)
    assert kept(db) == ["one"]


def test_writers_at_once_never_lose_an_update(db: Database) -> None:
    with db.write() as session:
        session.execute(inbox.insert(), [row("0")])

    def count_up() -> None:
        for _ in range(20):
            with db.write() as session:
                n = session.execute(sa.select(inbox.c.type).with_for_update()).scalar_one()
                session.execute(inbox.update().values(type=str(int(n) + 1)))

    threads = [threading.Thread(target=count_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept(db) == ["40"]


@contextmanager
def another_process(db: Database) -> Iterator[None]:
    """Somebody else, with a connection of their own, is writing."""
    if db.is_sqlite:
        other = sqlite3.connect(db.url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.close()
        return
    holder = Database(db.url, pool_size=1)
    try:
        with holder.write() as session:
            session.execute(sa.text("LOCK TABLE inbox, idempotency_key IN ACCESS EXCLUSIVE MODE"))
            yield
    finally:
        holder.close()


def test_lock_of_another_process_is_busy_and_changes_nothing(db: Database) -> None:
    hurried(db)
    with another_process(db), pytest.raises(Busy), db.write() as session:
        session.execute(inbox.insert(), [row()])
    assert kept(db) == []


def test_busy_is_503_and_says_when_to_come_back(room: Room) -> None:
    hurried(room.service.db)
    wish = {"name": "Tente", "people": 2}
    with another_process(room.service.db):
        answer = room.client().post("/wishes", json=wish, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "Busy", "2")
    assert room.client().post("/wishes", json=wish, headers={"Idempotency-Key": "k"}).status_code == 201


def test_writer_that_waits_too_long_for_a_turn_or_connection_is_busy(make_database: MakeDatabase) -> None:
    """In one process: on SQLite writers wait for each other, and everyone for one of a few connections."""
    db = Database(make_database("notify"), pool_size=1)
    refused: list[str] = []

    def wait(kind: str) -> None:
        try:
            with getattr(db, kind)() as session:
                session.execute(sa.select(inbox))
        except Busy:
            refused.append(kind)

    began = time.monotonic()
    threads = [threading.Thread(target=wait, args=(kind,)) for kind in ("read", "write")]
    with db.write() as session:
        session.execute(sa.select(inbox))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    taken, free = time.monotonic() - began, kept(db)
    db.close()
    assert (sorted(refused), taken < 8, free) == (["read", "write"], True, [])


class Lost(Exception):
    """A driver's error with PostgreSQL's code for it."""

    def __init__(self, sqlstate: str, text: str = "") -> None:
        super().__init__(text)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "busy"),
    [
        (DBAPIError("x", None, Lost("55P03")), True),
        (DBAPIError("x", None, Lost("57014")), True),
        (DBAPIError("x", None, Lost("40P01")), True),
        (DBAPIError("x", None, Lost("40001")), True),
        (DBAPIError("x", None, Lost("53100", "could not extend file: No space left on device")), True),
        (DBAPIError("x", None, Lost("53200")), True),
        (DBAPIError("x", None, Lost("53400")), True),
        (DBAPIError("x", None, Lost("58030")), True),
        (DBAPIError("x", None, Lost("23505")), False),
        (DBAPIError("x", None, Lost(""), connection_invalidated=True), True),
        (sa.exc.OperationalError("x", None, Exception("database is locked")), True),
        (sa.exc.OperationalError("x", None, Exception("connection refused")), True),
        (sa.exc.OperationalError("x", None, Exception("database or disk is full")), True),
        (sa.exc.OperationalError("x", None, Exception("disk I/O error")), True),
        (sa.exc.OperationalError("x", None, Exception("failed to resolve host 'postgres': [Errno -2]")), True),
        (sa.exc.OperationalError("x", None, Exception("no such table: y")), False),
        (IntegrityError("x", None, Exception("a locked connection")), False),
    ],
)
def test_database_errors_worth_another_try_are_busy(error: DBAPIError, busy: bool) -> None:
    assert is_busy(error) is busy


def test_database_error_in_a_statement_is_not_busy(db: Database) -> None:
    with pytest.raises(DBAPIError) as wrong, db.write() as session:
        session.execute(sa.text("INSERT INTO nowhere (name) VALUES (:name)"), {"name": "Rosalie Deux-Rives"})
    assert "Rosalie" not in str(wrong.value), "values of a failed statement never reach a log"


def test_row_inserted_by_several_at_once_is_inserted_once(db: Database) -> None:
    first = row()
    with db.write() as session:
        assert insert_once(session, inbox, first, inbox.c.id) == [first["id"]]
    with db.write() as session:
        second = row("two")
        assert insert_once(session, inbox, [first, second], inbox.c.id, key=["id"]) == [second["id"]]
    assert kept(db) == ["one", "two"]


def test_ids_are_in_the_order_of_time() -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids) and len(set(ids)) == 1000


def test_value_that_no_column_can_hold_is_refused_on_both_databases(db: Database) -> None:
    """PostgreSQL never takes one; SQLite would keep it, and what was tried on one would fail on the other."""
    for rows in ([row("a\0b")], [row("one"), row("a\0b")]):
        with pytest.raises(InvalidInput), db.write() as session:
            session.execute(inbox.insert(), rows)
    with pytest.raises(InvalidInput), db.read() as session:
        session.execute(sa.select(inbox.c.id).where(inbox.c.type == "a\0b"))
    assert kept(db) == []
