"""Reads of refunds."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from billing.invoices.queries import group_of
from billing.invoices.rules import InvoiceAwaited
from billing.orders import queries as orders
from billing.orders.models import Order, OrderLine
from billing.orders.rules import OrderStatus, amount_due, settled_status
from billing.payments.models import Allocation, Payment
from billing.port import RefundSeen
from billing.refunds import rules
from billing.refunds.models import Refund
from billing.refunds.rules import Credit, Creditable, Part, RefundStatus
from kit.contracts import CreditQuestion, CreditQuote, PaymentMethod
from kit.errors import NotFound
from kit.lease import Patience, is_due
from kit.sql import table


def refunds_of(session: Session, order_id: uuid.UUID) -> Sequence[Refund]:
    """Oldest first."""
    query = select(Refund).where(Refund.order_id == order_id)
    return session.exec(query.order_by(col(Refund.requested_at), col(Refund.id))).all()


@dataclass(frozen=True)
class Share:
    """A payment, how much of it an order got, and what may still go back of that, in cents."""

    payment: Payment
    paid: int
    refundable: int

    @property
    def amount(self) -> int:
        """What was received for this order, with what rounding took or added."""
        return self.paid + self.payment.rounding


def shares_of(
    session: Session, order_id: uuid.UUID, refunds: Sequence[Refund] | None = None, *, lock: bool = False
) -> list[Share]:
    """What each payment of an order brought it, oldest first. `refunds`: those of the order, if they were read. `lock`:
    the payments are nobody else's until this transaction ends, for one of them may have paid other orders too."""
    gone: dict[uuid.UUID, int] = {}
    query = select(Payment, Allocation.amount).join(Allocation, col(Allocation.payment_id) == Payment.id)
    query = query.where(Allocation.order_id == order_id).order_by(col(Payment.recorded_at), col(Payment.id))
    if lock:
        query = query.with_for_update(of=table(Payment)).execution_options(populate_existing=True)
    received = session.exec(query).all()
    if refunds is None and received:
        refunds = refunds_of(session, order_id)
    for one in refunds or ():
        if one.status is not RefundStatus.FAILED:
            gone[one.payment_id] = gone.get(one.payment_id, 0) + one.amount
    return [_share(payment, paid, paid - gone.get(payment.id, 0)) for payment, paid in received]


def _share(payment: Payment, paid: int, left: int) -> Share:
    return Share(payment, paid, max(0, min(payment.refundable, left)))


def refund(session: Session, refund_id: uuid.UUID) -> Refund:
    """Raises NotFound."""
    refund = session.get(Refund, refund_id)
    if refund is None:
        raise NotFound()
    return refund


def left_of(session: Session, payment_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """By order, how much of what a payment brought it was neither given back nor promised, in cents."""
    gone = sa.select(sa.func.coalesce(sa.func.sum(col(Refund.amount)), 0)).where(
        col(Refund.payment_id) == payment_id,
        col(Refund.order_id) == Allocation.order_id,
        col(Refund.status) != RefundStatus.FAILED,
    )
    query = select(Allocation.order_id, Allocation.amount - gone.scalar_subquery())
    rows = session.exec(query.where(Allocation.payment_id == payment_id))
    return {order_id: int(left) for order_id, left in rows}  # PostgreSQL sums are decimals.


def as_stripe_knows_it(session: Session, payment_id: uuid.UUID, seen: RefundSeen) -> Sequence[Refund]:
    """The refund behind one of Stripe's, if it is ours or was written down before; one that was made there by hand of a
    payment for several orders is one for each of them."""
    same = col(Refund.stripe_refund) == seen.stripe_refund
    if seen.refund_id is not None:
        same = sa.or_(same, col(Refund.id) == seen.refund_id)
    return session.exec(select(Refund).where(Refund.payment_id == payment_id, same).order_by(col(Refund.id))).all()


def not_sent(session: Session, order_id: uuid.UUID, payment_id: uuid.UUID) -> Sequence[Refund]:
    """Refunds to an order of a payment that were promised, by card or by hand, and have not left, oldest first."""
    promised = col(Refund.status).in_([RefundStatus.REQUESTED, RefundStatus.TO_PAY])
    mine = (Refund.order_id == order_id, Refund.payment_id == payment_id)
    query = select(Refund).where(*mine, promised, col(Refund.stripe_refund).is_(None))
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


def creditable_now(session: Session, order: Order) -> None:
    """Raises OrderNotBilled, OrderClosed; InvoiceAwaited when the invoice is a matter of time."""
    if order.status is OrderStatus.OPEN and group_of(session, order.id) is not None:
        raise InvoiceAwaited()
    rules.credit_allowed(order.status)


def quote(session: Session, order_id: uuid.UUID, question: CreditQuestion) -> CreditQuote:
    """What `credit_order` would do now. Raises NotFound, OrderNotBilled, OrderClosed, UnknownLine, CreditTooLarge."""
    order = orders.order(session, order_id)
    creditable_now(session, order)
    credits = rules.credits_of(creditable(orders.lines_of(session, order_id)), question.lines, question.keep_percent)
    return _quote(session, order, credits)


def quote_amount(session: Session, order_id: uuid.UUID, amount: int) -> CreditQuote:
    """What `credit_part` would do now. Raises NotFound, OrderNotBilled, OrderClosed, InvalidInput, CreditTooLarge."""
    order = orders.order(session, order_id)
    creditable_now(session, order)
    return _quote(session, order, rules.credit_amount(creditable(orders.lines_of(session, order_id)), amount))


def _quote(session: Session, order: Order, credits: Sequence[Credit]) -> CreditQuote:
    total = sum(credit.part.total for credit in credits)
    after, received = replace(order.balance, credited=order.credited + total), shares_of(session, order.id)
    parts = rules.returns([share.refundable for share in received], after.excess)
    by_card = sum(part for one, part in zip(received, parts, strict=True) if one.payment.method is PaymentMethod.CARD)
    balance = amount_due(settled_status(order.status, after), after)
    return CreditQuote(total=total, refund=sum(parts), by_card=by_card, balance=balance)
