"""Settling when things go wrong: whoever else looks meanwhile, whatever Stripe says or does not. (Every order of the
events: `test_every_order`.)"""

import uuid

import pytest

from billing import jobs
from billing.checkout import actions
from billing.checkout import flows as settlement
from billing.checkout.flows_reconcile import reconcile
from billing.checkout.queries import checkouts_of
from billing.orders.rules import OrderStatus
from billing.port import EventSeen, PageStatus
from kit.contracts import RefundOrder
from kit.db import new_id
from tests.billing.conftest import Billing
from tests.billing.make import at_once, line, order
from tests.fakes.stripe_gateway import RecordedGateway, down, refusing


def deliver(billing: Billing, event: EventSeen) -> None:
    """What the webhook's route and then the worker do."""
    with billing.service.db.write() as session:
        actions.store_event(session, event, billing.clock())
    jobs.work_events(billing.service)


def begun(billing: Billing) -> tuple[uuid.UUID, str]:
    """An order whose buyer stands on Stripe's page: its id and the session."""
    placed = order()
    pay_url = billing.place(placed).json()["pay_url"]
    return placed.order_id, billing.pay_page(pay_url)


def test_registration_is_notified_of_a_payment_once(recorded: Billing, gateway: RecordedGateway) -> None:
    order_id, session_id = begun(recorded)
    for event in gateway.pay(session_id) * 2:
        deliver(recorded, event)
    reconcile(recorded.service)
    assert recorded.close(order_id) == "paid"
    recorded.work()
    assert [kind for kind, _ in recorded.registration.heard] == ["OrderInvoiced", "OrderPaid"]


def test_payment_settled_by_many_at_once_is_recorded_once(recorded: Billing, gateway: RecordedGateway) -> None:
    order_id, session_id = begun(recorded)
    gateway.pay(session_id)
    statuses = at_once(*[lambda: settlement.settle(recorded.service, order_id)] * 4, lambda: recorded.close(order_id))
    assert statuses == ["paid"] * 5
    assert len(recorded.order(order_id)["payments"]) == 1
    assert recorded.invariants() == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"amount": 24719}, "amount"),
        ({"received": 100}, "amount"),
        ({"currency": "usd"}, "currency"),
        ({"order_id": "another"}, "order"),
    ],
)
def test_payment_that_does_not_match_its_order_is_not_believed(
    recorded: Billing, gateway: RecordedGateway, change: dict[str, object], problem: str
) -> None:
    order_id, session_id = begun(recorded)
    gateway.pay(session_id)
    gateway.change(session_id, **change)
    assert settlement.settle(recorded.service, order_id) == "open"
    with recorded.service.db.read() as session:
        [visit] = checkouts_of(session, order_id)
    assert visit.problem == problem
    assert recorded.service.pending()["unreconciled"] == 1
    assert recorded.order(order_id)["payments"] == []
    recorded.as_staff("accountant")
    [doubted] = recorded.client.get("/api/orders?status=doubt").json()["orders"]
    assert doubted["id"] == str(order_id)
    assert recorded.close(order_id) == "unknown"  # Money may have come: the places are not given away.


def test_payment_still_undecided_by_the_bank_keeps_the_places(recorded: Billing, gateway: RecordedGateway) -> None:
    order_id, session_id = begun(recorded)
    gateway.change(session_id, status=PageStatus.COMPLETE)
    assert settlement.settle(recorded.service, order_id) == "open"
    assert recorded.close(order_id) == "unknown"
    gateway.change(session_id, paid=True, received=24720, payment_intent="pi_late")
    assert recorded.close(order_id) == "paid"


def test_hold_that_ends_frees_the_places_and_closes_the_page(recorded: Billing, gateway: RecordedGateway) -> None:
    order_id, session_id = begun(recorded)
    assert recorded.close(order_id) == "void"
    assert gateway.pages[session_id].status is PageStatus.EXPIRED
    assert recorded.close(order_id) == "void"
    assert recorded.order(order_id)["status"] == "void"
    assert recorded.invariants() == []


def test_order_closed_before_it_is_placed_is_void_and_stays_so(recorded: Billing) -> None:
    late = order()
    assert recorded.close(late.order_id) == "void"
    assert recorded.place(late).json()["code"] == "OrderClosed"
    assert recorded.tell(late) == ["refused"]


def test_closing_a_settled_order_changes_nothing(recorded: Billing) -> None:
    invoiced, free = order(method="invoice"), order(line("web-0", "0.00"), method="free")
    recorded.place(invoiced)
    recorded.place(free)
    assert (recorded.close(invoiced.order_id), recorded.close(free.order_id)) == ("paid", "paid")
    assert recorded.order(invoiced.order_id)["closing"] is False
    assert recorded.place(invoiced).json()["status"] == "invoiced"


def test_hold_that_ended_opens_no_page_and_places_nothing(recorded: Billing, gateway: RecordedGateway) -> None:
    placed = order()
    pay_url = recorded.place(placed).json()["pay_url"]
    assert recorded.close(placed.order_id) == "void"
    assert recorded.visit(pay_url).status_code == 409
    assert recorded.place(placed).json()["code"] == "OrderClosed"
    assert "open_page" not in gateway.calls


def test_hold_that_ends_with_stripe_down_keeps_the_places_until_it_is_back(
    recorded: Billing, gateway: RecordedGateway
) -> None:
    order_id, session_id = begun(recorded)
    gateway.before = down
    assert recorded.close(order_id) == "unknown"
    assert recorded.order(order_id)["closing"] is True
    gateway.before = lambda _call: None
    gateway.pay(session_id)
    assert recorded.close(order_id) == "paid"


def test_page_made_while_the_hold_ends_is_never_shown(recorded: Billing, gateway: RecordedGateway) -> None:
    placed = order()
    pay_url = recorded.place(placed).json()["pay_url"]
    closed: list[str] = []

    def end_the_hold(call: str) -> None:
        if call == "open_page":
            closed.append(recorded.close(placed.order_id))

    gateway.after = end_the_hold
    assert recorded.visit(pay_url).status_code == 409
    assert closed == ["void"]
    assert recorded.invariants() == []


def test_page_paid_while_the_hold_ends_counts(recorded: Billing, gateway: RecordedGateway) -> None:
    order_id, session_id = begun(recorded)

    def pay_first(call: str) -> None:
        if call == "end_page":
            gateway.pay(session_id)

    gateway.before = pay_first
    assert recorded.close(order_id) == "paid"


def test_page_made_while_its_order_is_given_up_gets_no_buyer(recorded: Billing, gateway: RecordedGateway) -> None:
    placed = order()
    pay_url = recorded.place(placed).json()["pay_url"]

    def very_slow(call: str) -> None:
        if call == "open_page":
            recorded.clock.advance(minutes=2)
            reconcile(recorded.service)

    gateway.after = very_slow
    assert recorded.visit(pay_url).status_code == 503
    gateway.after = lambda _call: None
    assert recorded.visit(pay_url).status_code == 303


def test_order_placed_and_closed_at_once_ends_in_one_of_two_states(recorded: Billing) -> None:
    for _ in range(10):
        placed = order()
        placing, closing = at_once(
            lambda placed=placed: recorded.place(placed).status_code,
            lambda placed=placed: recorded.close(placed.order_id),
        )
        assert (placing, closing) in ((200, "void"), (409, "void"))
        assert recorded.order(placed.order_id)["status"] == "void"


def test_payment_after_the_hold_ended_is_still_reported(recorded: Billing, gateway: RecordedGateway) -> None:
    """Registration confirms if there is room, or has it all refunded (design.md §4.3)."""
    order_id, session_id = begun(recorded)
    with recorded.service.db.write() as session:
        settlement.order(session, order_id).status = OrderStatus.VOID
    for event in gateway.pay(session_id):
        deliver(recorded, event)
    recorded.work()
    assert recorded.order(order_id)["status"] == "paid"
    assert len(recorded.registration.told("OrderPaid")) == 1
    no_room = RefundOrder(amendment_id=new_id(), order_id=order_id, reason="no_room")
    assert recorded.tell(no_room, no_room) == ["done", "done"]
    recorded.work()
    seen = recorded.order(order_id)
    assert (seen["left"], seen["refunded"], seen["owed"]) == (0, 24720, 0)
    assert len(gateway.refunds) == 1
    assert recorded.invariants() == []


def test_reconciler_with_one_order_refused_by_stripe_goes_on(recorded: Billing, gateway: RecordedGateway) -> None:
    first, second = begun(recorded), begun(recorded)
    gateway.pay(second[1])
    gateway.pages.pop(first[1])
    gateway.before = lambda call: refusing("resource_missing")(call) if gateway.calls.count("read_page") == 1 else None
    reconcile(recorded.service)
    assert recorded.order(second[0])["status"] == "paid"


def test_reconciler_with_a_bug_in_one_order_goes_on_with_the_others(
    recorded: Billing, gateway: RecordedGateway
) -> None:
    begun_orders = sorted(begun(recorded) for _ in range(3))
    for _, session_id in begun_orders:
        gateway.pay(session_id)
    del gateway.pages[begun_orders[0][1]]  # Reading it is a KeyError, which nobody expects.
    reconcile(recorded.service)
    statuses = [recorded.order(order_id)["status"] for order_id, _ in begun_orders]
    assert statuses == ["open", "paid", "paid"]
    assert "events" in gateway.calls
