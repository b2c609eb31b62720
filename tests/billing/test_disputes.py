"""A card holder contests a payment: known at once, explained to the cent, and nothing is returned twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing.checkout import flows_returns as returns
from billing.checkout.flows_reconcile import reconcile
from billing.ledger.queries import entries_of
from billing.port import DisputeSeen, DisputeStatus, EventSeen
from kit.contracts import PlaceOrder
from kit.db import new_id
from tests.billing.conftest import Billing
from tests.billing.make import order
from tests.billing.test_refunds_at_stripe import PAID, by_hand, cancel, intent_of
from tests.fakes.stripe_gateway import RecordedGateway
from tests.fakes.stripe_server import StripeServer

FEE = 1500


def contest(
    billing: Billing, placed: PlaceOrder, status: DisputeStatus = DisputeStatus.NEEDS_RESPONSE, amount: int = PAID
) -> DisputeSeen:
    due = billing.clock() + timedelta(days=9)
    return DisputeSeen("du_1", intent_of(billing, placed), status, amount, "fraudulent", due, 1, amount, FEE)


def won(seen: DisputeSeen) -> DisputeSeen:
    return replace(seen, status=DisputeStatus.WON, movements=2, withdrawn=0)


def read(billing: Billing, gateway: RecordedGateway, *readings: DisputeSeen) -> None:
    """Apply these readings of Stripe, one after the other."""
    for seen in readings:
        gateway.disputes[seen.stripe_dispute] = seen
        returns.take_in(billing.service, seen.payment_intent)


def owed(billing: Billing, placed: PlaceOrder) -> tuple[int, int]:
    """What banks took, and what the buyer owes."""
    seen = billing.order(placed.order_id)
    return seen["disputed"], seen["owed"]


def page(billing: Billing, path: str) -> str:
    billing.as_staff("accountant")
    return str(billing.client.get(path, headers={"Accept": "text/html"}).text)


def test_dispute_at_the_simulator_is_told_followed_and_lost(
    card: Billing, stripe: StripeServer, webhooks: None
) -> None:
    placed = order()
    stripe.pay(card.pay_page(card.place(placed).json()["pay_url"]))
    stripe.settled()
    card.work()
    dispute = stripe.contest(intent_of(card, placed))
    stripe.settled()
    card.work()
    assert owed(card, placed) == (PAID, PAID) and card.invariants() == []
    shown = page(card, f"/staff/orders/{placed.order_id}")
    assert "247,20\u00a0$ contesté" in shown and "Répondez dans le tableau de bord de Stripe avant le" in shown
    assert "sans note de crédit" not in shown, "the bank has not decided"
    assert str(placed.order_id) in page(card, "/staff/orders?status=disputes")
    for status in ("under_review", "lost"):
        stripe.move_dispute(dispute["id"], status)
        stripe.settled()
        card.work()
    assert owed(card, placed) == (PAID, PAID) and card.invariants() == []
    assert str(placed.order_id) not in page(card, "/staff/orders?status=disputes")
    assert str(placed.order_id) in page(card, "/staff/orders?status=uncredited")
    with card.service.db.read() as session:
        kept = [(e.account, e.debit) for e in entries_of(session, placed.order_id) if e.memo.startswith("dispute")]
    assert sorted(one for one in kept if one[1]) == [("1200", PAID), ("5820", FEE)]


def test_dispute_won_gives_the_money_back_but_not_the_fee(card: Billing, stripe: StripeServer, webhooks: None) -> None:
    placed = order()
    stripe.pay(card.pay_page(card.place(placed).json()["pay_url"]))
    stripe.settled()
    card.work()
    dispute = stripe.contest(intent_of(card, placed))
    stripe.move_dispute(dispute["id"], "won")
    stripe.settled()
    card.work()
    assert owed(card, placed) == (0, 0) and card.invariants() == []
    with card.service.db.read() as session:
        clearing = [e.debit - e.credit for e in entries_of(session, placed.order_id) if e.account == "1020"]
    assert sum(clearing) == PAID - FEE


def test_dispute_inquiry_moves_no_money_until_the_bank_takes_it(
    card: Billing, stripe: StripeServer, webhooks: None
) -> None:
    placed = order()
    stripe.pay(card.pay_page(card.place(placed).json()["pay_url"]))
    stripe.settled()
    card.work()
    dispute = stripe.contest(intent_of(card, placed), inquiry=True)
    stripe.settled()
    card.work()
    assert owed(card, placed) == (0, 0)
    assert str(placed.order_id) in page(card, "/staff/orders?status=disputes")
    stripe.move_dispute(dispute["id"], "won")
    stripe.settled()
    card.work()
    assert str(placed.order_id) not in page(card, "/staff/orders?status=disputes")


def test_dispute_lost_after_a_full_refund_leaves_the_buyer_owing(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    cancel(recorded, paid)
    recorded.work()
    seen = contest(recorded, paid)
    read(recorded, gateway, seen, replace(seen, status=DisputeStatus.LOST))
    recorded.work()
    assert list(gateway.amounts.values()) == [PAID]
    assert owed(recorded, paid) == (PAID, PAID) and recorded.invariants() == []


def test_dispute_opened_before_a_refund_was_sent_takes_its_place(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    """And when the bank gives the money back, the refund that is still owed is sent."""
    cancel(recorded, paid)
    seen = contest(recorded, paid)
    read(recorded, gateway, seen)
    recorded.work()
    assert gateway.amounts == {} and owed(recorded, paid) == (PAID, 0)
    read(recorded, gateway, won(seen))
    recorded.work()
    assert list(gateway.amounts.values()) == [PAID]
    assert owed(recorded, paid) == (0, 0) and recorded.invariants() == []


def test_refund_refused_for_a_dispute_nobody_told_of_waits_for_the_bank(
    card: Billing, stripe: StripeServer, webhooks: None
) -> None:
    placed = order()
    stripe.pay(card.pay_page(card.place(placed).json()["pay_url"]))
    stripe.settled()
    card.work()
    stripe.switch(lose="all")
    dispute = stripe.contest(intent_of(card, placed), 5000)
    cancel(card, placed)
    card.work()
    assert owed(card, placed) == (5000, 0) and card.invariants() == []
    shown = page(card, f"/staff/orders/{placed.order_id}")
    assert "50,00\u00a0$ contesté" in shown and "La banque a refusé" not in shown
    stripe.move_dispute(dispute["id"], "won")
    stripe.switch(lose=0)
    card.clock.advance(hours=1)
    reconcile(card.service)
    card.work()
    stripe.settled()
    card.work()
    assert owed(card, placed) == (0, 0) and card.order(placed.order_id)["refunded"] == PAID
    assert card.invariants() == []


def test_order_cancelled_while_its_payment_is_contested_returns_nothing(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    read(recorded, gateway, contest(recorded, paid))
    cancel(recorded, paid)
    recorded.work()
    assert gateway.amounts == {} and owed(recorded, paid) == (PAID, 0) and recorded.invariants() == []


def test_dispute_of_a_part_beside_a_refund_made_at_stripe(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    by_hand(recorded, gateway, paid, 4720)
    read(recorded, gateway, contest(recorded, paid, amount=20_000))
    cancel(recorded, paid)
    recorded.work()
    assert gateway.amounts == {} and owed(recorded, paid) == (20_000, 0) and recorded.invariants() == []


@pytest.mark.parametrize("late", ["opened", "won"])
def test_dispute_read_twice_and_in_disorder_counts_once(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder, late: str
) -> None:
    seen = contest(recorded, paid)
    readings = [seen, won(seen), seen, won(seen)] if late == "opened" else [won(seen), seen, won(seen)]
    read(recorded, gateway, *readings)
    assert owed(recorded, paid) == (0, 0) and recorded.invariants() == []


def test_dispute_whose_webhook_was_lost_is_read_from_the_list_of_events(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    gateway.disputes["du_1"] = contest(recorded, paid)
    intent = intent_of(recorded, paid)
    event = EventSeen(
        f"evt_{new_id().hex}", "charge.dispute.created", recorded.clock(), "du_1", None, None, intent, None
    )
    gateway.told.append(event)
    reconcile(recorded.service)
    recorded.work()
    assert owed(recorded, paid) == (PAID, PAID) and recorded.invariants() == []


def test_reading_with_fewer_movements_changes_nothing(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    """An answer that was on its way before the bank took the money comes after one that knows of it."""
    seen = contest(recorded, paid)
    read(recorded, gateway, seen, replace(seen, movements=0, withdrawn=0, fees=0))
    assert owed(recorded, paid) == (PAID, PAID) and recorded.invariants() == []
