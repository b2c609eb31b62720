"""Reads of a company's account: what it owes, what is kept for it, what came."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from billing.collecting.models import CreditReturn, Reversal
from billing.collecting.rules import SAME_WITHIN, Cheque, ReturnStatus
from billing.invoices.models import Invoice, InvoiceOrder
from billing.orders.models import Buyer, Order
from billing.orders.queries import buyer_of
from billing.orders.queries import order as order_of
from billing.orders.rules import OrderStatus
from billing.payments.models import Allocation, Payment
from billing.payments.rules import PaymentState
from kit.contracts import Bilingual
from kit.errors import NotFound

# How many payments of a company a page shows.
RECENT = 20


@dataclass(frozen=True)
class Payer:
    """Who pays: a company by its key, with all its orders; a buyer without one, with the orders of one invoice."""

    order_id: uuid.UUID
    company_key: str
    name: str


@dataclass(frozen=True)
class OpenInvoice:
    """An invoice of which something is owed, and the orders that owe it, the oldest first."""

    id: uuid.UUID
    number: str
    issued_on: date
    due_on: date
    total: int
    orders: Sequence[Order]

    @property
    def owed(self) -> int:
        return sum(max(0, order.balance.owed) for order in self.orders)

    @property
    def titles(self) -> list[Bilingual]:
        return [order.title for order in self.orders]


def payer(session: Session, order_id: uuid.UUID) -> Payer:
    """Who owes an order. Raises NotFound."""
    order, buyer = order_of(session, order_id), buyer_of(session, order_id)
    return Payer(order.id, buyer.company_key, buyer.company or buyer.name)


def anchor(session: Session, who: Payer) -> uuid.UUID:
    """The order whose lock is the account's: a company's first, whichever of its orders one came by."""
    if not who.company_key:
        return who.order_id
    query = select(Buyer.order_id).where(Buyer.company_key == who.company_key).order_by(col(Buyer.order_id))
    return session.exec(query.limit(1)).first() or who.order_id


def keys_of(session: Session, order_ids: Sequence[uuid.UUID]) -> set[str]:
    """The companies of some orders."""
    query = select(Buyer.company_key).where(col(Buyer.order_id).in_(order_ids), Buyer.company_key != "")
    return set(session.exec(query.distinct()))


def open_invoices(session: Session, who: Payer) -> list[OpenInvoice]:
    """What the payer owes, the oldest first. The invoices are those of its orders that wait for money."""
    query = select(Invoice, Order).join(InvoiceOrder, col(InvoiceOrder.invoice_id) == Invoice.id)
    query = query.join(Order, col(Order.id) == InvoiceOrder.order_id)
    if who.company_key:
        query = query.join(Buyer, col(Buyer.order_id) == Order.id).where(Buyer.company_key == who.company_key)
    else:
        mine = sa.select(col(InvoiceOrder.invoice_id)).where(col(InvoiceOrder.order_id) == who.order_id)
        query = query.where(col(Invoice.id).in_(mine))
    query = query.where(Order.status == OrderStatus.INVOICED)
    rows = session.exec(query.order_by(col(Invoice.issued_at), col(Invoice.id), col(Order.id))).all()
    orders: dict[uuid.UUID, list[Order]] = {}
    for invoice, order in rows:
        orders.setdefault(invoice.id, []).append(order)
    known = {invoice.id: invoice for invoice, _ in rows}
    return [
        OpenInvoice(one.id, one.number, one.issued_on, one.due_on, one.total, orders[one.id]) for one in known.values()
    ]


def credits_of(session: Session, who: Payer, *, lock: bool = False) -> Sequence[Payment]:
    """Payments of which something pays nothing yet, the oldest first."""
    if not who.company_key:
        return []
    query = select(Payment).where(Payment.company_key == who.company_key, Payment.unallocated > 0)
    query = query.where(Payment.state == PaymentState.SETTLED).order_by(col(Payment.id))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).all()


def same_before(session: Session, who: Payer, cheque: Cheque) -> Payment | None:
    """A payment of the payer like this one: the same amount and reference, some days apart at most."""
    if not cheque.reference:
        return None
    query = select(Payment).where(Payment.amount == cheque.amount, Payment.state == PaymentState.SETTLED)
    query = query.where(sa.func.lower(col(Payment.reference)) == cheque.reference.lower())
    since, until = cheque.received_on - SAME_WITHIN, cheque.received_on + SAME_WITHIN
    query = query.where(col(Payment.received_on).between(since, until), _of(who))
    return session.exec(query.order_by(col(Payment.id).desc()).limit(1)).first()


def payments_of(session: Session, who: Payer) -> Sequence[tuple[Payment, Reversal | None]]:
    """What came from the payer, the newest first, with what became of it."""
    query = select(Payment, Reversal).outerjoin(Reversal, col(Reversal.payment_id) == Payment.id).where(_of(who))
    return session.exec(query.order_by(col(Payment.recorded_at).desc(), col(Payment.id).desc()).limit(RECENT)).all()


def _of(who: Payer) -> sa.ColumnElement[bool]:
    if who.company_key:
        return col(Payment.company_key) == who.company_key
    return col(Payment.id).in_(sa.select(col(Allocation.payment_id)).where(col(Allocation.order_id) == who.order_id))


def payment(session: Session, payment_id: uuid.UUID) -> Payment:
    """Raises NotFound."""
    found = session.get(Payment, payment_id)
    if found is None:
        raise NotFound()
    return found


def payer_of(session: Session, paid: Payment) -> Payer:
    """Who sent a payment: whoever owes what it pays, or another order of its company. Raises NotFound."""
    mine = select(Allocation.order_id).where(Allocation.payment_id == paid.id).order_by(col(Allocation.order_id))
    order_id = session.exec(mine.limit(1)).first()
    if order_id is None:
        order_id = session.exec(select(Buyer.order_id).where(Buyer.company_key == paid.company_key).limit(1)).first()
    if order_id is None:
        raise NotFound()
    who = payer(session, order_id)
    return Payer(order_id, paid.company_key or who.company_key, who.name)


def payer_of_return(session: Session, return_id: uuid.UUID) -> Payer:
    """To whom a credit goes back. Raises NotFound."""
    found = session.get(CreditReturn, return_id)
    if found is None:
        raise NotFound()
    return payer_of(session, payment(session, found.payment_id))


def invoices_paid(session: Session, payment_id: uuid.UUID) -> Sequence[tuple[Invoice, Order, int]]:
    """The orders that a payment paid, with their invoice and how much, the oldest first."""
    query = (
        select(Invoice, Order, Allocation.amount)
        .join(InvoiceOrder, col(InvoiceOrder.invoice_id) == Invoice.id)
        .join(Order, col(Order.id) == InvoiceOrder.order_id)
        .join(Allocation, col(Allocation.order_id) == Order.id)
        .where(Allocation.payment_id == payment_id)
    )
    return session.exec(query.order_by(col(Invoice.issued_at), col(Invoice.id), col(Order.id))).all()


def reversal_of(session: Session, payment_id: uuid.UUID) -> Reversal | None:
    return session.exec(select(Reversal).where(Reversal.payment_id == payment_id)).first()


def reversed_of(session: Session, order_id: uuid.UUID) -> Sequence[tuple[Payment, Reversal, int]]:
    """Payments of an order that came to nothing, the oldest first, with what they had paid of it."""
    query = select(Payment, Reversal, Allocation.amount).join(Reversal, col(Reversal.payment_id) == Payment.id)
    query = query.join(Allocation, col(Allocation.payment_id) == Payment.id).where(Allocation.order_id == order_id)
    return session.exec(query.order_by(col(Reversal.recorded_at), col(Reversal.id))).all()


def returns_of(session: Session, payment_id: uuid.UUID) -> Sequence[CreditReturn]:
    """What of a payment's credit goes back, the oldest first."""
    query = select(CreditReturn).where(CreditReturn.payment_id == payment_id)
    return session.exec(query.order_by(col(CreditReturn.requested_at), col(CreditReturn.id))).all()


def to_return(session: Session, who: Payer | None = None) -> Sequence[tuple[CreditReturn, Payment]]:
    """Credits that wait to be returned by hand, of one payer or of all, the oldest first."""
    query = select(CreditReturn, Payment).join(Payment, col(Payment.id) == CreditReturn.payment_id)
    query = query.where(CreditReturn.status == ReturnStatus.TO_PAY)
    if who is not None:
        query = query.where(_of(who))
    return session.exec(query.order_by(col(CreditReturn.requested_at), col(CreditReturn.id)).limit(50)).all()


def credits_to_return(session: Session) -> list[tuple[CreditReturn, Payer]]:
    """Credits of all companies that wait to be returned by hand, each with whose it is."""
    return [(waits, payer_of(session, payment)) for waits, payment in to_return(session)]
