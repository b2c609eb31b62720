"""Every order of Stripe's events of one purchase, however often each is told, crossed with the buyer's way back, the
reconciler, the worker and the hold's end at every place, before the payment and after it: one end if it was paid, one
if the hold ended first."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from billing import jobs
from billing.checkout import actions
from billing.checkout import flows as settlement
from billing.checkout.flows_reconcile import reconcile
from billing.orders.queries import order as read_order
from billing.payments import actions as payments
from billing.port import EventSeen, PageStatus
from kit.db import new_id
from tests.billing.conftest import Billing
from tests.billing.exploring import Explored
from tests.billing.make import order
from tests.fakes.stripe_gateway import RecordedGateway

EVENTS = ("event 1", "event 2", "event 3")
# What happens sooner or later to every purchase, whatever became of it.
SOONER_OR_LATER = ("close", "reconcile", "work", "deliver")
# What is kept of an order, in rows: without ids and times, which no step looks at.
ROWS = {
    "order": "SELECT status, subtotal, tps, tvq, total, paid, credited, refunding, refunded FROM orders WHERE id = :of",
    "closing": "SELECT closing FROM orders WHERE id = :of",
    "payments": "SELECT p.method, p.amount, p.rounding, p.refunded, a.amount AS pays FROM payment p JOIN allocation a"
    " ON a.payment_id = p.id WHERE a.order_id = :of",
    "ledger": "SELECT account, debit, credit, memo FROM ledger_entry WHERE order_id = :of",
    "invoices": "SELECT subtotal, tps, tvq, total FROM invoice WHERE order_id = :of",
    "visits": "SELECT n, status, problem FROM checkout WHERE order_id = :of",
    "refunds": "SELECT amount, status FROM refund WHERE order_id = :of",
    "inbox": "SELECT type, state, error FROM incoming WHERE order_id = :of",
    "outbox": "SELECT type, state FROM outbox WHERE subject = :of",
}
QUERIES = {name: sa.text(query).bindparams(sa.bindparam("of", type_=sa.Uuid)) for name, query in ROWS.items()}


class State(NamedTuple):
    """All that a step looks at: our rows, what registration was told, Stripe's page and its events."""

    rows: tuple[tuple[str, tuple[tuple[object, ...], ...]], ...]
    told: tuple[tuple[str, int], ...]
    page: PageStatus
    events: int

    def __getitem__(self, name: str) -> tuple[tuple[object, ...], ...]:  # type: ignore[override]
        return dict(self.rows)[name]

    @property
    def shown(self) -> "State":
        """As it is compared in the end: `closing` means nothing any more once an order is paid."""
        return self._replace(rows=tuple((name, rows) for name, rows in self.rows if name != "closing"))


@dataclass
class ByCard:
    """One purchase whose buyer stands on Stripe's page."""

    billing: Billing
    gateway: RecordedGateway
    order_id: uuid.UUID = field(default_factory=new_id)
    session_id: str = ""
    events: list[EventSeen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gateway.told.clear()
        self.billing.registration.heard.clear()
        with self.billing.service.db.write() as session:
            payments.accept(session, order(order_id=self.order_id), self.billing.clock())
        self.session_id = settlement.open_page(self.billing.service, self.order_id).rsplit("/", 1)[1]

    @property
    def page(self) -> PageStatus:
        return self.gateway.pages[self.session_id].status

    def can(self) -> Iterable[str]:
        yield from ("return", "reconcile", "close", "work", "deliver")
        if self.page is PageStatus.OPEN:
            yield "pay"
        yield from EVENTS[: len(self.events)]

    def do(self, step: str) -> None:
        here = self.billing.service
        match step:
            case "pay":
                self.events = self.gateway.pay(self.session_id)
            case "return":
                with here.db.read() as session:
                    back = settlement.link(here, "return", read_order(session, self.order_id))
                shown = self.billing.visit(back)
                paid = shown.headers["location"].endswith("?payment=received")
                assert (shown.status_code, paid) == (303, self.page is PageStatus.COMPLETE), "the truth at once"
            case "reconcile":
                reconcile(here)  # The events it finds wait for the worker's next turn.
            case "close":
                self.close()
            case "work":
                jobs.work_events(here)
            case "deliver":
                here.postman.deliver()
            case event:
                self.hear(self.events[EVENTS.index(event)])

    def hear(self, event: EventSeen) -> None:
        """What the webhook's route does: keep it, and answer 200."""
        with self.billing.service.db.write() as session:
            actions.store_event(session, event, self.billing.clock())

    def close(self) -> None:
        """The hold's end. A page that it ends unpaid is an event of Stripe's, too."""
        before = self.page
        answer = settlement.close(self.billing.service, self.order_id).state
        assert answer == ("paid" if self.page is PageStatus.COMPLETE else "void")
        if before is PageStatus.OPEN:
            told = (f"evt_{uuid.uuid4().hex}", "checkout.session.expired", self.billing.clock(), self.session_id)
            self.events = [EventSeen(*told, self.order_id, None, None, None)]
            self.gateway.told += self.events

    def state(self) -> State:
        with self.billing.service.db.read() as session:
            found = {name: session.execute(query, {"of": self.order_id}).all() for name, query in QUERIES.items()}
        rows = tuple((name, tuple(sorted(tuple(row) for row in each))) for name, each in found.items())
        told = Counter(kind for kind, _ in self.billing.registration.heard)
        return State(rows, tuple(sorted(told.items())), self.page, len(self.events))

    def leave(self) -> None:
        for step in SOONER_OR_LATER:
            self.do(step)


@pytest.fixture
def explored(recorded: Billing, gateway: RecordedGateway) -> Explored:
    return Explored(lambda: ByCard(recorded, gateway), at_most=300).run()


def test_order_events_in_any_sequence_end_the_same(recorded: Billing, explored: Explored) -> None:
    assert len(explored.steps) > 100, "closing first or not, each event kept or not and worked or not, told or not"
    ends: dict[State, set[PageStatus]] = {}
    for state in explored.steps:
        assert isinstance(state, State)
        end = explored.after(state, SOONER_OR_LATER)
        assert isinstance(end, State)
        ends.setdefault(end.shown, set()).add(state.page)
        again = {explored.after(end, [step]) for step in (*EVENTS, *SOONER_OR_LATER, "return")}
        assert again == {end}, "nothing changes it any more"
    paid, void = sorted(ends, key=lambda end: end.page.value)
    # A purchase that was paid ends as every other that was; one that was not, as the hold's end makes it.
    assert (ends[paid], ends[void]) == ({PageStatus.COMPLETE}, {PageStatus.OPEN, PageStatus.EXPIRED})

    assert paid["order"] == (("paid", 21500, 1075, 2145, 24720, 24720, 0, 0, 0),)
    assert paid["payments"] == (("card", 24720, 0, 0, 24720),)
    assert paid["invoices"] == ((21500, 1075, 2145, 24720),)
    assert sorted(row[1:] for row in paid["ledger"]) == sorted(LEDGER)
    assert paid["visits"] == ((1, "complete", ""),)
    assert (len(paid["inbox"]), {state for _type, state, _error in paid["inbox"]}) == (3, {"done"})
    assert (paid["refunds"], paid["outbox"], paid.told) == ((), (), (("OrderInvoiced", 1), ("OrderPaid", 1)))

    assert void["order"] == (("void", 21500, 1075, 2145, 24720, 0, 0, 0, 0),)
    assert void["visits"] == ((1, "expired", ""),)
    assert {void[name] for name in ("payments", "invoices", "ledger", "refunds", "outbox")} == {()} and void.told == ()
    assert recorded.invariants() == [], "numbers of invoices without a gap among them"
    assert set(recorded.service.pending().values()) == {0}


# (debit, credit, memo): what was sold and its two taxes are owed, then paid.
LEDGER = [
    (24720, 0, "invoice"),
    (0, 21500, "invoice"),
    (0, 1075, "invoice"),
    (0, 2145, "invoice"),
    (24720, 0, "payment"),
    (0, 24720, "payment"),
]
