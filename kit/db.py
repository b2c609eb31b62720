"""One explicit transaction: `with db.read() as session:` or `with db.write() as session:` in a route or a job.

Nothing else commits. SQLite (WAL, one writer at a time per process) and PostgreSQL behave alike from here up.
"""

import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, SQLModel
from uuid_utils.compat import uuid7

from kit.errors import Busy

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
LOCK_SECONDS = 5
# PostgreSQL's codes for: lock not available, statement cancelled by a timeout, deadlock, serialization failure.
BUSY_STATES = {"55P03", "57014", "40P01", "40001"}


class KitTable(SQLModel):
    """Base of the kit's own tables (outbox, inbox, idempotency keys): the same in every service's database."""


KitTable.metadata = sa.MetaData(naming_convention=NAMING)


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

    def __init__(self, url: str, pool_size: int = 4) -> None:
        self.url = url
        self.engine = _sqlite_engine(url, pool_size) if url.startswith("sqlite") else _postgresql_engine(url, pool_size)
        self._writer = self.engine.execution_options(guichet_write=True)
        # Without it SQLite's busy handler starves some writers for more than a second (measured: docs/decisions).
        self._turn = threading.Lock() if self.is_sqlite else None
        # Set when a commit left something in the outbox: wakes this process's delivery.
        self.posted = threading.Event()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and is rolled back at the end."""
        with _busy_is_a_refusal(), Session(self.engine, expire_on_commit=False, autoflush=False) as session:
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
    engine = sa.create_engine(url, hide_parameters=True, pool_size=pool_size, max_overflow=0, pool_timeout=LOCK_SECONDS)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # The driver's own transactions lose updates; we begin them ourselves.
        busy = f"busy_timeout={LOCK_SECONDS * 1000}"
        for pragma in ("journal_mode=WAL", "synchronous=FULL", busy, "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("guichet_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql_engine(url: str, pool_size: int) -> Engine:
    timeouts = {"lock_timeout": LOCK_SECONDS, "statement_timeout": 15, "idle_in_transaction_session_timeout": 30}
    options = " ".join(f"-c {name}={seconds}s" for name, seconds in timeouts.items())
    return sa.create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=LOCK_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,  # Values of a failed statement are personal data and must not reach a log.
        connect_args={"options": options + " -c timezone=UTC", "connect_timeout": 5},
    )


@contextmanager
def _busy_is_a_refusal() -> Iterator[None]:
    """A lock or a connection not obtained in time is an expected no (503), not a bug (500)."""
    try:
        yield
    except PoolTimeout as error:
        raise Busy() from error
    except DBAPIError as error:
        if is_busy(error):
            raise Busy() from error
        raise


def is_busy(error: DBAPIError) -> bool:
    """Whether trying again later is the right answer."""
    if getattr(error.orig, "sqlstate", None) in BUSY_STATES or error.connection_invalidated:
        return True
    # SQLAlchemy wraps "database is locked" and a refused connection to PostgreSQL as OperationalError.
    text = str(error.orig)
    return isinstance(error, OperationalError) and ("locked" in text or "connection" in text)


def insert_once(
    session: Session,
    table: Any,
    row: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    returning: Any,
    key: Sequence[str] | None = None,
) -> list[Any]:
    """Insert what is not there yet and return the values of `returning` for the rows that were new.

    `key` names the unique columns that may conflict. RETURNING, and never `rowcount`, says what happened:
    psycopg answers −1 here.
    """
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(row).on_conflict_do_nothing(index_elements=key).returning(returning)
    return list(session.execute(statement).scalars().all())
