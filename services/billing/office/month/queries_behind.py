"""The entries behind a figure of the month, page by page, with what they come to."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.association.rules import Period
from billing.invoices.models import Invoice, InvoiceOrder
from billing.ledger.models import Entry
from billing.ledger.rules import Memo
from billing.office.month.queries import MEMOS, Age, Move, Sum, moving, owing, recorded_between
from billing.orders.models import Buyer, Order
from billing.payments.models import Allocation, Payment
from kit import paging
from kit.contracts import PaymentMethod

PAGE = 50
Figure = Move | Age | PaymentMethod
Found = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class EntryFilter:
    """Which figure, of which period; `on` is the day at whose end something is owed, `zone` where days are days."""

    figure: Figure
    period: Period
    on: date
    zone: str
    after: uuid.UUID | None = None
    before: uuid.UUID | None = None


@dataclass(frozen=True)
class EntryRow:
    """One entry: `day` is when it was written, or when what is owed was due; `what` a memo, a way of paying or an age;
    `detail` the number of a document or the reference of a payment. Cents, signed as in the figure."""

    id: uuid.UUID
    day: date
    what: str
    detail: str
    amount: int
    order_id: uuid.UUID | None
    code: str
    buyer: str


@dataclass(frozen=True)
class EntryPage:
    rows: list[EntryRow]
    previous: uuid.UUID | None
    next: uuid.UUID | None
    total: int
    sums: Sum


def entries(session: Session, wanted: EntryFilter) -> EntryPage:
    """Oldest first. Ids are in the order of time: they are the key of the pages."""
    found = _found(session, wanted).subquery()
    buyer = sa.func.coalesce(sa.func.nullif(Buyer.company, ""), Buyer.name, "")
    query = (
        sa.select(found, sa.func.coalesce(Order.code, ""), buyer)
        .join_from(found, Order, col(Order.id) == found.c.order_id, isouter=True)
        .outerjoin(Buyer, col(Buyer.order_id) == col(Order.id))
    )
    places = [(key,) if key else None for key in (wanted.after, wanted.before)]
    part = paging.slice_of(session, query, (found.c.id,), PAGE, places)
    rows = [EntryRow(*row) for row in part.rows]
    whole = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(found.c.amount), 0)).select_from(found)
    sums = Sum(*(int(value) for value in session.execute(whole).one()))
    return EntryPage(rows, **part.keys([row.id for row in rows]), sums=sums)


def _found(session: Session, wanted: EntryFilter) -> Found:
    """The entries of a figure: id, day, what, detail, amount, order."""
    if isinstance(wanted.figure, Age):
        return _owed(session, wanted.figure, wanted.on)
    if isinstance(wanted.figure, PaymentMethod):
        return _paid(wanted.figure, wanted.period, wanted.zone)
    return _moved(session, wanted.figure, wanted.period)


def _owed(session: Session, age: Age, on: date) -> Found:
    found = owing(session, on)
    return (
        sa.select(
            found.c.order_id.label("id"),
            found.c.due_on.label("day"),
            found.c.age.label("what"),
            col(Invoice.number).label("detail"),
            found.c.amount.label("amount"),
            found.c.order_id.label("order_id"),
        )
        .join_from(found, InvoiceOrder, col(InvoiceOrder.order_id) == found.c.order_id)
        .join(Invoice, col(Invoice.id) == col(InvoiceOrder.invoice_id))
        .where(found.c.age == age.value)
    )


def _paid(method: PaymentMethod, period: Period, zone: str) -> Found:
    """A payment of several orders is one entry, and leads to the first of them."""
    paid = sa.select(col(Allocation.order_id)).where(col(Allocation.payment_id) == col(Payment.id))
    return sa.select(
        col(Payment.id).label("id"),
        col(Payment.received_on).label("day"),
        sa.literal(method.value).label("what"),
        col(Payment.reference).label("detail"),
        col(Payment.amount).label("amount"),
        paid.order_by(col(Allocation.order_id)).limit(1).scalar_subquery().label("order_id"),
    ).where(col(Payment.method) == method, *recorded_between(period, zone))


def _moved(session: Session, move: Move, period: Period) -> Found:
    """A posting about several orders is one entry, and leads to the first of them."""
    named = [memo for memo, one in MEMOS.items() if one is move]
    first = sa.cast(sa.func.min(sa.cast(col(Entry.order_id), sa.String)), sa.Uuid)
    moved = (
        sa.select(
            col(Entry.posting_id).label("id"),
            col(Entry.day).label("day"),
            sa.cast(col(Entry.memo), sa.String).label("what"),
            sa.func.max(Entry.document).label("document"),
            sa.func.sum(col(Entry.debit) - col(Entry.credit)).label("amount"),
            first.label("order_id"),
        )
        .where(col(Entry.memo).in_(named) if named else col(Entry.memo).not_in(list(MEMOS)))
        .where(*moving(session, period))
        .group_by(col(Entry.posting_id), col(Entry.day), col(Entry.memo))
        .subquery()
    )
    # Money has no number of its own here: it goes by that of the invoice.
    number = sa.case((moved.c.what == Memo.CREDIT_NOTE.value, moved.c.document), else_=col(Invoice.number))
    columns = (moved.c.id, moved.c.day, moved.c.what, number.label("detail"), moved.c.amount, moved.c.order_id)
    return (
        sa.select(*columns)
        .join_from(moved, InvoiceOrder, col(InvoiceOrder.order_id) == moved.c.order_id, isouter=True)
        .outerjoin(Invoice, col(Invoice.id) == col(InvoiceOrder.invoice_id))
    )
