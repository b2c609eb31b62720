"""Holds when a clock was wrong: they end as they would have with a right one, neither days later nor at once."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from registration import jobs
from registration.registrations.holds.actions import ended_holds
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.registration.strangers import places, post, signup, state, taken
from tests.tables import registrations


def held(service: Any, clock: FakeClock) -> uuid.UUID:
    """A place held for a card."""
    return make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock(), method="card")


def ends(service: Any, registration_id: uuid.UUID) -> tuple[datetime, datetime]:
    """Until when it is held, and when that is looked at."""
    query = sa.select(registrations.c.hold_until, registrations.c.check_at)
    with service.db.read() as session:
        row = session.execute(query.where(registrations.c.id == registration_id)).one()
    return row.hold_until, row.check_at


@pytest.mark.parametrize("ahead", [timedelta(minutes=10), timedelta(days=1), timedelta(days=3)])
def test_hold_made_while_the_clock_ran_ahead_ends_as_if_it_were_made_now(
    service: Any, clock: FakeClock, ahead: timedelta
) -> None:
    clock.advance(seconds=ahead.total_seconds())
    mine = held(service, clock)
    clock.advance(seconds=-ahead.total_seconds())
    assert service.pending()["holds_overdue"] == 1
    jobs.end_holds(service)
    assert ends(service, mine) == (clock() + timedelta(minutes=30),) * 2, "whoever is paying keeps what was promised"
    assert service.pending()["holds_overdue"] == 0 and not jobs.end_holds(service)


def test_hold_claimed_while_the_clock_ran_ahead_is_looked_at_when_it_is_right(service: Any, clock: FakeClock) -> None:
    mine = held(service, clock)
    clock.advance(days=3)
    with service.db.write() as session:
        assert [one.id for one in ended_holds(session, clock())] == [mine]
    clock.advance(days=-3, minutes=31)
    assert jobs.end_holds(service), "it ended a minute ago, and was not looked at for three days"


def test_holds_that_are_right_are_not_cut_off_by_a_clock_that_goes_back(service: Any, clock: FakeClock) -> None:
    mine = held(service, clock)
    clock.advance(days=-3)
    jobs.end_holds(service)
    assert ends(service, mine)[0] == clock() + timedelta(minutes=30)
    clock.advance(minutes=29)
    assert not jobs.end_holds(service)


def test_hold_of_a_process_whose_clock_is_a_little_ahead_is_left_alone(service: Any, clock: FakeClock) -> None:
    clock.advance(seconds=59)
    mine = held(service, clock)
    before = ends(service, mine)
    clock.advance(seconds=-59)
    assert not jobs.end_holds(service)
    assert ends(service, mine) == before


def test_invoice_held_while_the_clock_ran_ahead_gives_its_places_back(few: FastAPI, clock: FakeClock) -> None:
    """Two days are not too long for it; five are."""
    service = few.state.service
    mine = post(few, "192.0.2.1", signup(items=places(10), method="invoice")).json()["id"]
    assert not jobs.end_holds(service), "a right one is left alone"
    clock.advance(days=3)
    again = post(few, "192.0.2.2", signup("noe@example.org", items=places(10), method="invoice", company="Autre inc."))
    clock.advance(days=-3)
    jobs.end_holds(service)
    clock.advance(hours=48, minutes=1)
    jobs.end_holds(service)
    assert (state(service, mine), state(service, again.json()["id"]), taken(service)) == ("expired", "expired", 0)
