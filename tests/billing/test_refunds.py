"""Money that goes back: once, whatever crashes, and never more than came."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from billing import jobs
from billing.checkout import flows as settlement
from billing.gateway import KeySpent
from billing.orders import actions as orders
from billing.payments import actions as payments
from billing.payments.actions import Received
from billing.port import Answered, Outcome
from billing.refunds import actions as refunds
from billing.refunds.models import Refund
from kit.contracts import PaymentMethod, PlaceOrder, RefundOrder
from kit.db import new_id
from tests.billing.conftest import Billing
from tests.billing.make import at_once, credit, line, order
from tests.fakes.stripe_gateway import RecordedGateway, down, refusing
from tests.fakes.stripe_server import StripeServer

# Each crash point: where in the sending of a refund the process dies.
DIES = {
    "before Stripe is called": lambda gateway: setattr(gateway, "before", dying("refund")),
    "after Stripe did it, before we know": lambda gateway: setattr(gateway, "after", dying("refund")),
}


class Killed(BaseException):
    """As SIGKILL does, no code of ours gets to clean up."""


def dying(call: str) -> Callable[[str], None]:
    def die(name: str) -> None:
        if name == call:
            raise Killed()

    return die


@pytest.mark.parametrize("where", DIES)
def test_refund_interrupted_anywhere_happens_once(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder, where: str
) -> None:
    recorded.tell(credit(paid, ("car-n", 1)))
    DIES[where](gateway)
    with pytest.raises(Killed):
        jobs.send_refunds(recorded.service)
    assert jobs.send_refunds(recorded.service) is False  # Leased: nobody else tries meanwhile.
    recorded.clock.advance(minutes=2)
    gateway.before = gateway.after = lambda _call: None
    recorded.work()
    assert len(gateway.refunds) == 1
    assert recorded.order(paid.order_id)["refunded"] == 9773
    assert len(recorded.registration.told("OrderRefunded")) == 1
    assert recorded.invariants() == []


def test_refund_seen_by_two_workers_is_sent_once(recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder) -> None:
    recorded.tell(credit(paid, ("car-n", 1)))
    at_once(*[lambda: jobs.send_refunds(recorded.service)] * 4)
    assert gateway.calls.count("refund") == 1
    assert recorded.invariants() == []


def test_refund_with_stripe_down_is_sent_later(recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder) -> None:
    recorded.tell(credit(paid, ("car-n", 1)))
    gateway.before = down
    jobs.send_refunds(recorded.service)
    assert recorded.order(paid.order_id)["refunds"][0]["status"] == "requested"
    gateway.before = lambda _call: None
    recorded.work()
    assert recorded.order(paid.order_id)["refunds"][0]["status"] == "succeeded"


def test_refund_key_spent_without_a_refund_is_followed_by_another(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    recorded.tell(credit(paid, ("car-n", 1)))

    def spent(call: str) -> None:
        if call == "refund":
            raise KeySpent()

    gateway.before = spent
    jobs.send_refunds(recorded.service)
    gateway.before = lambda _call: None
    recorded.work()
    [key] = gateway.refunds
    assert key.endswith("-1")
    assert gateway.calls[-2:] == ["refunds_of", "refund"]
    assert recorded.order(paid.order_id)["refunded"] == 9773


def test_refund_refused_by_stripe_is_shown_and_can_be_paid_by_hand(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    recorded.tell(credit(paid, ("car-n", 1)))
    gateway.before = refusing("charge_disputed")
    recorded.work()
    seen = recorded.order(paid.order_id)
    [refund] = seen["refunds"]
    assert (refund["status"], seen["owed"], seen["refunding"]) == ("failed", -9773, 0)
    assert recorded.service.pending()["unreconciled"] == 1
    [told] = recorded.registration.told("OrderRefunded")
    assert told["succeeded"] is False
    assert recorded.invariants() == []

    assert done(recorded, refund["id"], "cheque", "4411").status_code == 200
    seen = recorded.order(paid.order_id)
    assert (seen["owed"], seen["refunded"], seen["refunds"][0]["status"]) == (0, 9773, "done")
    assert done(recorded, refund["id"], "cheque", "4412").json()["code"] == "RefundNotPayable"
    assert recorded.service.pending()["unreconciled"] == 0
    assert recorded.invariants() == []


def test_refund_failed_and_paid_another_way_cannot_be_paid_twice(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    recorded.tell(credit(paid, ("car-n", 1)))
    gateway.before = refusing("expired_or_canceled_card")
    recorded.work()
    gateway.before = lambda _call: None
    recorded.tell(credit(paid, ("car-m", 1)))  # What is held too much goes back with the next correction.
    recorded.work()
    seen = recorded.order(paid.order_id)
    assert (seen["refunded"], seen["owed"]) == (9773 + 7474, 0)
    failed = next(refund for refund in seen["refunds"] if refund["status"] == "failed")
    assert done(recorded, failed["id"], "cheque").json()["code"] == "RefundNotPayable"
    # Nothing of it waits for anybody any more.
    assert recorded.service.pending()["unreconciled"] == 0
    assert recorded.client.get("/api/orders?status=refunds").json()["orders"] == []
    assert recorded.invariants() == []


def test_refund_still_undecided_by_the_bank_is_asked_again(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    recorded.tell(credit(paid, ("car-n", 1)))
    [refund] = recorded.order(paid.order_id)["refunds"]
    key = f"refund-{refund['id']}"
    gateway.refunds[key] = (refund["id"], Answered(Outcome.PENDING, "re_slow"))
    jobs.send_refunds(recorded.service)
    assert recorded.order(paid.order_id)["refunds"][0]["status"] == "requested"
    gateway.refunds[key] = (refund["id"], Answered(Outcome.SUCCEEDED, "re_slow"))
    recorded.clock.advance(minutes=15)
    recorded.work()
    assert gateway.calls[-1] == "read_refund"
    assert recorded.order(paid.order_id)["refunded"] == 9773


def test_refund_by_hand_in_cash_is_rounded(recorded: Billing) -> None:
    walk_in = order(line("car-porte", "95.00"), method="cash", on=date(2027, 2, 17))
    recorded.place(walk_in)
    recorded.tell(RefundOrder(amendment_id=new_id(), order_id=walk_in.order_id, reason="cancelled"))
    seen = recorded.order(walk_in.order_id)
    [refund] = seen["refunds"]
    assert (refund["status"], refund["amount"], seen["refunding"]) == ("to_pay_by_hand", 10923, 10923)
    assert done(recorded, refund["id"], "cash").status_code == 200
    seen = recorded.order(walk_in.order_id)
    assert (seen["refunds"][0]["status"], seen["refunds"][0]["rounding"], seen["refunded"]) == ("done", 2, 10923)
    recorded.work()
    assert recorded.registration.told("OrderRefunded")[0]["method"] == "manual"
    assert recorded.invariants() == []


def done(billing: Billing, refund_id: str, how: str, reference: str = "") -> Any:
    billing.as_staff("accountant")
    return billing.client.post(f"/api/refunds/{refund_id}/done", json={"how": how, "reference": reference})


def test_refund_of_more_than_came_is_refused_by_the_database(recorded: Billing, paid: PlaceOrder) -> None:
    for statement in ("UPDATE orders SET refunded = paid + 1", "UPDATE payment SET refunded = amount + 1"):
        with pytest.raises(IntegrityError), recorded.service.db.write() as session:
            session.execute(sa.text(statement))


def test_refund_at_the_simulator_with_its_answer_cut_is_made_once(
    card: Billing, stripe: StripeServer, webhooks: None
) -> None:
    placed = order()
    stripe.pay(card.pay_page(card.place(placed).json()["pay_url"]))
    settlement.settle(card.service, placed.order_id)
    card.tell(credit(placed, ("car-n", 1)))
    stripe.switch(cut={"path": "/v1/refunds", "method": "POST"})
    card.work()
    assert card.order(placed.order_id)["refunded"] == 0
    card.work()
    stripe.settled()
    card.work()
    seen = card.order(placed.order_id)
    assert (seen["refunded"], seen["owed"]) == (9773, 0)
    assert len(stripe.client().v1.refunds.list().data) == 1
    assert card.service.pending()["inbox"] == 0
    assert card.invariants() == []


def test_refund_that_bounces_later_is_taken_back_in_the_ledger(
    card: Billing, stripe: StripeServer, webhooks: None
) -> None:
    placed = order()
    stripe.pay(card.pay_page(card.place(placed).json()["pay_url"]))
    settlement.settle(card.service, placed.order_id)
    stripe.switch(refund_status="pending")
    card.tell(credit(placed, ("car-n", 1)))
    card.work()
    assert card.service.pending()["refunds_in_flight"] == 1
    [refund] = stripe.client().v1.refunds.list().data
    stripe.end_refund(refund.id, "failed")
    stripe.settled()
    card.work()
    seen = card.order(placed.order_id)
    assert (seen["refunds"][0]["status"], seen["owed"]) == ("failed", -9773)
    assert card.invariants() == []


def test_refund_success_that_turns_into_a_failure_is_reversed(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    recorded.tell(credit(paid, ("car-n", 1)))
    recorded.work()
    [refund] = recorded.order(paid.order_id)["refunds"]
    with recorded.service.db.write() as session:
        refunds.finish(session, uuid.UUID(refund["id"]), Answered(Outcome.FAILED, error="bounced"), recorded.clock())
    seen = recorded.order(paid.order_id)
    assert (seen["refunds"][0]["status"], seen["refunded"], seen["owed"]) == ("failed", 0, -9773)
    assert recorded.invariants() == []


def bounce(billing: Billing, refund_id: str) -> None:
    with billing.service.db.write() as session:
        refunds.finish(session, uuid.UUID(refund_id), Answered(Outcome.FAILED, error="bounced"), billing.clock())


def test_refund_bounced_and_paid_by_hand_balances(recorded: Billing, paid: PlaceOrder) -> None:
    recorded.tell(credit(paid, ("car-n", 1)))
    recorded.work()
    [refund] = recorded.order(paid.order_id)["refunds"]
    bounce(recorded, refund["id"])
    assert done(recorded, refund["id"], "cash").status_code == 200
    seen = recorded.order(paid.order_id)
    assert (seen["refunds"][0]["status"], seen["refunded"], seen["owed"]) == ("done", 9773, 0)
    assert recorded.invariants() == []


def test_refunds_both_refused_are_paid_by_hand_only_while_money_is_held(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    """Paid twice: the second payment's refund fails, is asked for again with the rest, succeeds; the first's fails."""
    with recorded.service.db.write() as session:
        twice = Received(PaymentMethod.CARD, 24720, payment_intent="pi_second")
        payments.receive(session, [orders.existing(session, paid.order_id)], twice, recorded.clock())
        refunds.return_excess(session, orders.existing(session, paid.order_id), "paid_twice", None, recorded.clock())
    gateway.before = refusing("expired_or_canceled_card")
    recorded.work()
    gateway.before = lambda _call: None
    recorded.tell(RefundOrder(amendment_id=new_id(), order_id=paid.order_id, reason="cancelled"))
    recorded.work()
    seen = recorded.order(paid.order_id)
    first, second, third = (uuid.UUID(refund["id"]) for refund in seen["refunds"])
    with recorded.service.db.read() as session:
        returns_first = {session.get_one(Refund, one).payment_id: one for one in (second, third)}
        again = returns_first.pop(session.get_one(Refund, first).payment_id)
    [other] = returns_first.values()
    bounce(recorded, str(other))
    assert done(recorded, str(first), "cheque").json()["code"] == "RefundNotPayable"
    assert done(recorded, str(again), "cheque").json()["code"] == "RefundNotPayable"
    page = recorded.client.get(f"/staff/orders/{paid.order_id}", headers={"Accept": "text/html"}).text
    assert f"/staff/refunds/{other}/done" in page and f"/staff/refunds/{first}/done" not in page
    assert done(recorded, str(other), "cheque").status_code == 200
    assert recorded.order(paid.order_id)["owed"] == 0
    assert recorded.invariants() == []
