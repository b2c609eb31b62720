"""Issuing documents. A number is taken as late as possible, because its series is locked until the commit."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.association.queries import Books, books
from billing.invoices import rules
from billing.invoices.models import CreditNote, Invoice, Series
from billing.invoices.queries import invoice_of
from billing.invoices.rules import DocumentLine, Number, Sums
from billing.ledger import actions as ledger
from billing.ledger import rules as posting
from billing.orders.models import Order, OrderLine
from billing.orders.queries import buyer_of, lines_of
from billing.orders.rules import OrderStatus
from kit.contracts import OrderInvoiced, OrderMethod
from kit.mailbox import post
from kit.sql import add_once, column, named


def issue(session: Session, order: Order, now: datetime) -> Invoice:
    """The invoice of a locked order, issued now if it has none, with its posting. Registration learns its number."""
    known = invoice_of(session, order.id)
    if known is not None:
        return known
    today, lines = books(session, now), [_as_ordered(line) for line in lines_of(session, order.id)]
    sums = Sums(order.subtotal, order.tps, order.tvq)
    body = _body(session, order, today, lines, sums.shown() | {"taxable": order.taxable})
    number = _next(session, today.profile.invoice_series, today.day)
    invoice = Invoice(
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
    session.add(invoice)
    legs = posting.invoice(posting.Chart(today.profile.accounts), _sale(lines))
    ledger.write(session, today, order.id, posting.Memo.INVOICE, invoice.number, legs, now)
    if order.method is OrderMethod.INVOICE:
        order.status = OrderStatus.INVOICED
    _tell(session, order, invoice, now)
    session.flush()
    return invoice


@dataclass(frozen=True)
class Correction:
    """Who corrects an order, why and when; its id makes it happen once."""

    id: uuid.UUID
    reason: str
    by: str
    now: datetime


def credit(
    session: Session, order: Order, invoice: Invoice, lines: Sequence[DocumentLine], correction: Correction
) -> CreditNote:
    """A credit note for `lines` (negative amounts), with its posting."""
    today, sums = books(session, correction.now), Sums.of(lines)
    body = _body(session, order, today, lines, sums.shown())
    number = _next(session, today.profile.credit_series, today.day)
    note = CreditNote(
        order_id=order.id,
        invoice_id=invoice.id,
        amendment_id=correction.id,
        reason=correction.reason,
        by=correction.by,
        number=str(number),
        series=number.series,
        year=number.year,
        sequence=number.sequence,
        issued_on=today.day,
        issued_at=correction.now,
        subtotal=sums.subtotal,
        tps=sums.tps,
        tvq=sums.tvq,
        total=sums.total,
        body=body | {"invoice": invoice.number, "reason": correction.reason},
    )
    session.add(note)
    legs = posting.invoice(posting.Chart(today.profile.accounts), _sale(lines))
    ledger.write(session, today, order.id, posting.Memo.CREDIT_NOTE, note.number, legs, correction.now)
    session.flush()
    return note


def _next(session: Session, series: str, day: date) -> Number:
    """The next number of a series in a year; nobody else gets one before this transaction ends."""
    year, last = day.year, col(Series.last)
    add_once(session, Series, named({column(Series.series): series, column(Series.year): year, column(Series.last): 0}))
    counter = sa.update(Series).where(col(Series.series) == series, col(Series.year) == year).values({last: last + 1})
    return Number(series, year, session.execute(counter.returning(last)).scalar_one())


def _body(
    session: Session, order: Order, today: Books, lines: Sequence[DocumentLine], amounts: dict[str, int]
) -> dict[str, Any]:
    about = {
        "code": order.code,
        "lang": order.lang,
        "activity": order.title.model_dump(),
        "method": order.method.value,
        "ordered_on": order.ordered_on.isoformat(),
        "due_on": order.due_on.isoformat() if order.due_on else None,
    }
    buyer = buyer_of(session, order.id).contract.model_dump(mode="json")
    return rules.snapshot(today.profile, buyer, lines, amounts, about)


def _as_ordered(line: OrderLine) -> DocumentLine:
    return DocumentLine(
        key=line.key,
        label_fr=line.label_fr,
        label_en=line.label_en,
        quantity=line.quantity,
        unit_amount=line.unit_amount,
        amount=line.amount,
        tax_class=line.tax_class.value,
        tps=line.tps,
        tvq=line.tvq,
        gl_account=line.gl_account,
        components=line.components,
    )


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
