"""What Stripe did with money that had come, and what that leaves us to return."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from billing.disputes import actions as disputes
from billing.payments import actions as payments
from billing.port import DisputeSeen, RefundSeen
from billing.refunds import actions as refunds
from billing.refunds import actions_stripe as refunds_at_stripe

DISPUTE_WON = "dispute_won"


def refunds_read(session: Session, payment_intent: str, seen: Sequence[RefundSeen], now: datetime) -> bool:
    """Every refund of a payment, as Stripe lists them. True when money had left that our books did not know of.

    Raises NotFound, MoreThanCame.
    """
    paid, payment = payments.locked(session, payment_intent)
    return refunds_at_stripe.take_in(session, paid, payment, seen, now)


def dispute_read(session: Session, seen: DisputeSeen, sent: Sequence[RefundSeen], now: datetime) -> None:
    """A dispute, and the refunds `sent` of the same payment, as Stripe tells of them.

    Money that the bank took is not returned by us as well; what it gives back is, where it is owed. Raises NotFound.
    """
    paid, payment = payments.locked(session, seen.payment_intent)
    disputes.take_in(session, paid, payment, seen, now)
    for order in paid:
        refunds_at_stripe.give_way(session, order, payment, order.balance.owed, sent, now)
        refunds.return_excess(session, order, DISPUTE_WON, None, now)
