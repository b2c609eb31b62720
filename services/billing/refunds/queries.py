"""Reads of refunds."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from billing.orders import queries as orders
from billing.orders.models import Order, OrderLine
from billing.orders.rules import amount_due, settled_status
from billing.payments.queries import payments_of
from billing.port import RefundSeen
from billing.refunds import rules
from billing.refunds.models import Refund
from billing.refunds.rules import Credit, Creditable, Part, RefundStatus
from kit.contracts import CreditQuestion, CreditQuote, PaymentMethod
from kit.errors import NotFound
from kit.lease import Patience, is_due


def refunds_of(session: Session, order_id: uuid.UUID) -> Sequence[Refund]:
    """Oldest first."""
    query = select(Refund).where(Refund.order_id == order_id)
    return session.exec(query.order_by(col(Refund.requested_at), col(Refund.id))).all()


def refund(session: Session, refund_id: uuid.UUID) -> Refund:
    """Raises NotFound."""
    refund = session.get(Refund, refund_id)
    if refund is None:
        raise NotFound()
    return refund


def as_stripe_knows_it(session: Session, payment_id: uuid.UUID, seen: RefundSeen) -> Refund | None:
    """The refund behind one of Stripe's, if it is ours or was written down before."""
    same = col(Refund.stripe_refund) == seen.stripe_refund
    if seen.refund_id is not None:
        same = sa.or_(same, col(Refund.id) == seen.refund_id)
    return session.exec(select(Refund).where(Refund.payment_id == payment_id, same)).first()


def not_sent(session: Session, payment_id: uuid.UUID) -> Sequence[Refund]:
    """Refunds of a payment that were promised, by card or by hand, and have not left, oldest first."""
    promised = col(Refund.status).in_([RefundStatus.REQUESTED, RefundStatus.TO_PAY])
    query = select(Refund).where(Refund.payment_id == payment_id, promised, col(Refund.stripe_refund).is_(None))
    return session.exec(query.order_by(col(Refund.requested_at), col(Refund.id))).all()


def due(session: Session, patience: Patience, now: datetime) -> Sequence[uuid.UUID]:
    """Card refunds that may be tried now."""
    waiting = (Refund.status == RefundStatus.REQUESTED, is_due(Refund.due_at, now, patience.horizon))
    return session.exec(select(Refund.id).where(*waiting).order_by(col(Refund.due_at)).limit(50)).all()


def held(session: Session) -> int:
    """Refunds that failed and whose money is still with us: another correction may have returned it since."""
    owed = col(Order.total) - Order.credited - Order.paid + Order.refunding + Order.refunded + Order.disputed
    query = select(sa.func.count()).select_from(Refund).join(Order, col(Order.id) == Refund.order_id)
    return session.exec(query.where(Refund.status == RefundStatus.FAILED, owed < 0)).one()


def counts(session: Session) -> dict[RefundStatus, int]:
    """How many refunds are in each status."""
    rows = session.exec(select(Refund.status, sa.func.count()).group_by(Refund.status)).all()
    return {RefundStatus(status): count for status, count in rows}


def creditable(lines: Iterable[OrderLine]) -> list[Creditable]:
    """Lines of an order as rules credit them."""
    return [
        Creditable(
            line.key,
            line.quantity,
            Part(line.amount, line.tps, line.tvq),
            line.credited_quantity,
            Part(line.credited_amount, line.credited_tps, line.credited_tvq),
        )
        for line in lines
    ]


def quote(session: Session, order_id: uuid.UUID, question: CreditQuestion) -> CreditQuote:
    """What `credit_order` would do now. Raises NotFound, OrderNotBilled, OrderClosed, UnknownLine, CreditTooLarge."""
    order = orders.order(session, order_id)
    rules.credit_allowed(order.status)
    credits = rules.credits_of(creditable(orders.lines_of(session, order_id)), question.lines, question.keep_percent)
    return _quote(session, order, credits)


def quote_amount(session: Session, order_id: uuid.UUID, amount: int) -> CreditQuote:
    """What `credit_part` would do now. Raises NotFound, OrderNotBilled, OrderClosed, InvalidInput, CreditTooLarge."""
    order = orders.order(session, order_id)
    rules.credit_allowed(order.status)
    return _quote(session, order, rules.credit_amount(creditable(orders.lines_of(session, order_id)), amount))


def _quote(session: Session, order: Order, credits: Sequence[Credit]) -> CreditQuote:
    total = sum(credit.part.total for credit in credits)
    after, received = replace(order.balance, credited=order.credited + total), payments_of(session, order.id)
    parts = rules.returns([payment.refundable for payment in received], after.excess)
    by_card = sum(part for one, part in zip(received, parts, strict=True) if one.method is PaymentMethod.CARD)
    balance = amount_due(settled_status(order.status, after), after)
    return CreditQuote(total=total, refund=sum(parts), by_card=by_card, balance=balance)
