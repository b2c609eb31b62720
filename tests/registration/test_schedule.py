"""Letters that wait for their day: planned from what is so, sent once, skipped with a reason."""

import threading
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.contracts import SendMessage
from kit.db import Database
from kit.lease import claim
from kit.sql import column, table
from registration import jobs
from registration.registrations.models import Registration
from registration.schedule import flows
from registration.schedule.models import Planned
from registration.schedule.queries import due
from registration.schedule.rules import days_before
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.registration.mailing import contact
from tests.registration.planned import (
    UNTIL,
    ZONE,
    at,
    letters,
    name,
    names_until,
    planned,
    turn,
    without_names,
)


@pytest.fixture
def nameless(service: Any, clock: FakeClock) -> uuid.UUID:
    """Three places, one of them named; names are due in a fortnight."""
    return without_names(service, clock)


def test_moved_date_moves_what_was_not_sent(service: Any, clock: FakeClock, nameless: uuid.UUID) -> None:
    at(clock, 2, 25)
    turn(service)
    names_until(service.db, UNTIL + timedelta(days=7))
    at(clock, 3, 1)
    turn(service)
    at(clock, 3, 3)
    turn(service)
    assert [one.version for one in letters(service.db)] == [7], "what was sent stays sent, the others wait"
    at(clock, 3, 8)
    turn(service)
    at(clock, 3, 10)
    turn(service)
    assert [one.version for one in letters(service.db)] == [7, 3, 1]


def test_date_moved_after_the_last_sweep_is_seen_before_the_letter_leaves(
    service: Any, clock: FakeClock, nameless: uuid.UUID
) -> None:
    at(clock, 2, 24)
    flows.sweep(service, jobs.RULES)
    names_until(service.db, UNTIL + timedelta(days=30))
    at(clock, 2, 25)
    assert flows.work(service, jobs.RULES) is False
    assert letters(service.db) == [] and planned(service.db, nameless)["7"] == "planned"


def test_letter_whose_date_was_taken_away_says_so_and_does_not_leave(
    service: Any, clock: FakeClock, nameless: uuid.UUID
) -> None:
    at(clock, 2, 24)
    flows.sweep(service, jobs.RULES)
    names_until(service.db, None)
    at(clock, 2, 25)
    flows.work(service, jobs.RULES)
    assert letters(service.db) == [] and planned(service.db, nameless)["7"] == "no_date"


def test_letter_skipped_waits_again_when_its_date_moves_on(service: Any, clock: FakeClock, nameless: uuid.UUID) -> None:
    at(clock, 2, 24)
    turn(service)
    names_until(service.db, UNTIL, **{"status": "postponed"})
    at(clock, 2, 25)
    turn(service)
    assert planned(service.db, nameless)["7"] == "not_held"
    names_until(service.db, UNTIL + timedelta(days=5), **{"status": "published"})
    turn(service)
    assert planned(service.db, nameless)["7"] == "planned"
    at(clock, 3, 2)
    turn(service)
    assert [one.version for one in letters(service.db)] == [7]


def test_service_that_was_down_sends_the_latest_alone(service: Any, clock: FakeClock, nameless: uuid.UUID) -> None:
    at(clock, 2, 24)
    flows.sweep(service, jobs.RULES)
    at(clock, 3, 2, 14)
    turn(service)
    assert planned(service.db, nameless) == {"7": "overtaken", "3": "sent", "1": "planned"}
    assert [one.version for one in letters(service.db)] == [3]


def test_two_processes_send_each_letter_once(service: Any, clock: FakeClock) -> None:
    names_until(service.db, UNTIL)
    ours = [make.registered(service.db, COCKTAIL, "car", [""], clock()) for _ in range(6)]
    for one in ours:
        contact(service.db, one, f"{one.hex[-6:]}@example.org")
    at(clock, 2, 25)
    gate = threading.Barrier(2)

    def run() -> None:
        gate.wait()
        turn(service)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.entity for one in letters(service.db)) == sorted(ours)


def test_claim_of_a_process_that_died_ends_and_the_letter_leaves_once(
    service: Any, clock: FakeClock, nameless: uuid.UUID
) -> None:
    at(clock, 2, 25)
    flows.sweep(service, jobs.RULES)
    with service.db.write() as session:
        [dead] = claim(session, Planned, *due(clock(), ["names_due"]), until=clock() + flows.LEASE)
    assert flows.work(service, jobs.RULES) is False and letters(service.db) == []
    clock.advance(seconds=31)
    turn(service)
    assert len(letters(service.db)) == 1
    flows._settle(service, jobs.RULES[0], dead)  # It was only slow, and comes back.
    assert len(letters(service.db)) == 1 and planned(service.db, nameless)["7"] == "sent"


def test_slow_process_whose_claim_was_taken_sends_nothing(service: Any, clock: FakeClock, nameless: uuid.UUID) -> None:
    at(clock, 2, 25)
    flows.sweep(service, jobs.RULES)
    claims = []
    for _ in range(2):
        with service.db.write() as session:
            claims += claim(session, Planned, *due(clock(), ["names_due"]), until=clock() + flows.LEASE)
        clock.advance(seconds=31)
    slow, quick = claims
    flows._settle(service, jobs.RULES[0], slow)
    assert letters(service.db) == []
    flows._settle(service, jobs.RULES[0], quick)
    assert len(letters(service.db)) == 1


def test_letter_that_cannot_be_written_is_given_up_and_holds_up_no_other(
    service: Any, clock: FakeClock, nameless: uuid.UUID
) -> None:
    def fails(*_: object) -> Sequence[SendMessage]:
        raise ValueError

    other = make.registered(service.db, COCKTAIL, "car", [""], clock())
    contact(service.db, other, "zoe@example.org")
    [rule] = [one for one in jobs.RULES if one.name == "names_due"]

    def letters_of(here: Any, session: Any, entity: uuid.UUID, occurrence: str) -> Sequence[SendMessage]:
        return fails() if entity == nameless else rule.letters(here, session, entity, occurrence)

    broken = (flows.Rule(rule.name, rule.wanted, rule.useless, letters_of),)
    at(clock, 2, 25)
    flows.sweep(service, broken)
    for _ in range(7):
        flows.work(service, broken)
        clock.advance(seconds=31)
    assert [one.entity for one in letters(service.db)] == [other]
    assert planned(service.db, nameless)["7"] == "tried_too_often"


steps = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 60)),
        st.tuples(st.just("move"), st.integers(-200, 400)),
        st.tuples(st.just("name"), st.sampled_from(["", "roy zoe"])),
        st.tuples(st.just("sweep"), st.just(0)),
        st.tuples(st.just("work"), st.just(0)),
        st.tuples(st.just("die"), st.just(0)),
    ),
    min_size=5,
    max_size=40,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_letter_leaves_once_by_day_and_before_its_date_whatever_is_moved(
    service: Any, clock: FakeClock, steps: list[tuple[str, Any]]
) -> None:
    clock.set(FakeClock().now)
    until = UNTIL
    names_until(service.db, until)
    ours, before = make.registered(service.db, COCKTAIL, "car", [""], clock()), len(letters(service.db))
    for what, given_ in [*steps, ("sweep", 0), ("work", 0)]:
        match what:
            case "wait":
                clock.advance(hours=given_)
            case "move":
                until = UNTIL + timedelta(hours=given_)
                names_until(service.db, until)
            case "name":
                name(service.db, ours, given_)
            case "sweep":
                flows.sweep(service, jobs.RULES)
            case "die":
                with service.db.write() as session:
                    claim(session, Planned, *due(clock(), ["names_due"]), until=clock() + flows.LEASE)
            case _:
                told = len(letters(service.db))
                flows.work(service, jobs.RULES)
                for one in letters(service.db)[told:]:
                    first = days_before(until.astimezone(ZoneInfo(ZONE)).date(), one.version, ZONE)
                    assert first <= clock() < until
    mine = [one.version for one in letters(service.db)[before:] if one.entity == ours]
    assert len(mine) == len(set(mine))
    _forget(service.db)


def _forget(db: Database) -> None:
    with db.write() as session:
        session.execute(sa.delete(table(Planned)))
        session.execute(sa.update(table(Registration)).values({column(Registration.confirmed_at): None}))
