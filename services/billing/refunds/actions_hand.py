"""Money that the accountant had given back before anything here asked for it: by cheque, by transfer or in cash."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from billing.ledger.rules import Memo
from billing.orders import actions as orders
from billing.orders.models import Order
from billing.payments.models import Payment
from billing.refunds import actions, rules
from billing.refunds.actions_stripe import give_way
from billing.refunds.models import MADE_BY_HAND, Refund
from billing.refunds.queries import Share, shares_of
from billing.refunds.rules import RefundStatus
from kit.contracts import PaidBack, RefundMethod


@dataclass(frozen=True)
class HandReturn:
    """`amount` cents went back, by what way, with which number of cheque or transfer, written down by whom."""

    amount: int
    how: PaidBack
    reference: str
    by: str


@dataclass(frozen=True)
class Part:
    """What of it went back of one payment, and the cents that cash was rounded by."""

    amount: int
    rounding: int


def book_return(session: Session, order_id: uuid.UUID, made: HandReturn, now: datetime) -> None:
    """Write it in the books. What was promised, to a card or by hand, and has not left yet gives way: money goes back
    once.

    A credit note still has to say why. Raises NotFound, InvalidInput, ReturnTooLarge.
    """
    order = orders.existing(session, order_id)
    _take_promises_back(session, order, shares_of(session, order_id, lock=True), made.amount, now)
    coins = rules.coins(made.amount, made.how)  # One handful of money, whichever payments it is of.
    received = shares_of(session, order_id)
    for share, amount in zip(received, rules.shares_of([one.refundable for one in received], made.amount), strict=True):
        if amount:
            _write_down(session, order, share.payment, Part(amount, coins), made, now)
            coins = 0


def _take_promises_back(session: Session, order: Order, received: Sequence[Share], amount: int, now: datetime) -> None:
    """As much of what was promised of any payment as this amount takes the place of."""
    wanted = rules.to_withdraw(amount, sum(share.refundable for share in received), order.balance.owed)
    for share in received:
        before = order.refunding
        give_way(session, order, share.payment, wanted, (), now)
        wanted -= before - order.refunding


def _write_down(session: Session, order: Order, payment: Payment, part: Part, made: HandReturn, now: datetime) -> None:
    refund = Refund(
        order_id=order.id,
        payment_id=payment.id,
        amount=part.amount,
        rounding=part.rounding,
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
    payment.refunded += part.amount
    order.refunded += part.amount
    session.flush()
    actions.book(session, order, refund, Memo.REFUND, now)
    actions.tell_refunded(session, order, refund, True, now)
