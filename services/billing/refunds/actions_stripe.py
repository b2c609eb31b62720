"""Refunds as Stripe tells of them: those we sent, and those that somebody made there by hand."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from billing.ledger.rules import Memo
from billing.orders.models import Order
from billing.payments.models import Payment
from billing.port import Outcome, RefundSeen
from billing.refunds import actions, queries
from billing.refunds.models import MADE_AT_STRIPE, Refund
from billing.refunds.rules import NOT_NEEDED, MoreThanCame, RefundStatus, to_withdraw
from kit.contracts import RefundMethod


def take_in(session: Session, order: Order, payment: Payment, seen: Sequence[RefundSeen], now: datetime) -> bool:
    """Bring the refunds of a locked order's payment to what Stripe says of all of them; whether money had left that our
    books did not know of.

    Reading them again changes nothing. What we promised and did not send yet gives way to what went back without us.
    Raises MoreThanCame.
    """
    news = False
    for one in seen:
        known = queries.as_stripe_knows_it(session, payment.id, one)
        if known is not None:
            actions.finish(session, known.id, one.answered, now)
        elif one.outcome is not Outcome.FAILED:
            make_room(session, order, payment, one.amount, seen, now)
            _write_down(session, order, payment, one, now)
            news = True
    return news


def make_room(
    session: Session, order: Order, payment: Payment, amount: int, sent: Sequence[RefundSeen], now: datetime
) -> None:
    """Raises MoreThanCame when more would have gone back than the payment brought."""
    give_way(session, order, payment, to_withdraw(amount, payment.refundable, order.balance.owed), sent, now)
    if amount > payment.refundable:
        raise MoreThanCame()


def give_way(
    session: Session, order: Order, payment: Payment, amount: int, sent: Sequence[RefundSeen], now: datetime
) -> None:
    """Take back up to `amount` of what was promised of a payment and is not at Stripe yet, the newest promise first.

    `sent`: the refunds that Stripe knows. One that nothing is left of is not needed any more, and is not sent.
    """
    for refund in reversed(queries.not_sent(session, order.id, payment.id)):
        part = min(amount, refund.amount)
        if part <= 0 or any(one.refund_id == refund.id for one in sent):
            continue
        order.refunding -= part
        payment.refunded -= part
        amount -= part
        if part < refund.amount:
            refund.amount -= part
        else:
            refund.status, refund.finished_at, refund.error = RefundStatus.FAILED, now, NOT_NEEDED


def _write_down(session: Session, order: Order, payment: Payment, one: RefundSeen, now: datetime) -> None:
    succeeded = one.outcome is Outcome.SUCCEEDED
    refund = Refund(
        order_id=order.id,
        payment_id=payment.id,
        amount=one.amount,
        method=RefundMethod.CARD,
        status=RefundStatus.SUCCEEDED if succeeded else RefundStatus.REQUESTED,
        reason=MADE_AT_STRIPE,
        requested_at=now,
        finished_at=now if succeeded else None,
        due_at=now,
        # It was sent, though not by us: it is asked about, never sent.
        attempts=1,
        stripe_refund=one.stripe_refund,
    )
    session.add(refund)
    session.flush()
    payment.refunded += one.amount
    if succeeded:
        order.refunded += one.amount
        actions.book(session, order, refund, Memo.REFUND, now)
        actions.tell_refunded(session, order, refund, True, now)
    else:
        order.refunding += one.amount
