"""Lists beside a crowd cost what they show: no statement of theirs reads the crowd."""

import itertools
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session

import crowd as load
from kit import paging
from kit.db import Database, new_id
from kit.sql import insert_all
from registration.cache import BriefCache
from registration.checkin import queries, queries_search
from registration.office.activities.queries_attendees import attendees_of
from registration.office.activities.queries_registrations import registrations_of
from registration.office.activities.schemas import AttendeeFilter, RegistrationFilter
from registration.registrations.tallies import queries as tallies
from registration.seed import crowd
from tests import make
from tests.fakes.clock import FakeClock
from tests.fakes.postgres import Cluster
from tests.registration.conftest import COCKTAIL
from tests.tables import attendees, registrations

# Pages of the database that one statement may touch. The crowd fills more than a thousand.
MOST_PAGES = 400
Read = Callable[[Session, uuid.UUID], object]
QUIET: dict[str, Read] = {
    "attendees of an empty activity": lambda db, of: attendees_of(db, of, AttendeeFilter()),
    "registrations of an empty activity": lambda db, of: registrations_of(db, of, RegistrationFilter()),
    "search at its door without a hit": lambda db, of: queries_search.search(db, of, "xqzzy", "entree"),
    "who is missing there": lambda db, of: queries.missing(db, of, "entree"),
    "how many are expected there": lambda db, of: queries.expected(db, of),
}
CROWDED: dict[str, Read] = {
    "search at the door without a hit": lambda db, of: queries_search.search(db, of, "xqzzy", "entree"),
    "search for two letters without a hit": lambda db, of: queries_search.search(db, of, "zq", "entree"),
    "cancelled attendees": lambda db, of: attendees_of(db, of, AttendeeFilter(show="cancelled")),
    "cancelled registrations": lambda db, of: registrations_of(db, of, RegistrationFilter(status="cancelled")),
    "how many are expected at the door": lambda db, of: queries.expected(db, of),
    "held registrations": lambda db, of: registrations_of(db, of, RegistrationFilter(status="held")),
}


@pytest.fixture(scope="module")
def crowded(templates: Callable[[str], str], cluster: Cluster | None, tmp_path_factory: Any) -> Iterator[Database]:
    """Twenty thousand places in one activity, and none in another."""
    url = cluster.copy(templates("registration")) if cluster else f"sqlite:///{tmp_path_factory.mktemp('crowd')}/r.db"
    if not cluster:
        shutil.copy(templates("registration").removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
    db = Database(url)
    make.sample(db, FakeClock()())
    crowd.fill(db, 1000)
    with db.write() as session:
        people = [dict(row) for row in session.execute(sa.select(attendees)).mappings()]
        for n in range(7):
            insert_all(session, attendees, [one | {"id": new_id(), "code": f"{one['code']}-{n}"} for one in people])
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if db.is_sqlite else "VACUUM ANALYZE")
    yield db
    db.close()
    if cluster:
        cluster.drop(url)


def plans(db: Database, read: Callable[[Session], object]) -> list[str]:
    """How the database ran each statement of it, in its own words."""
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        with db.read() as session:
            read(session)
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)
    with db.read() as session:
        connection = session.connection()
        lines = [connection.exec_driver_sql("EXPLAIN (ANALYZE, BUFFERS) " + text, more).all() for text, more in asked]
    return ["\n".join(str(row[-1]) for row in plan) for plan in lines]


def is_whole(plan: str) -> bool:
    """Whether a crowd was read: a table from end to end, or more pages than a list fills."""
    pages = re.search(r"Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?", plan)
    touched = sum(int(count or 0) for count in pages.groups()) if pages else 0
    return touched > MOST_PAGES or re.search(r"Seq Scan on (attendee|registration)\b", plan) is not None


def activity(db: Database, key: str) -> uuid.UUID:
    with db.read() as session:
        return make.activity_id(session, key)


@pytest.fixture
def on_postgresql(crowded: Database) -> Database:
    """Without trigrams every search reads everything: crowds are for PostgreSQL."""
    assert not crowded.is_sqlite
    return crowded


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize(
    ("what", "key"), [*((what, COCKTAIL) for what in QUIET), *((what, load.KEY) for what in CROWDED)]
)
def test_lists_beside_a_crowd_never_read_it(on_postgresql: Database, what: str, key: str) -> None:
    of, read = activity(on_postgresql, key), {**QUIET, **CROWDED}[what]
    assert [plan for plan in plans(on_postgresql, lambda db: read(db, of)) if is_whole(plan)] == []


@pytest.mark.only_on("postgresql")
def test_plan_that_reads_a_crowd_is_seen(on_postgresql: Database) -> None:
    of, inside = activity(on_postgresql, load.KEY), attendees.c.search.contains("zq")
    [counted] = plans(on_postgresql, lambda db: tallies.counted(db, registrations.c.activity_id == of))
    [read] = plans(on_postgresql, lambda db: db.execute(sa.select(attendees.c.id).where(inside)))
    assert is_whole(counted) and is_whole(read)


def test_missing_of_a_crowd_are_the_first_by_name_and_more_than_a_thousand(crowded: Database) -> None:
    with crowded.read() as session:
        sheet = queries.missing(session, activity(crowded, load.KEY), "entree")
        names = sa.select(attendees.c.sort_name).order_by(attendees.c.sort_name).limit(queries.MISSING)
        last = session.execute(names).scalars().all()[-1]
        listed = sa.select(attendees.c.sort_name).where(
            attendees.c.id.in_([one.attendee_id for one in sheet.attendees])
        )
        assert max(session.execute(listed).scalars()) == last
    assert (len(sheet.attendees), sheet.total, sheet.limit) == (500, paging.MANY + 1, 500)


def test_search_for_two_letters_finds_where_a_word_begins(crowded: Database) -> None:
    of = activity(crowded, load.KEY)
    with crowded.read() as session:
        begins, inside = (queries_search.search(session, of, words, "").attendees for words in ("lo", "oi"))
    assert len(begins) == queries_search.PAGE and all(re.search(r"\bLo", one.name) for one in begins)
    assert inside == [], "Benoît, Boisneige and others have it in their middle"


def test_count_of_a_crowd_is_kept_longer_the_longer_it_takes(clock: FakeClock) -> None:
    cache, counts = BriefCache(clock), itertools.count(1)

    def slow() -> int:
        time.sleep(0.07)
        return next(counts)

    def answer(crowd: bool) -> int:
        return cache.get(crowd, slow, crowd=crowd)

    assert (answer(crowd=True), answer(crowd=False)) == (1, 2)
    clock.advance(seconds=2)
    assert (answer(crowd=True), answer(crowd=False)) == (1, 3)
    clock.advance(seconds=10)
    assert answer(crowd=True) == 4
