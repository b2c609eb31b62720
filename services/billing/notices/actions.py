"""Sending a notice of an order, and what becomes of it: it is agreed to, and invoiced, or it comes to nothing."""

import uuid
from datetime import datetime

from sqlmodel import Session

from billing.association.queries import books
from billing.invoices import actions as invoices
from billing.notices import rules
from billing.notices.models import Notice
from billing.notices.queries import notice_of
from billing.orders.actions import existing
from billing.orders.models import Order
from billing.orders.rules import OrderStatus
from kit.errors import NotFound


def issue(session: Session, order: Order, now: datetime) -> Notice:
    """The notice of a new order: numbered, in no ledger, and no invoice."""
    today = books(session, now)
    sums, body = invoices.frozen(session, [order], today)
    number = invoices.next_number(session, today.profile.notice_series, today.day)
    notice = Notice(
        order_id=order.id,
        due_on=order.due_on or today.day,
        number=str(number),
        series=number.series,
        year=number.year,
        sequence=number.sequence,
        issued_on=today.day,
        issued_at=now,
        subtotal=sums.subtotal,
        tps=sums.tps,
        tvq=sums.tvq,
        total=sums.total,
        body=body,
    )
    session.add(notice)
    session.flush()
    return notice


def accept(session: Session, order_id: uuid.UUID, by: str, now: datetime) -> Order:
    """Its buyer agrees to owe it: it is invoiced. Raises NotFound, NoticeAnswered."""
    order = existing(session, order_id)
    notice = notice_of(session, order_id)
    if notice is None:
        raise NotFound()
    rules.acceptable(order.status, order.closing)
    notice.accepted_at, notice.accepted_by = now, by
    invoices.issue(session, order, now)
    return order


def agreed(session: Session, order: Order, now: datetime) -> None:
    """Money came for a locked order, or is about to be written down: whoever pays a notice agrees to owe it."""
    if order.on_notice and order.status is OrderStatus.OPEN and not order.closing:
        invoices.issue(session, order, now)


def discard(session: Session, order: Order, now: datetime) -> None:
    """A locked order came to nothing: its notice keeps its number, and says so."""
    notice = notice_of(session, order.id) if order.on_notice and order.status is OrderStatus.VOID else None
    if notice is not None and notice.discarded_at is None:
        notice.discarded_at = now
