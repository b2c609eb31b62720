"""One explicit transaction: `with db.read() as session:` or `with db.write() as session:` in a route or a job.

Nothing else commits. SQLite (WAL, one writer at a time per process) and PostgreSQL behave alike from here up.
"""

import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Never

import psycopg
import sqlalchemy as sa
from pydantic_core import from_json, to_json
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DataError, DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, SQLModel
from uuid_utils.compat import uuid7

from kit.errors import Busy, InvalidInput

log = logging.getLogger("guichet.db")
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
LOCK_SECONDS = 5
# A connection that rested longer is asked whether it still lives before it is used. Asking every time, as SQLAlchemy's
# `pool_pre_ping` does, is one more round trip in every transaction.
REST_SECONDS = 1.0
# PostgreSQL's codes for: lock not available, statement cancelled by a timeout, deadlock, serialization failure; disk
# full, out of memory, a limit of its configuration, input or output failed.
BUSY_STATES = {"55P03", "57014", "40P01", "40001", "53100", "53200", "53400", "58030"}
# What a database says that cannot be reached, is at work for another, or has no room left.
NOT_NOW = ("locked", "unable to open", "connection", "is full", "disk I/O error", "resolve", "translate host name")


class Row(SQLModel):
    """Base of every table of the house: only a column can be written. (SQLModel lets mypy believe in any name.)"""

    if TYPE_CHECKING:

        def __setattr__(self, name: str, value: Never) -> None:
            """Any other name has no value that fits."""


class KitTable(Row):
    """Base of the kit's own tables (outbox, inbox, idempotency keys): the same in every service's database."""


KitTable.metadata = sa.MetaData(naming_convention=NAMING)


def personal(purpose: str, term: str) -> dict[str, Any]:
    """What a column about a person must say (`sa_column_kwargs`): what it is kept for, and how long."""
    return {"info": {"purpose": purpose, "term": term}}


def new_id() -> uuid.UUID:
    """A UUIDv7: unique without coordination, and sorted by time."""
    return uuid7()


def enum_type(values: type[StrEnum]) -> sa.Enum:
    """A column that stores an enum by its value, as text with a CHECK, the same on both databases."""
    return sa.Enum(
        values,
        native_enum=False,
        create_constraint=True,
        length=24,
        name=values.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Database:
    """One service's database. Holds the pool and, on SQLite, the lock that keeps writers in line."""

    def __init__(self, url: str, pool_size: int = 4, rest_seconds: float = REST_SECONDS) -> None:
        self.url = url
        sqlite = url.startswith("sqlite")
        self.engine = _sqlite_engine(url, pool_size) if sqlite else _postgresql_engine(url, pool_size, rest_seconds)
        self._writer = self.engine.execution_options(guichet_write=True)
        isolated = self.engine.execution_options
        self._reader = self.engine if sqlite else isolated(isolation_level="AUTOCOMMIT")
        self._watcher = self.engine if sqlite else isolated(isolation_level="REPEATABLE READ")
        # Without it SQLite's busy handler starves some writers for more than a second (measured: docs/decisions).
        self._turn = threading.Lock() if self.is_sqlite else None
        # Set when a commit left something in the outbox: wakes this process's delivery.
        self.posted = threading.Event()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self, one_state: bool = False) -> Iterator[Session]:
        """A session for reads and nothing else: SQLite would forget what it writes, PostgreSQL would not.

        On PostgreSQL each statement sees what was committed when it began, as in READ COMMITTED, and the two round
        trips of a transaction are saved. `one_state` shows the same state to all of them, as SQLite always does.
        """
        engine = self._watcher if one_state else self._reader
        with _busy_is_a_refusal(), Session(engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session committed at the end of the block; any exception rolls it back whole."""
        with _busy_is_a_refusal(), self._in_turn(), Session(self._writer, expire_on_commit=False) as session:
            yield session
            session.commit()
            if session.info.get("posted"):
                self.posted.set()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=LOCK_SECONDS):
            raise Busy()
        try:
            yield
        finally:
            self._turn.release()

    def close(self) -> None:
        self.engine.dispose()


def _sqlite_engine(url: str, pool_size: int) -> Engine:
    engine = sa.create_engine(url, **_common(pool_size))

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # The driver's own transactions lose updates; we begin them ourselves.
        busy = f"busy_timeout={LOCK_SECONDS * 1000}"
        # What is deleted is overwritten: it may have been somebody's name, or a key that was promised to be destroyed.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", busy, "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "before_cursor_execute")
    def _refuse_nul(_connection: Any, _cursor: Any, _statement: str, values: Any, _context: Any, _many: bool) -> None:
        for row in values if values and isinstance(values[0], tuple) else (values,):
            if any(isinstance(value, str) and "\0" in value for value in row):
                raise InvalidInput({})  # As PostgreSQL does.

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("guichet_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql_engine(url: str, pool_size: int, rest_seconds: float) -> Engine:
    timeouts = {"lock_timeout": LOCK_SECONDS, "statement_timeout": 15, "idle_in_transaction_session_timeout": 30}
    options = " ".join(f"-c {name}={seconds}s" for name, seconds in timeouts.items())
    engine = sa.create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        connect_args={"options": options + " -c timezone=UTC", "connect_timeout": 5},
        **_common(pool_size),
    )

    @event.listens_for(engine, "checkin")
    def _rest(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _still_there(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("rests_since", time.monotonic()) < rest_seconds:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise InvalidatePoolError() from error  # The pool opens another one in its place, and trusts no older one.

    return engine


def _common(pool_size: int) -> dict[str, Any]:
    return {
        "pool_size": pool_size,
        "max_overflow": 0,
        "pool_timeout": LOCK_SECONDS,
        "hide_parameters": True,  # Values of a failed statement are personal data and must not reach a log.
        "json_serializer": lambda value: to_json(value).decode(),
        "json_deserializer": from_json,
    }


@contextmanager
def _busy_is_a_refusal() -> Iterator[None]:
    """A lock or a connection not obtained in time is an expected no (503), not a bug (500)."""
    try:
        yield
    except PoolTimeout as error:
        raise Busy() from error
    except (DataError, OverflowError) as error:
        # A NUL in a text, a number out of range: whoever sent it is told so. Ours would be seen here as well.
        log.warning("not storable", exc_info=True)
        raise InvalidInput({}) from error
    except DBAPIError as error:
        if is_busy(error):
            raise Busy() from error
        raise


def is_busy(error: DBAPIError) -> bool:
    """Whether trying again later is the right answer."""
    if getattr(error.orig, "sqlstate", None) in BUSY_STATES or error.connection_invalidated:
        return True
    # SQLAlchemy wraps what SQLite says of its file, and a refused connection to PostgreSQL, as OperationalError.
    return isinstance(error, OperationalError) and any(words in str(error.orig) for words in NOT_NOW)
