"""Credits and refunds: each happens once, whatever crashes, and never more goes back than came."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from billing import jobs
from billing.checkout import settlement
from billing.gateway import KeySpent
from billing.refunds import actions as refunds
from billing.refunds.rules import Answered, Outcome
from kit.contracts import PlaceOrder, RefundOrder
from kit.db import new_id
from tests.billing.conftest import Billing, Start
from tests.billing.make import at_once, credit, line, order
from tests.fakes.stripe_gateway import RecordedGateway, down, refusing
from tests.fakes.stripe_server import StripeServer


@pytest.fixture
def gateway(clock: Callable[[], Any]) -> RecordedGateway:
    return RecordedGateway(clock)


@pytest.fixture
def recorded(start: Start, gateway: RecordedGateway) -> Billing:
    return start(gateway=gateway)


@pytest.fixture
def paid(recorded: Billing, gateway: RecordedGateway) -> PlaceOrder:
    """o4 of the sample, paid by card."""
    placed = order()
    gateway.pay(recorded.pay_page(recorded.place(placed).json()["pay_url"]))
    assert settlement.settle(recorded.service, placed.order_id) == "paid"
    recorded.work()
    recorded.registration.heard.clear()
    return placed


def test_the_guest_cancels_and_is_refunded_to_the_cent(recorded: Billing, paid: PlaceOrder) -> None:
    """o4-credit of the sample: −85.00 −4.25 −8.48 = −97.73, 149.47 left."""
    recorded.clock.advance(days=19)
    assert recorded.tell(credit(paid, ("car-n", 1), by="Coordonnatrice")) == ["done"]
    seen = recorded.order(paid.order_id)
    note = seen["documents"][1]
    assert (note["number"], note["issued_on"]) == ("NC-2027-00001", "2027-03-08")
    assert (note["subtotal"], note["tps"], note["tvq"], note["total"]) == (-8500, -425, -848, -9773)
    assert (seen["left"], seen["refunding"], seen["refunded"], seen["owed"]) == (14947, 9773, 0, 0)
    assert recorded.service.pending()["refunds_in_flight"] == 1
    assert recorded.invariants() == []

    recorded.work()
    seen = recorded.order(paid.order_id)
    assert (seen["status"], seen["refunding"], seen["refunded"], seen["owed"]) == ("paid", 0, 9773, 0)
    [told] = recorded.registration.told("OrderCredited")
    assert (told["total"], told["left"], told["refund"], told["by"]) == (-9773, 14947, 9773, "Coordonnatrice")
    [back] = recorded.registration.told("OrderRefunded")
    assert (back["amount"], back["method"], back["succeeded"]) == (9773, "card", True)
    assert recorded.invariants() == []


def test_a_rule_that_keeps_half_credits_the_other_half(recorded: Billing, paid: PlaceOrder) -> None:
    recorded.tell(credit(paid, ("car-n", 1), keep=50))
    note = recorded.order(paid.order_id)["documents"][1]
    assert (note["subtotal"], note["tps"], note["tvq"]) == (-4250, -213, -424)
    assert recorded.invariants() == []


def test_a_rule_that_keeps_all_writes_nothing_and_takes_the_unit(recorded: Billing, paid: PlaceOrder) -> None:
    assert recorded.tell(credit(paid, ("car-n", 1), keep=100)) == ["done"]
    seen = recorded.order(paid.order_id)
    assert (len(seen["documents"]), seen["credited"], seen["lines"][1]["credited_quantity"]) == (1, 0, 1)
    assert recorded.tell(credit(paid, ("car-n", 1))) == ["refused"]


def test_the_same_correction_happens_once(recorded: Billing, paid: PlaceOrder) -> None:
    message = credit(paid, ("car-m", 1))
    assert recorded.tell(message, message) == ["done", "done"]
    assert recorded.tell(message) == ["done"]
    everything = RefundOrder(amendment_id=new_id(), order_id=paid.order_id, reason="cancelled")
    assert recorded.tell(everything, everything) == ["done", "done"]
    recorded.work()
    seen = recorded.order(paid.order_id)
    assert (seen["left"], seen["refunded"], len(seen["documents"])) == (0, 24720, 3)
    assert recorded.invariants() == []


def test_units_named_twice_are_one_credit(recorded: Billing, paid: PlaceOrder) -> None:
    recorded.tell(credit(paid, ("car-m", 1), ("car-m", 1)))
    seen = recorded.order(paid.order_id)
    assert (seen["lines"][0]["credited_quantity"], seen["documents"][1]["subtotal"]) == (2, -13000)


@pytest.mark.parametrize("lines", [(("car-n", 2),), (("car-x", 1),)])
def test_what_is_not_there_is_not_credited(
    recorded: Billing, paid: PlaceOrder, lines: tuple[tuple[str, int], ...]
) -> None:
    assert recorded.tell(credit(paid, *lines)) == ["refused"]
    assert recorded.order(paid.order_id)["credited"] == 0


def test_what_was_not_billed_is_not_credited(recorded: Billing) -> None:
    waiting, closed, nobodys = order(), order(), order()
    recorded.place(waiting)
    recorded.place(closed)
    recorded.close(closed.order_id)
    assert recorded.tell(credit(waiting, ("car-n", 1)), credit(closed, ("car-n", 1))) == ["refused", "refused"]
    assert recorded.tell(credit(nobodys, ("car-n", 1))) == ["refused"]


def test_a_free_place_is_cancelled_without_a_document(recorded: Billing) -> None:
    free = order(line("web-0", "0.00"), method="free")
    recorded.place(free)
    assert recorded.tell(credit(free, ("web-0", 1))) == ["done"]
    assert recorded.order(free.order_id)["documents"] == []


def test_an_unpaid_invoice_is_credited_and_nothing_goes_back(recorded: Billing) -> None:
    invoiced = order(method="invoice")
    recorded.place(invoiced)
    recorded.tell(credit(invoiced, ("car-n", 1)))
    seen = recorded.order(invoiced.order_id)
    assert (seen["status"], seen["owed"], seen["refunds"]) == ("invoiced", 14947, [])
    recorded.tell(RefundOrder(amendment_id=new_id(), order_id=invoiced.order_id, reason="cancelled"))
    seen = recorded.order(invoiced.order_id)
    assert (seen["status"], seen["owed"], seen["refunds"]) == ("void", 0, [])
    assert recorded.invariants() == []


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
def test_a_refund_happens_once_wherever_the_process_dies(
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


def test_two_workers_send_one_refund(recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder) -> None:
    recorded.tell(credit(paid, ("car-n", 1)))
    at_once(*[lambda: jobs.send_refunds(recorded.service)] * 4)
    assert gateway.calls.count("refund") == 1
    assert recorded.invariants() == []


def test_stripe_down_sends_it_later(recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder) -> None:
    recorded.tell(credit(paid, ("car-n", 1)))
    gateway.before = down
    jobs.send_refunds(recorded.service)
    assert recorded.order(paid.order_id)["refunds"][0]["status"] == "requested"
    gateway.before = lambda _call: None
    recorded.work()
    assert recorded.order(paid.order_id)["refunds"][0]["status"] == "succeeded"


def test_a_spent_key_is_followed_by_another_once_nothing_was_found(
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
    assert gateway.calls[-2:] == ["find_refund", "refund"]
    assert recorded.order(paid.order_id)["refunded"] == 9773


def test_a_refund_that_stripe_refuses_is_shown_and_can_be_paid_by_hand(
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


def test_a_failed_refund_paid_back_another_way_cannot_be_paid_twice(
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
    assert recorded.invariants() == []


def test_a_bank_that_has_not_decided_is_asked_again(
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


def test_a_cheque_is_refunded_by_hand_and_coins_are_rounded(recorded: Billing) -> None:
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


def test_the_newest_payment_goes_back_first(recorded: Billing) -> None:
    invoiced = order(method="invoice")
    recorded.place(invoiced)
    recorded.as_staff("accountant")
    for amount in (20000, 4720):
        body = {"method": "cheque", "amount": amount, "received_on": "2027-02-17", "reference": f"chèque {amount}"}
        assert recorded.client.post(f"/api/orders/{invoiced.order_id}/payments", json=body).status_code == 200
        recorded.clock.advance(minutes=1)
    recorded.tell(credit(invoiced, ("car-n", 1)))
    assert sorted(refund["amount"] for refund in recorded.order(invoiced.order_id)["refunds"]) == [5053, 4720][::-1]
    assert recorded.invariants() == []


def test_credit_that_leaves_what_was_paid_makes_the_order_paid(recorded: Billing) -> None:
    invoiced = order(method="invoice")
    recorded.place(invoiced)
    recorded.as_staff("accountant")
    body = {"method": "transfer", "amount": 14947, "received_on": "2027-02-17"}
    recorded.client.post(f"/api/orders/{invoiced.order_id}/payments", json=body)
    recorded.tell(credit(invoiced, ("car-n", 1)))
    assert recorded.order(invoiced.order_id)["status"] == "paid"
    recorded.work()
    [told] = recorded.registration.told("OrderPaid")
    assert (told["amount"], told["method"]) == (14947, "transfer")


def test_the_database_refuses_to_give_back_more_than_came(recorded: Billing, paid: PlaceOrder) -> None:
    for statement in ("UPDATE orders SET refunded = paid + 1", "UPDATE payment SET refunded = amount + 1"):
        with pytest.raises(IntegrityError), recorded.service.db.write() as session:
            session.execute(sa.text(statement))


def test_a_refund_through_the_simulator_is_made_once_though_its_answer_was_cut(
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


def test_a_refund_that_bounces_later_is_taken_back_in_the_books(
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


def test_a_success_that_turns_out_a_failure_is_reversed(
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
