"""What activities come to is what their registrations say, whatever is done to them, in any order."""

import threading
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from kit.contracts.callers import ANYONE
from kit.db import Database
from registration import jobs
from registration.invariants import invariants
from registration.registrations.tallies.actions import count
from registration.registrations.tallies.queries import counted, drifted, tallies, tally
from registration.registrations.tallies.rules import NOTHING, Tally
from registration.signup.actions import Announcement, record_signup
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.registration.gestures import PRODUCTS, House
from tests.tables import registrations, resources

BOTH_ON_SALE = datetime(2027, 3, 15, 15, 0, tzinfo=UTC)
which = st.integers(0, 12)
people = st.lists(st.sampled_from(["", "Élise Côté", "Karl Roy"]), min_size=1, max_size=3)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("sign_up"), st.sampled_from(sorted(PRODUCTS)), people, st.sampled_from(["card", "invoice"])),
        st.tuples(st.just("sign_up"), st.sampled_from(sorted(PRODUCTS)), people, st.just("waits")),
        st.tuples(st.just("amend"), which, people, st.sampled_from(["card", "invoice"])),
        st.tuples(st.just("confirm"), which),
        st.tuples(st.just("pay"), which),
        st.tuples(st.just("credit"), which, st.integers(1, 9000)),
        st.tuples(st.just("end_hold"), which),
        st.tuples(st.just("cancel"), which, st.sets(st.integers(0, 2))),
        st.tuples(st.just("refund_all"), which),
        st.tuples(st.just("name"), which, st.integers(0, 2), st.sampled_from(["", "Maude", "Zoé"])),
        st.tuples(st.just("correct"), which, st.integers(0, 2), st.sampled_from(["", "Maude", "Zoé"])),
    ),
    min_size=6,
    max_size=20,
)


def kept(db: Database) -> Mapping[uuid.UUID, Tally]:
    """What is kept, but of activities that come to nothing."""
    with db.read() as session:
        return {id_: one for id_, one in tallies(session).items() if one != NOTHING}


def fresh(db: Database) -> Mapping[uuid.UUID, Tally]:
    with db.read() as session:
        return counted(session)


def widen(db: Database) -> None:
    with db.write() as session:
        session.execute(resources.update().values(capacity=100_000))


# A failure tells its steps as they were: making them fewer would run the product for minutes.
@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=steps)
def test_tallies_after_anything_equal_a_fresh_count(service: Any, clock: FakeClock, steps: list[Any]) -> None:
    clock.set(BOTH_ON_SALE)
    widen(service.db)
    house = House(service, clock)
    for name, *given_to_it in steps:
        getattr(house, name)(*given_to_it)
        assert kept(service.db) == fresh(service.db), (name, given_to_it)
        clock.advance(seconds=1)
    assert invariants(service.db) == []


def test_tally_counts_people_names_and_what_is_owed(service: Any, clock: FakeClock, cocktail: uuid.UUID) -> None:
    house = House(service, clock)
    house.sign_up(COCKTAIL, ["Élise Côté", ""], "invoice")
    house.sign_up(COCKTAIL, ["Karl Roy"], "card")
    [each] = {row.total // 2 for row in [house.one(0)] if row}
    assert kept(service.db) == {cocktail: Tally(1, 2, 1, 2 * each, 2 * each)}
    house.pay(1)
    house.pay(0)
    assert kept(service.db)[cocktail] == Tally(2, 3, 1, 3 * each, 0)
    house.name(0, 1, "Maude")
    house.cancel(1, set())
    assert kept(service.db)[cocktail] == Tally(1, 2, 0, 2 * each, 0)


@pytest.mark.parametrize("gesture", ["name", "correct"])
def test_tally_after_a_name_is_given_or_taken_away_says_so(service: Any, clock: FakeClock, gesture: str) -> None:
    house = House(service, clock)
    house.sign_up(COCKTAIL, ["Élise Côté", ""], "invoice")
    unnamed = []
    for place, name in ((1, "Maude"), (0, ""), (0, "Zoé")):
        getattr(house, gesture)(0, place, name)
        unnamed += [one.unnamed for one in kept(service.db).values()]
    assert unnamed == [0, 1, 0]


def test_tally_that_is_wrong_breaks_an_invariant_and_is_put_right(
    service: Any, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    House(service, clock).sign_up(COCKTAIL, ["Élise Côté"], "invoice")
    with service.db.write() as session:
        # As a copy of the release before does, which keeps no tally.
        session.execute(registrations.update().values(paid_at=clock(), paid_by="cheque"))
    [said] = invariants(service.db)
    assert "its tally is" in said and "its registrations say" in said
    jobs.housekeeping(service)
    assert invariants(service.db) == []
    assert kept(service.db)[cocktail].owed == 0


def test_tally_below_nothing_is_refused_by_the_database(service: Any, cocktail: uuid.UUID) -> None:
    with pytest.raises(IntegrityError), service.db.write() as session:
        count(session, cocktail, Tally(registrations=-1))


def test_signup_taken_back_leaves_no_tally(service: Any, clock: FakeClock, cocktail: uuid.UUID) -> None:
    plan = make.planned(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    with pytest.raises(ZeroDivisionError), service.db.write() as session:
        record_signup(session, plan, Announcement(), ANYONE)
        assert tally(session, cocktail).people == 1
        raise ZeroDivisionError
    assert kept(service.db) == {}


def test_signups_and_cancellations_at_once_leave_no_drift(service: Any, clock: FakeClock) -> None:
    widen(service.db)
    house = House(service, clock)
    for _ in range(6):
        house.sign_up(COCKTAIL, ["Élise Côté", ""], "invoice")
    plans = [make.planned(service.db, COCKTAIL, "car", ["Karl Roy", ""], clock()) for _ in range(6)]
    gate = threading.Barrier(4)
    failed: list[BaseException] = []

    def sign_up(mine: list[Any]) -> None:
        gate.wait()
        for plan in mine:
            with service.db.write() as session:
                record_signup(session, plan, Announcement(), ANYONE)

    def cancel(mine: list[int]) -> None:
        gate.wait()
        for n in mine:
            house.cancel(n, {0} if n % 2 else set())

    def run(act: Any, mine: Any) -> None:
        try:
            act(mine)
        except BaseException as error:
            failed.append(error)

    work = [(sign_up, plans[:3]), (sign_up, plans[3:]), (cancel, [0, 1, 2]), (cancel, [3, 4, 5])]
    threads = [threading.Thread(target=run, args=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with service.db.read() as session:
        assert drifted(session) == {}
        assert sum(one.registrations for one in tallies(session).values()) == 6 + 3


def test_first_signups_of_an_activity_at_once_are_all_counted(service: Any, clock: FakeClock) -> None:
    widen(service.db)
    plans = [make.planned(service.db, COCKTAIL, "car", ["Karl Roy"], clock()) for _ in range(4)]
    gate = threading.Barrier(4)

    def sign_up(plan: Any) -> None:
        gate.wait()
        with service.db.write() as session:
            record_signup(session, plan, Announcement(), ANYONE)

    threads = [threading.Thread(target=sign_up, args=(plan,)) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.registrations for one in kept(service.db).values()] == [4]
    assert kept(service.db) == fresh(service.db)
