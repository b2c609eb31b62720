"""Orders of a list that leaves as a file: first which ones, in one statement; then so many at a time, by their ids."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.invoices.models import Invoice, InvoiceOrder
from billing.notices.models import Notice
from billing.office.listing.queries import STILL_OWED, OrderFilter, criteria
from billing.orders.models import Buyer, Order
from billing.orders.rules import OrderStatus


@dataclass(frozen=True)
class OrderTold:
    """One order, in the order `orders` reads it. Amounts are cents; `number` is that of its invoice or, before, of its
    notice."""

    id: uuid.UUID
    code: str
    title_fr: str
    title_en: str
    status: OrderStatus
    method: str
    placed_at: datetime
    due_on: date | None
    subtotal: int
    tps: int
    tvq: int
    total: int
    credited: int
    paid: int
    refunding: int
    refunded: int
    owed: int
    company: str | None
    name: str | None
    email: str | None
    number: str | None

    def title(self, lang: str) -> str:
        return (self.title_en if lang == "en" else "") or self.title_fr


def order_ids(session: Session, wanted: OrderFilter) -> list[uuid.UUID]:
    """The orders that the list shows, on all its pages, newest first."""
    query = sa.select(col(Order.id)).outerjoin(Buyer, col(Buyer.order_id) == col(Order.id))
    query = query.where(*criteria(wanted)).order_by(col(Order.id).desc())
    return list(session.execute(query).scalars())


def orders(session: Session, ids: Sequence[uuid.UUID]) -> list[OrderTold]:
    """These orders, in this order."""
    about = (Order.id, Order.code, Order.activity_title_fr, Order.activity_title_en, Order.status, Order.method)
    when, taxed = (Order.placed_at, Order.due_on), (Order.subtotal, Order.tps, Order.tvq, Order.total)
    money = (Order.credited, Order.paid, Order.refunding, Order.refunded)
    buyer = (Buyer.company, Buyer.name, Buyer.email)
    number = sa.func.coalesce(col(Invoice.number), col(Notice.number))
    columns = [col(one) for one in (*about, *when, *taxed, *money)]
    query = (
        sa.select(*columns, STILL_OWED, *(col(one) for one in buyer), number)
        .outerjoin(Buyer, col(Buyer.order_id) == col(Order.id))
        .outerjoin(InvoiceOrder, col(InvoiceOrder.order_id) == col(Order.id))
        .outerjoin(Invoice, col(Invoice.id) == col(InvoiceOrder.invoice_id))
        .outerjoin(Notice, col(Notice.order_id) == col(Order.id))
        .where(col(Order.id).in_(ids))
    )
    rows = {row.id: row for row in (OrderTold(*row) for row in session.execute(query))}
    return [rows[one] for one in ids if one in rows]
