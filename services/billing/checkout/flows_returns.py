"""Reading at Stripe what became of money that had come: refunds, ours or made there by hand, and disputes."""

import uuid

from billing.checkout import actions_returns as returns
from billing.checkout.flows import settle
from billing.disputes.rules import OPEN
from billing.payments.queries import payments_of
from billing.port import ReturnsSeen
from billing.service import BillingService


def take_in(here: BillingService, payment_intent: str) -> bool:
    """Read all that Stripe took back of a payment, and write it down; whether anything stands in the way of what we
    promised: money had left that our books did not know of, or its card holder contests it.

    Raises NotFound, StripeDown, StripeRefused, MoreThanCame.
    """
    seen = here.stripe.returns_of(payment_intent)
    try:
        with here.db.write() as session:
            news = returns.refunds_read(session, payment_intent, seen.refunds, here.clock())
    finally:
        # A refund that no book can hold must not hide what the bank did.
        _take_in_disputes(here, seen)
    return news or any(dispute.status in OPEN for dispute in seen.disputes)


def _take_in_disputes(here: BillingService, seen: ReturnsSeen) -> None:
    for dispute in seen.disputes:
        with here.db.write() as session:
            returns.dispute_read(session, dispute, seen.refunds, here.clock())


def look_again(here: BillingService, order_id: uuid.UUID) -> None:
    """Read everything that Stripe knows of an order: its visits, then the refunds and disputes of its payments.

    Raises NotFound, CardNotOffered, StripeDown, StripeRefused, MoreThanCame.
    """
    settle(here, order_id)
    with here.db.read() as session:
        intents = [payment.payment_intent for payment in payments_of(session, order_id) if payment.payment_intent]
    for intent in intents:
        take_in(here, intent)
