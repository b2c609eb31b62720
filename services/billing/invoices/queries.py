"""Reads of documents."""

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from billing.invoices.models import CreditNote, GroupedOrder, Invoice, InvoiceOrder
from billing.orders.models import Order
from billing.orders.rules import OrderStatus


def invoice_of(session: Session, order_id: uuid.UUID) -> Invoice | None:
    """An order is on one invoice at most."""
    query = select(Invoice).join(InvoiceOrder, col(InvoiceOrder.invoice_id) == Invoice.id)
    return session.exec(query.where(InvoiceOrder.order_id == order_id)).first()


def invoice_and_orders(session: Session, order_id: uuid.UUID) -> tuple[Invoice | None, Sequence[Order]]:
    """The invoice that an order is on, and the orders it covers, the oldest first: ids are in the order of time."""
    mine = sa.select(col(InvoiceOrder.invoice_id)).where(col(InvoiceOrder.order_id) == order_id)
    query = select(Invoice, Order).join(InvoiceOrder, col(InvoiceOrder.invoice_id) == Invoice.id)
    query = query.join(Order, col(Order.id) == InvoiceOrder.order_id)
    rows = session.exec(query.where(col(Invoice.id).in_(mine)).order_by(col(Order.id))).all()
    return (rows[0][0] if rows else None), [order for _, order in rows]


def together_with(session: Session, order_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """The ids of the orders that are on one invoice with this one, itself among them, the oldest first."""
    mine = sa.select(col(InvoiceOrder.invoice_id)).where(col(InvoiceOrder.order_id) == order_id)
    query = select(InvoiceOrder.order_id).where(col(InvoiceOrder.invoice_id).in_(mine))
    return session.exec(query.order_by(col(InvoiceOrder.order_id))).all() or [order_id]


def credit_notes_of(session: Session, order_id: uuid.UUID) -> Sequence[CreditNote]:
    """Oldest first."""
    return session.exec(
        select(CreditNote).where(CreditNote.order_id == order_id).order_by(col(CreditNote.issued_at))
    ).all()


def group_of(session: Session, order_id: uuid.UUID) -> uuid.UUID | None:
    """The group whose invoice an order goes on, or nothing: it has one of its own."""
    return session.exec(select(GroupedOrder.group_id).where(GroupedOrder.order_id == order_id)).first()


def waiting_groups(session: Session, before: datetime) -> Sequence[uuid.UUID]:
    """Groups begun before then of which an order still waits for its invoice."""
    query = select(GroupedOrder.group_id).join(Order, col(Order.id) == GroupedOrder.order_id)
    late = (Order.status == OrderStatus.OPEN, GroupedOrder.since < before)
    return session.exec(query.where(*late).distinct().order_by(col(GroupedOrder.group_id)).limit(50)).all()
