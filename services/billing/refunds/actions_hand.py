"""Money that the accountant had given back before anything here asked for it: by cheque, by transfer or in cash."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from billing.ledger.rules import Memo
from billing.orders import actions as orders
from billing.orders.models import Order
from billing.payments.models import Payment
from billing.payments.queries import payments_of
from billing.refunds import actions, queries, rules
from billing.refunds.actions_stripe import make_room
from billing.refunds.models import MADE_BY_HAND, Refund
from billing.refunds.rules import RefundStatus
from kit.contracts import PaidBack, RefundMethod


@dataclass(frozen=True)
class HandReturn:
    """`amount` cents went back, by what way, with which number of cheque or transfer, written down by whom."""

    amount: int
    how: PaidBack
    reference: str
    by: str


def book_return(session: Session, order_id: uuid.UUID, made: HandReturn, now: datetime) -> None:
    """Write it in the books. What was promised to a card and is not at Stripe yet gives way: it goes back once.

    A credit note still has to say why. Raises NotFound, InvalidInput, ReturnTooLarge.
    """
    order = orders.existing(session, order_id)
    received = payments_of(session, order_id)
    promised = [queries.not_sent(session, payment.id) for payment in received]
    rooms = [
        payment.refundable + sum(refund.amount for refund in waiting)
        for payment, waiting in zip(received, promised, strict=True)
    ]
    for payment, amount in zip(received, rules.shares_of(rooms, made.amount), strict=True):
        if amount:
            make_room(session, order, payment, amount, (), now)
            _write_down(session, order, payment, amount, made, now)


def _write_down(session: Session, order: Order, payment: Payment, amount: int, made: HandReturn, now: datetime) -> None:
    refund = Refund(
        order_id=order.id,
        payment_id=payment.id,
        amount=amount,
        rounding=rules.coins(amount, made.how),
        method=RefundMethod.MANUAL,
        status=RefundStatus.DONE,
        reason=MADE_BY_HAND,
        requested_at=now,
        finished_at=now,
        due_at=now,
        how=made.how,
        reference=made.reference,
        by=made.by,
    )
    session.add(refund)
    payment.refunded += amount
    order.refunded += amount
    session.flush()
    actions.book(session, order, refund, Memo.REFUND, now)
    actions.tell_refunded(session, order, refund, True, now)
