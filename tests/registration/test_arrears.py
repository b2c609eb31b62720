"""A company owes since its oldest unpaid invoice was due, whatever is done to its registrations, in any order."""

import threading
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kit.contracts import OrderInvoiced, OrderPaid, OrderPartlyPaid, OrderSums
from registration import jobs
from registration.invariants import invariants
from registration.members.queries_standing import standing_of
from registration.members.rules import MemberStatus, MemberTerms
from registration.registrations.arrears.actions import mark
from registration.registrations.arrears.queries import arrears_astray
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.registration.gestures import PRODUCTS, House
from tests.registration.test_members import company
from tests.tables import registrations, resources

DUE = date(2027, 4, 14)
BOTH_ON_SALE = datetime(2027, 3, 15, 15, 0, tzinfo=UTC)
COMPANIES = ("c01", "c02", "")
which = st.integers(0, 12)
ways = st.sampled_from(["card", "invoice", "waits"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), st.sampled_from(sorted(PRODUCTS)), ways, st.sampled_from(COMPANIES)),
        st.tuples(st.just("invoice"), which, st.integers(0, 60)),
        st.tuples(st.just("partly"), which, st.integers(0, 2)),
        st.tuples(st.just("confirm"), which),
        st.tuples(st.just("pay"), which),
        st.tuples(st.just("credit"), which, st.integers(1, 9000)),
        st.tuples(st.just("cancel"), which, st.sets(st.integers(0, 2))),
        st.tuples(st.just("refund_all"), which),
    ),
    min_size=6,
    max_size=20,
)


class Ledger(House):
    """Companies that sign up, are invoiced, pay and cancel."""

    def buy(self, key: str, method: str, of: str) -> None:
        self.sign_up(key, ["Élise Côté", "Karl Roy"], method)
        if of:
            mine = registrations.c.id == self.known[-1]
            with self.service.db.write() as session:
                session.execute(registrations.update().where(mine).values(company_id=company(self.service, of).id))

    def invoice(self, n: int, days: int) -> None:
        row = self.one(n)
        if row and row.status == "confirmed" and row.method == "invoice":
            due = DUE + timedelta(days=days)
            number = f"F-2027-{n:05}"
            self.hear(OrderInvoiced(order_id=row.id, number=number, total=row.total, issued_on=DUE, due_on=due))

    def partly(self, n: int, left: int) -> None:
        """Something was paid; with nothing left, its last part was, and that it is paid is told in a moment."""
        row = self.one(n)
        if row and row.status == "confirmed" and row.method == "invoice":
            self.revision += 1
            sums = OrderSums(revision=self.revision, credited=0, received=100, refunded=0, balance=left)
            self.hear(OrderPartlyPaid(order_id=row.id, amount=100, method="cheque", sums=sums))


def kept(service: Any) -> dict[uuid.UUID, date]:
    with service.db.read() as session:
        rows = session.execute(sa.text("SELECT key FROM company WHERE unpaid_due_on IS NOT NULL")).scalars()
        found = [company(service, key) for key in rows]
    return {one.id: one.unpaid_due_on for one in found if one.unpaid_due_on}


def due(ledger: Ledger) -> dict[uuid.UUID, date]:
    """The same, from the registrations one by one."""
    days: dict[uuid.UUID, list[date]] = {}
    for n in range(len(ledger.known)):
        row = ledger.one(n)
        owes = row and row.status == "confirmed" and row.method == "invoice" and not row.paid_at and row.balance > 0
        if row and owes and row.company_id and row.due_on:
            days.setdefault(row.company_id, []).append(row.due_on)
    return {of: min(some) for of, some in days.items()}


@pytest.fixture
def ledger(service: Any, clock: FakeClock) -> Ledger:
    clock.set(BOTH_ON_SALE)
    with service.db.write() as session:
        session.execute(resources.update().values(capacity=100_000))
    return Ledger(service, clock)


@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=steps)
def test_arrears_after_anything_are_the_oldest_unpaid_due_day(
    service: Any, clock: FakeClock, ledger: Ledger, steps: list[Any]
) -> None:
    begun = len(ledger.known)
    for name, *given_to_it in steps:
        getattr(ledger, name)(*given_to_it)
        assert kept(service) == due(ledger), (name, given_to_it)
        clock.advance(seconds=1)
    with service.db.read() as session:
        assert arrears_astray(session) == {}
    assert len(ledger.known) >= begun


def standing(service: Any, key: str, day: date) -> MemberStatus:
    with service.db.read() as session:
        found = standing_of(session, MemberTerms(day), company(service, key).id)
    assert found
    return found.status


def test_invoice_past_its_day_takes_the_member_price_until_it_is_paid(
    service: Any, clock: FakeClock, ledger: Ledger
) -> None:
    ledger.buy(COCKTAIL, "invoice", "c01")
    ledger.invoice(0, 0)
    assert standing(service, "c01", DUE) is MemberStatus.ACTIVE, "it may be paid on its last day"
    assert standing(service, "c01", DUE + timedelta(days=1)) is MemberStatus.IN_ARREARS
    ledger.pay(0)
    assert standing(service, "c01", DUE + timedelta(days=1)) is MemberStatus.ACTIVE
    assert invariants(service.db) == []


def test_part_that_was_paid_leaves_the_company_in_arrears(service: Any, clock: FakeClock, ledger: Ledger) -> None:
    ledger.buy(COCKTAIL, "invoice", "c01")
    ledger.invoice(0, 0)
    ledger.partly(0, 1)
    assert kept(service) == {company(service, "c01").id: DUE}
    ledger.partly(0, 0)
    assert kept(service) == {}


def test_arrears_written_by_nobody_break_an_invariant_and_are_put_right(
    service: Any, clock: FakeClock, ledger: Ledger
) -> None:
    ledger.buy(COCKTAIL, "invoice", "c01")
    with service.db.write() as session:
        # As a copy of the release before does, which keeps no such day.
        session.execute(registrations.update().values(due_on=DUE, invoice_number="F-2027-00001"))
    [said] = invariants(service.db)
    assert said == f"company {company(service, 'c01').id}: unpaid since None, its registrations say {DUE}"
    jobs.housekeeping(service)
    assert invariants(service.db) == [] and kept(service) == {company(service, "c01").id: DUE}


def test_two_invoices_paid_at_once_leave_nothing_owed(service: Any, clock: FakeClock, ledger: Ledger) -> None:
    for n in range(2):
        ledger.buy(COCKTAIL, "invoice", "c01")
        ledger.invoice(n, n)
    mine, first, second = company(service, "c01").id, *(ledger.one(n) for n in range(2))
    assert first and second
    failed: list[BaseException] = []

    def pay() -> None:
        try:
            ledger.hear(OrderPaid(order_id=second.id, paid_at=clock(), amount=second.total, method="cheque"))
        except BaseException as error:
            failed.append(error)

    other = threading.Thread(target=pay)
    with service.db.write() as session:
        session.execute(registrations.update().where(registrations.c.id == first.id).values(paid_at=clock(), balance=0))
        mark(session, [mine])
        other.start()
        other.join(0.5)
        assert other.is_alive(), "it waits for the company"
    other.join()
    assert failed == [] and kept(service) == {}
