"""What activities come to is what their registrations say, whatever is done to them, in any order."""

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from kit.contracts import Envelope, OrderCredited, OrderPaid, OrderSums
from kit.contracts.callers import ANYONE
from kit.db import Database
from kit.mailbox import receive
from registration import jobs
from registration.amendments.actions import amend
from registration.changes import actions as changes
from registration.changes.actions_people import name_attendee
from registration.changes.edits.actions import correct
from registration.changes.edits.rules import Edit
from registration.changes.rules import PersonNamed
from registration.invariants import invariants
from registration.letters.flows import letter_context
from registration.registrations.actions import release
from registration.registrations.actions_confirming import confirm_held
from registration.registrations.queries import attendees_of, registration_by_id
from registration.registrations.rules import NotInThisState, RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow
from registration.registrations.tallies.actions import count
from registration.registrations.tallies.queries import counted, drifted, tallies, tally
from registration.registrations.tallies.rules import NOTHING, Tally
from registration.signup.actions import Announcement, record_signup
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.tables import registrations, resources

GOLF = "golf-2027"
BOTH_ON_SALE = datetime(2027, 3, 15, 15, 0, tzinfo=UTC)
PRODUCTS = {COCKTAIL: "car", GOLF: "golf-ind"}
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


@dataclass
class House:
    """Two activities, and what a test does with their registrations."""

    service: Any
    clock: FakeClock
    known: list[uuid.UUID] = field(default_factory=list)
    revision: int = 0

    def one(self, n: int) -> RegistrationRow | None:
        if not self.known:
            return None
        with self.service.db.read() as session:
            return registration_by_id(session, self.known[n % len(self.known)])

    def context(self, row: RegistrationRow) -> Any:
        with self.service.db.read() as session:
            return letter_context(self.service, self.service.offers.read(session, row.activity_id))

    def sign_up(self, key: str, named: list[str], method: str) -> None:
        paid = "card" if method == "card" else "invoice"
        plan = make.planned(self.service.db, key, PRODUCTS[key], named, self.clock(), method=paid)
        if method == "waits":
            plan = replace(plan, registration=waiting(plan.registration))
        with self.service.db.write() as session:
            record_signup(session, plan, Announcement(), ANYONE)
        self.known.append(plan.registration.id)

    def amend(self, n: int, named: list[str], method: str) -> None:
        row = self.one(n)
        if row is None or row.status is not RegistrationStatus.CONFIRMED or row.amends_id:
            return
        key = next(key for key in PRODUCTS if make.offer_of(self.service.db, key).activity.id == row.activity_id)
        plan = make.planned(self.service.db, key, PRODUCTS[key], named, self.clock(), method=method)
        plan = replace(plan, registration=replace(plan.registration, amends_id=row.id))
        with self.service.db.write() as session:
            amend(session, row.id, plan, Announcement(), ANYONE)
        self.known.append(plan.registration.id)

    def confirm(self, n: int) -> None:
        row = self.one(n)
        if row and row.waits_for_contact:
            with self.service.db.write() as session:
                confirm_held(session, row.id, ANYONE, self.clock())

    def pay(self, n: int) -> None:
        row = self.one(n)
        if row and not row.waits_for_contact:
            self.hear(OrderPaid(order_id=row.id, paid_at=self.clock(), amount=row.total, method="card"))

    def credit(self, n: int, cents: int) -> None:
        row = self.one(n)
        if row is None:
            return
        self.revision += 1
        said = OrderSums(revision=self.revision, credited=row.credited + cents, received=0, refunded=0, balance=0)
        amounts = {"subtotal": -cents, "tps": 0, "tvq": 0, "total": -cents, "left": 0, "refund": 0}
        own = {"amendment_id": uuid.uuid4(), "number": "NC-1", "reason": "cancelled", "sums": said}
        self.hear(OrderCredited(order_id=row.id, **own, **amounts))

    def end_hold(self, n: int) -> None:
        if row := self.one(n):
            with self.service.db.write() as session:
                release(session, row.id, self.clock())

    def cancel(self, n: int, places: set[int]) -> None:
        row = self.one(n)
        if row is None or row.status is not RegistrationStatus.CONFIRMED:
            return
        with self.service.db.read() as session:
            everyone = [one for one in attendees_of(session, row.id) if one.status == "active"]
        leaving = {one.id for place, one in enumerate(everyone) if place in places} or None
        with self.service.db.write() as session:
            changes.cancel(session, row.id, ANYONE, self.clock(), self.context(row), leaving)

    def refund_all(self, n: int) -> None:
        row = self.one(n)
        if row and row.status is RegistrationStatus.CONFIRMED:
            with self.service.db.write() as session:
                changes.cancel_told(session, row.id, ANYONE, self.clock(), 0)

    def name(self, n: int, place: int, name: str) -> None:
        if (row := self.one(n)) is None:
            return
        with self.service.db.read() as session:
            everyone = attendees_of(session, row.id)
        person = PersonNamed(name, "Simard" if name else "", "")
        try:
            with self.service.db.write() as session:
                one = everyone[place % len(everyone)]
                name_attendee(session, one.id, person, ANYONE, self.clock(), self.context(row))
        except NotInThisState:
            assert row.status not in ("held", "confirmed") or one.status == "cancelled"

    def correct(self, n: int, place: int, name: str) -> None:
        row = self.one(n)
        if row is None or row.status is not RegistrationStatus.CONFIRMED:
            return
        with self.service.db.write() as session:
            everyone = attendees_of(session, row.id)
            people = {everyone[place % len(everyone)].id: PersonNamed(name, "Simard" if name else "", "")}
            correct(session, row.id, Edit(people=people), ANYONE, self.clock())

    def hear(self, message: OrderPaid | OrderCredited) -> None:
        envelope = Envelope(id=uuid.uuid4(), type=type(message).__name__, body=message.model_dump(mode="json"))
        [receipt] = receive(self.service, self.service.reactions, [envelope], "billing")
        assert receipt.outcome == "done"


def waiting(registration: RegistrationRow) -> RegistrationRow:
    """The same signup, which waits for its contact to confirm it."""
    until = registration.created_at + timedelta(days=2)
    held = {"status": RegistrationStatus.HELD, "confirmed_at": None, "hold_until": until, "check_at": until}
    return replace(registration, **held)


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
        assert drifted(session) == []
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
