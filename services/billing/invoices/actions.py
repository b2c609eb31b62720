"""Issuing documents. A number is taken as late as possible, because its series is locked until the commit."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.association.queries import Books, books
from billing.invoices import rules
from billing.invoices.models import CreditNote, Invoice, Series
from billing.invoices.queries import invoice_of
from billing.invoices.rules import DocumentLine
from billing.ledger import actions as ledger
from billing.ledger import rules as posting
from billing.orders.models import Order, OrderLine
from billing.orders.queries import buyer_of, lines_of
from billing.orders.rules import OrderStatus
from kit.contracts import OrderInvoiced, OrderMethod
from kit.db import add_once, column, named
from kit.mailbox import post


def issue(session: Session, order: Order, now: datetime) -> Invoice:
    """The invoice of a locked order, issued now if it has none, with its posting. Registration learns its number."""
    known = invoice_of(session, order.id)
    if known is not None:
        return known
    today, lines = books(session, now), [_as_ordered(line) for line in lines_of(session, order.id)]
    amounts: dict[str, Any] = {"subtotal": order.subtotal, "tps": order.tps, "tvq": order.tvq, "total": order.total}
    invoice = Invoice(
        order_id=order.id,
        due_on=order.due_on or today.day,
        issued_on=today.day,
        issued_at=now,
        body=_body(session, order, today, lines, amounts | {"taxable": order.taxable}),
        **amounts,
        **_numbered(session, today.profile.invoice_series, today.day.year),
    )
    session.add(invoice)
    legs = posting.invoice(posting.Chart(today.profile.accounts), _sale(lines))
    ledger.write(session, today, order.id, posting.Memo.INVOICE, invoice.number, legs, now)
    if order.method is OrderMethod.INVOICE:
        order.status = OrderStatus.INVOICED
    _tell(session, order, invoice, now)
    session.flush()
    return invoice


def credit(
    session: Session,
    order: Order,
    invoice: Invoice,
    amendment_id: uuid.UUID,
    lines: Sequence[DocumentLine],
    reason: str,
    by: str,
    now: datetime,
) -> CreditNote:
    """A credit note for `lines` (negative amounts), with its posting."""
    today = books(session, now)
    amounts: dict[str, Any] = {name: sum(getattr(line, field) for line in lines) for name, field in _SUMS}
    amounts["total"] = sum(amounts.values())
    note = CreditNote(
        order_id=order.id,
        invoice_id=invoice.id,
        amendment_id=amendment_id,
        reason=reason,
        by=by,
        issued_on=today.day,
        issued_at=now,
        body=_body(session, order, today, lines, amounts) | {"invoice": invoice.number, "reason": reason},
        **amounts,
        **_numbered(session, today.profile.credit_series, today.day.year),
    )
    session.add(note)
    legs = posting.invoice(posting.Chart(today.profile.accounts), _sale(lines))
    ledger.write(session, today, order.id, posting.Memo.CREDIT_NOTE, note.number, legs, now)
    session.flush()
    return note


_SUMS = (("subtotal", "amount"), ("tps", "tps"), ("tvq", "tvq"))


def _numbered(session: Session, series: str, year: int) -> dict[str, Any]:
    add_once(session, Series, named({column(Series.series): series, column(Series.year): year, column(Series.last): 0}))
    last = col(Series.last)
    counter = sa.update(Series).where(col(Series.series) == series, col(Series.year) == year).values({last: last + 1})
    sequence = session.execute(counter.returning(last)).scalar_one()
    return {"series": series, "year": year, "sequence": sequence, "number": rules.number(series, year, sequence)}


def _body(
    session: Session, order: Order, today: Books, lines: Sequence[DocumentLine], amounts: dict[str, int]
) -> dict[str, Any]:
    buyer = buyer_of(session, order.id).model_dump(mode="json", exclude={"order_id", "search"})
    about = {
        "code": order.code,
        "lang": order.lang,
        "activity": order.title.model_dump(),
        "method": order.method.value,
        "ordered_on": order.ordered_on.isoformat(),
        "due_on": order.due_on.isoformat() if order.due_on else None,
    }
    return rules.snapshot(today.profile, buyer, lines, amounts, about)


def _as_ordered(line: OrderLine) -> DocumentLine:
    shown = set(DocumentLine.__dataclass_fields__)
    return DocumentLine(**line.model_dump(include=shown))


def _sale(lines: Sequence[DocumentLine]) -> posting.Sale:
    revenue = tuple((line.gl_account, line.amount) for line in lines)
    return posting.Sale(revenue, sum(line.tps for line in lines), sum(line.tvq for line in lines))


def _tell(session: Session, order: Order, invoice: Invoice, now: datetime) -> None:
    issued = OrderInvoiced(
        order_id=order.id,
        number=invoice.number,
        total=invoice.total,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
    )
    post(session, "registration", issued, now, subject=order.id)
