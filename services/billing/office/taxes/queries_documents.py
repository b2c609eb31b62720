"""The documents behind the figures: invoices and credit notes of a period, page by page, with what they come to."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.association.rules import Period
from billing.documents.rules import PaperKind
from billing.documents.schemas import Body
from billing.invoices.models import CreditNote, Invoice, InvoiceOrder
from billing.office.taxes.queries import taxable_of
from billing.orders.models import Buyer, Order
from kit import paging

PAGE = 50
DOCUMENTS: dict[PaperKind, type[Invoice] | type[CreditNote]] = {
    PaperKind.INVOICE: Invoice,
    PaperKind.CREDIT_NOTE: CreditNote,
}


@dataclass(frozen=True)
class DocumentFilter:
    """Which documents: of a period; of one kind, or of both; only those of which a tax is to be confirmed."""

    period: Period
    kind: PaperKind | None = None
    review: bool = False
    after: uuid.UUID | None = None
    before: uuid.UUID | None = None


@dataclass(frozen=True)
class DocumentRow:
    """One document; negative amounts on a credit note. Cents. `taxable` is the part of `subtotal` that carries taxes;
    `order_id` is the order that it is of, or the first of several."""

    id: uuid.UUID
    kind: PaperKind
    number: str
    issued_on: date
    subtotal: int
    taxable: int
    tps: int
    tvq: int
    total: int
    order_id: uuid.UUID
    code: str
    buyer: str
    province: str


@dataclass(frozen=True)
class DocumentSums:
    """What all documents come to, on all pages. Cents."""

    count: int
    subtotal: int
    tps: int
    tvq: int
    total: int


@dataclass(frozen=True)
class DocumentPage:
    rows: list[DocumentRow]
    previous: uuid.UUID | None
    next: uuid.UUID | None
    total: int


def sums(session: Session, wanted: DocumentFilter) -> DocumentSums:
    """One statement."""
    found = _found(wanted).subquery()
    added = (sa.func.coalesce(sa.func.sum(found.c[name]), 0) for name in ("subtotal", "tps", "tvq", "total"))
    row = session.execute(sa.select(sa.func.count(), *added).select_from(found)).one()
    return DocumentSums(*(int(value) for value in row))


def listed(session: Session, wanted: DocumentFilter) -> DocumentPage:
    """Oldest first. Ids are in the order of time: they are the key of the pages."""
    found = _found(wanted).subquery()
    buyer = sa.func.coalesce(sa.func.nullif(Buyer.company, ""), Buyer.name, "")
    query = (
        sa.select(found, col(Order.code), buyer, sa.func.coalesce(Buyer.province, ""))
        .join_from(found, Order, col(Order.id) == found.c.order_id)
        .outerjoin(Buyer, col(Buyer.order_id) == col(Order.id))
    )
    places = [(key,) if key else None for key in (wanted.after, wanted.before)]
    part = paging.slice_of(session, query, (found.c.id,), PAGE, places)
    taxable = _taxable(session, [row.id for row in part.rows])
    rows = [_row(row, taxable) for row in part.rows]
    return DocumentPage(rows, **part.keys([row.id for row in rows]))


def _row(row: Any, taxable: dict[uuid.UUID, int]) -> DocumentRow:
    one, kind, number, day, order_id, subtotal, tps, tvq, total, code, buyer, province = row
    amounts = (subtotal, taxable.get(one, 0), tps, tvq, total)
    return DocumentRow(one, PaperKind(kind), number, day, *amounts, order_id, code, buyer, province)


def _found(wanted: DocumentFilter) -> sa.CompoundSelect[Any]:
    kinds = [wanted.kind] if wanted.kind in DOCUMENTS else list(DOCUMENTS)
    return sa.union_all(*(_of_kind(kind, wanted) for kind in kinds if kind))


def _of_kind(kind: PaperKind, wanted: DocumentFilter) -> sa.Select[*tuple[Any, ...]]:
    model = DOCUMENTS[kind]
    columns: list[Any] = [col(model.id), sa.literal(kind.value).label("kind"), col(model.number), col(model.issued_on)]
    columns += [col(model.order_id), *(col(one) for one in (model.subtotal, model.tps, model.tvq, model.total))]
    query = sa.select(*columns).where(col(model.issued_on).between(wanted.period.since, wanted.period.until))
    if not wanted.review:
        return query
    if kind is PaperKind.CREDIT_NOTE:
        flagged = sa.select(col(Order.id)).where(col(Order.id) == col(CreditNote.order_id))
    else:
        covered = sa.select(col(Order.id)).join(InvoiceOrder, col(InvoiceOrder.order_id) == col(Order.id))
        flagged = covered.where(col(InvoiceOrder.invoice_id) == col(Invoice.id))
    return query.where(flagged.where(col(Order.tax_review).is_(True)).exists())


def _taxable(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """What of each of these documents is taxable."""
    parts = (
        sa.select(col(InvoiceOrder.invoice_id), sa.func.sum(Order.taxable))
        .join(Order, col(Order.id) == col(InvoiceOrder.order_id))
        .where(col(InvoiceOrder.invoice_id).in_(ids))
        .group_by(col(InvoiceOrder.invoice_id))
    )
    notes = sa.select(col(CreditNote.id), col(CreditNote.body)).where(col(CreditNote.id).in_(ids))
    known = {one: int(amount) for one, amount in session.execute(parts)}
    return known | {one: taxable_of(Body.of(body)) for one, body in session.execute(notes)}
