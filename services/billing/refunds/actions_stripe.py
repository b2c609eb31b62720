"""Refunds as Stripe tells of them: those we sent, and those that somebody made there by hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from billing.ledger.rules import Memo
from billing.orders.models import Order
from billing.payments.models import Payment
from billing.port import Outcome, RefundSeen
from billing.refunds import actions, queries
from billing.refunds.models import MADE_AT_STRIPE, Refund
from billing.refunds.rules import NOT_NEEDED, MoreThanCame, RefundStatus, over_orders, to_withdraw
from kit.contracts import RefundMethod


def take_in(
    session: Session, paid: Sequence[Order], payment: Payment, seen: Sequence[RefundSeen], now: datetime
) -> bool:
    """Bring the refunds of a payment to what Stripe says of all of them; whether money had left that our books did not
    know of. The orders it paid are locked.

    Reading them again changes nothing. What we promised and did not send yet gives way to what went back without us.
    Raises MoreThanCame.
    """
    news = False
    for one in seen:
        known = queries.as_stripe_knows_it(session, payment.id, one)
        for refund in known:
            actions.finish(session, refund.id, one.answered, now)
        if not known and one.outcome is not Outcome.FAILED:
            for order, amount in make_room(session, paid, payment, one.amount, seen, now):
                _write_down(session, order, payment, replace(one, amount=amount), now)
            news = True
    return news


def make_room(
    session: Session, paid: Sequence[Order], payment: Payment, amount: int, sent: Sequence[RefundSeen], now: datetime
) -> list[tuple[Order, int]]:
    """How much of what went back without us is of each order that the payment paid: first what it was to get back
    anyway. Raises MoreThanCame when more would have gone back than the payment brought."""
    left = queries.left_of(session, payment.id)
    promised = [_promised(session, order, payment, sent) for order in paid]
    rooms = [left[order.id] + part for order, part in zip(paid, promised, strict=True)]
    due = [part + order.balance.excess for order, part in zip(paid, promised, strict=True)]
    parts = [(order, part) for order, part in zip(paid, over_orders(amount, rooms, due), strict=True) if part]
    for order, part in parts:
        free = min(payment.refundable, left[order.id])
        give_way(session, order, payment, to_withdraw(part, free, order.balance.owed), sent, now)
    if amount > payment.refundable:
        raise MoreThanCame()
    return parts


def _promised(session: Session, order: Order, payment: Payment, sent: Sequence[RefundSeen]) -> int:
    """What was promised of a payment to an order and is not at Stripe yet."""
    at_stripe = {one.refund_id for one in sent}
    waiting = queries.not_sent(session, order.id, payment.id)
    return sum(refund.amount for refund in waiting if refund.id not in at_stripe)


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
