"""Money that went back at Stripe without us: known at once, never returned twice, never more than came."""

from dataclasses import replace
from typing import Any

import pytest

from billing.checkout import actions_returns, flows_returns
from billing.checkout.flows_reconcile import reconcile
from billing.payments.queries import payments_of
from billing.port import EventSeen, Outcome, RefundSeen
from billing.refunds.rules import MoreThanCame
from kit.contracts import PlaceOrder, RefundOrder
from kit.db import new_id
from tests.billing.conftest import Billing
from tests.billing.make import order
from tests.fakes.stripe_gateway import RecordedGateway, down
from tests.fakes.stripe_server import StripeServer

# o4 of the sample: 247.20.
PAID = 24_720


def cancel(billing: Billing, placed: PlaceOrder) -> None:
    billing.tell(RefundOrder(amendment_id=new_id(), order_id=placed.order_id, reason="cancelled"))


def intent_of(billing: Billing, placed: PlaceOrder) -> str:
    with billing.service.db.read() as session:
        return str(payments_of(session, placed.order_id)[0].payment_intent)


def by_hand(
    billing: Billing, gateway: RecordedGateway, placed: PlaceOrder, amount: int, outcome: Outcome = Outcome.SUCCEEDED
) -> RefundSeen:
    """Somebody makes a refund at Stripe; no webhook of it comes."""
    seen = RefundSeen(f"re_hand_{new_id().hex}", outcome, amount)
    gateway.by_hand.setdefault(intent_of(billing, placed), []).append(seen)
    return seen


def look(billing: Billing, placed: PlaceOrder) -> bool:
    """As the event of any refund of this payment makes us do."""
    return flows_returns.take_in(billing.service, intent_of(billing, placed))


def sums(billing: Billing, placed: PlaceOrder) -> tuple[int, int, int]:
    """What is on its way back, what left, what is owed."""
    seen = billing.order(placed.order_id)
    return seen["refunding"], seen["refunded"], seen["owed"]


def test_refund_made_at_stripe_is_in_the_books_and_caps_what_a_cancellation_returns(
    card: Billing, stripe: StripeServer, webhooks: None
) -> None:
    """247.20 paid, 20.00 refunded at Stripe, then cancelled: 227.20 is returned, 247.20 in all."""
    placed = order()
    stripe.pay(card.pay_page(card.place(placed).json()["pay_url"]))
    stripe.settled()
    card.work()
    client = stripe.client().v1
    client.refunds.create({"payment_intent": intent_of(card, placed), "amount": 2000})
    stripe.settled()
    card.work()
    assert sums(card, placed) == (0, 2000, 2000) and card.invariants() == []
    assert card.service.pending()["dead"] == 0
    assert [told["amount"] for told in card.registration.told("OrderRefunded")] == [2000]
    cancel(card, placed)
    stripe.settled()
    card.work()
    stripe.settled()
    card.work()
    assert sorted(one.amount for one in client.refunds.list().data) == [2000, PAID - 2000]
    assert sums(card, placed) == (0, PAID, 0) and card.invariants() == []


def test_refund_made_at_stripe_is_shown_to_the_accountant_with_what_to_do(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    by_hand(recorded, gateway, paid, 2000)
    look(recorded, paid)
    recorded.as_staff("accountant")
    page = recorded.client.get(f"/staff/orders/{paid.order_id}", headers={"Accept": "text/html"}).text
    assert "Fait chez Stripe" in page and "20,00\u00a0$ ont été remboursés" in page
    listed = recorded.client.get("/staff/orders?status=uncredited", headers={"Accept": "text/html"}).text
    assert f"/staff/orders/{paid.order_id}" in listed
    credit = {"key": str(new_id()), "credit_amount": "20,00", "credit_reason": "Entente", "confirmed": "true"}
    recorded.client.post(f"/staff/orders/{paid.order_id}/credits", data=credit)
    recorded.work()
    assert sums(recorded, paid) == (0, 2000, 0) and gateway.refunds == {} and recorded.invariants() == []
    listed = recorded.client.get("/staff/orders?status=uncredited", headers={"Accept": "text/html"}).text
    assert f"/staff/orders/{paid.order_id}" not in listed


def test_refund_made_at_stripe_and_told_by_nobody_is_noticed_when_ours_is_refused(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    by_hand(recorded, gateway, paid, 2000)
    cancel(recorded, paid)
    assert sums(recorded, paid)[0] == PAID, "nobody told us yet"
    recorded.work()
    recorded.work()
    assert list(gateway.amounts.values()) == [PAID - 2000]
    assert sums(recorded, paid) == (0, PAID, 0) and recorded.invariants() == []


def test_refund_made_at_stripe_of_all_leaves_nothing_to_send_or_to_pay_by_hand(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    gateway.before = down
    cancel(recorded, paid)
    recorded.work()
    gateway.before = lambda _call: None
    by_hand(recorded, gateway, paid, PAID)
    look(recorded, paid)
    recorded.clock.advance(hours=1)
    recorded.work()
    assert gateway.amounts == {} and sums(recorded, paid) == (0, PAID, 0) and recorded.invariants() == []
    assert [told["succeeded"] for told in recorded.registration.told("OrderRefunded")] == [True]
    recorded.as_staff("accountant")
    page = recorded.client.get(f"/staff/orders/{paid.order_id}", headers={"Accept": "text/html"}).text
    assert "Refusé par la banque" not in page and "/done" not in page and "N’était plus nécessaire" in page


def test_refund_made_at_stripe_beside_a_part_we_owe_takes_its_place(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    """50.00 is credited and promised; 20.00 went by hand: 30.00 is sent, though the card would take all."""
    recorded.as_staff("accountant")
    gateway.before = down
    credit = {"key": str(new_id()), "credit_amount": "50,00", "credit_reason": "Entente", "confirmed": "true"}
    recorded.client.post(f"/staff/orders/{paid.order_id}/credits", data=credit)
    gateway.before = lambda _call: None
    by_hand(recorded, gateway, paid, 2000)
    look(recorded, paid)
    recorded.work()
    assert list(gateway.amounts.values()) == [3000]
    assert sums(recorded, paid) == (0, 5000, 0) and recorded.invariants() == []


@pytest.mark.parametrize(("by_hand_first", "left"), [(2000, 7000), (5000, 10_000)])
def test_refund_promised_that_gives_way_while_it_is_being_sent_counts_as_it_left(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder, by_hand_first: int, left: int
) -> None:
    """50.00 is being sent when another process hears that some of it went by hand: both left, and both are in the
    books, with what nobody owes in the accountant's sight."""
    recorded.as_staff("accountant")
    credit = {"key": str(new_id()), "credit_amount": "50,00", "credit_reason": "Entente", "confirmed": "true"}
    recorded.client.post(f"/staff/orders/{paid.order_id}/credits", data=credit)
    by_hand(recorded, gateway, paid, by_hand_first)

    def meanwhile(call: str) -> None:
        if call == "refund":
            gateway.before = lambda _call: None
            look(recorded, paid)

    gateway.before = meanwhile
    recorded.work()
    assert sums(recorded, paid) == (0, left, left - 5000) and recorded.invariants() == []
    look(recorded, paid)
    assert sums(recorded, paid) == (0, left, left - 5000) and recorded.invariants() == []


def test_two_refunds_made_at_stripe_of_which_one_fails_in_the_end(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    by_hand(recorded, gateway, paid, 1000)
    slow = by_hand(recorded, gateway, paid, 3000, Outcome.PENDING)
    assert look(recorded, paid) and not look(recorded, paid)
    assert sums(recorded, paid) == (3000, 1000, 4000)
    recorded.work()
    assert gateway.amounts == {}, "what is on its way is asked about, never sent"
    all_of_them = gateway.by_hand[intent_of(recorded, paid)]
    all_of_them[1] = replace(slow, outcome=Outcome.FAILED, error="lost_or_stolen_card")
    look(recorded, paid)
    look(recorded, paid)
    assert sums(recorded, paid) == (0, 1000, 1000) and recorded.invariants() == []
    cancel(recorded, paid)
    recorded.work()
    assert list(gateway.amounts.values()) == [PAID - 1000]
    assert sums(recorded, paid) == (0, PAID, 0) and recorded.invariants() == []


def test_refund_made_at_stripe_that_bounces_after_it_left_is_ours_again(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    done = by_hand(recorded, gateway, paid, 2000)
    look(recorded, paid)
    gateway.by_hand[intent_of(recorded, paid)] = [replace(done, outcome=Outcome.FAILED, error="expired_card")]
    look(recorded, paid)
    assert sums(recorded, paid) == (0, 0, 0) and recorded.invariants() == []


def test_refund_made_at_stripe_above_what_was_left_stays_in_sight(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    """The accountant had returned it all by cheque when somebody returned it by card too: no book can hide that."""
    cancel(recorded, paid)
    recorded.work()
    by_hand(recorded, gateway, paid, 1)
    with recorded.service.db.write() as session, pytest.raises(MoreThanCame):
        seen = gateway.refunds_of(intent_of(recorded, paid))
        actions_returns.refunds_read(session, intent_of(recorded, paid), seen, recorded.clock())
    assert recorded.invariants() == []


def tell(billing: Billing, gateway: RecordedGateway, placed: PlaceOrder, seen: RefundSeen, kind: str) -> None:
    """An event of Stripe about a refund, read from its list and worked."""
    told: dict[str, Any] = {"id": f"evt_{new_id().hex}", "type": kind, "created": billing.clock()}
    told |= {"object_id": seen.stripe_refund, "order_id": None, "refund_id": None, "account": None}
    gateway.told.append(EventSeen(**told, payment_intent=intent_of(billing, placed)))
    reconcile(billing.service)
    billing.work()


@pytest.mark.parametrize("kinds", [("refund.created", "charge.refunded"), ("charge.refunded", "refund.updated")])
def test_events_of_a_refund_made_at_stripe_count_once_in_any_order(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder, kinds: tuple[str, str]
) -> None:
    """They are read from Stripe's list, as those are whose webhook was lost."""
    seen = by_hand(recorded, gateway, paid, 2000)
    intent = intent_of(recorded, paid)
    for kind in kinds * 2:
        told: dict[str, Any] = {"id": f"evt_{new_id().hex}", "type": kind, "created": recorded.clock()}
        told |= {"object_id": seen.stripe_refund, "order_id": None, "refund_id": None}
        gateway.told.append(EventSeen(**told, payment_intent=intent, account=None))
    reconcile(recorded.service)
    recorded.work()
    assert sums(recorded, paid) == (0, 2000, 2000) and recorded.invariants() == []
    assert len(recorded.registration.told("OrderRefunded")) == 1
