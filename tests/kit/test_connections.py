"""Connections that died while nobody looked, and statements that fail because the database went away."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
import sqlalchemy as sa

from kit.db import Database
from kit.errors import Busy
from tests.fakes.postgres import Cluster

KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


@pytest.fixture
def killable(
    make_database: Callable[[str], str], cluster: Cluster | None
) -> Iterator[tuple[Database, Callable[[], None]]]:
    """A database with an open connection, and a way to end its connections from outside."""
    if cluster is None:
        url, kill = make_database("notify"), lambda: None  # A file has no connection that could die.
    else:
        url = make_database("notify")

        def kill() -> None:
            with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
                connection.execute(KILL, (url.rsplit("/", 1)[1],))

    db = Database(url)
    works(db)
    yield db, kill
    db.close()


def works(db: Database) -> bool:
    with db.read() as session:
        return session.execute(sa.text("SELECT 1")).scalar() == 1


def test_connection_that_died_at_rest_is_replaced_before_it_is_used(
    killable: tuple[Database, Callable[[], None]],
) -> None:
    db, kill = killable
    wary = Database(db.url, rest_seconds=0.0)
    assert works(wary)
    kill()
    assert works(wary)
    wary.close()


def test_connection_that_died_just_now_is_busy_and_the_next_one_works(
    killable: tuple[Database, Callable[[], None]], cluster: Cluster | None
) -> None:
    db, kill = killable
    kill()
    if cluster is not None:
        with pytest.raises(Busy):
            works(db)
    assert works(db)
