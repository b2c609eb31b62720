"""Issuing documents. A number is taken as late as possible, because its series is locked until the commit."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import add
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.association.queries import Books, books
from billing.invoices import rules
from billing.invoices.models import CreditNote, Invoice, InvoiceOrder, Series
from billing.invoices.queries import invoice_of, together_with
from billing.invoices.rules import DocumentLine, Number, Sums
from billing.ledger import actions as ledger
from billing.ledger import rules as posting
from billing.orders.actions import existing
from billing.orders.models import Order, OrderLine
from billing.orders.queries import buyer_of, lines_of
from billing.orders.rules import OrderStatus
from billing.orders.rules import due_on as due_on_of
from kit.contracts import OrderInvoiced, OrderMethod
from kit.contracts.papers import PaperQuestion
from kit.mailbox import post
from kit.sql import add_once, column, named


@dataclass(frozen=True)
class Part:
    """An order of a document, with the lines that the document has of it."""

    order: Order
    lines: Sequence[DocumentLine]

    @property
    def sums(self) -> Sums:
        return Sums.of(self.lines)


def _part(session: Session, order: Order) -> Part:
    return Part(order, [_as_ordered(order, line) for line in lines_of(session, order.id)])


def issue(session: Session, order: Order, now: datetime) -> Invoice:
    """The invoice of a locked order, issued now if it has none, with its posting. Registration learns its number."""
    return invoice_of(session, order.id) or issue_over(session, [order], now)


def issue_over(session: Session, orders: Sequence[Order], now: datetime) -> Invoice:
    """One invoice of locked orders that have none, the oldest first. Its taxes are the sums of theirs: what was shown
    stays."""
    today, parts = books(session, now), [_part(session, order) for order in orders]
    number = next_number(session, today.profile.invoice_series, today.day)
    method = next((order.method for order in orders if order.method is OrderMethod.INVOICE), orders[0].method)
    due_on = due_on_of(today.day, method, today.profile.invoice_days)
    for order in orders:
        order.due_on = due_on
    sums, body = frozen(session, orders, today)
    invoice = Invoice(
        order_id=orders[0].id,
        due_on=due_on or today.day,
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
    session.flush()
    _cover(session, today, invoice, parts, now)
    for order in orders:
        if order.method is OrderMethod.INVOICE:
            order.status = OrderStatus.INVOICED
        _tell(session, order, invoice, orders, now)
    session.flush()
    return invoice


def frozen(session: Session, orders: Sequence[Order], today: Books) -> tuple[Sums, dict[str, Any]]:
    """What a document over these orders comes to, and what it freezes."""
    parts = [_part(session, order) for order in orders]
    sums = reduce(add, (part.sums for part in parts))
    return sums, _body(session, parts, today, sums.shown() | {"taxable": sum(order.taxable for order in orders)})


def _cover(session: Session, today: Books, invoice: Invoice, parts: Sequence[Part], now: datetime) -> None:
    """Which orders it covers, and its posting: one, with a part for each of them. The first is written down by the
    database itself (a trigger of `invoice`)."""
    for part in parts[1:]:
        sums = part.sums
        session.add(
            InvoiceOrder(
                order_id=part.order.id,
                invoice_id=invoice.id,
                subtotal=sums.subtotal,
                tps=sums.tps,
                tvq=sums.tvq,
                total=sums.total,
            )
        )
    chart = posting.Chart(today.profile.accounts)
    legs = [(part.order.id, posting.invoice(chart, _sale(part.lines))) for part in parts]
    ledger.write_parts(session, today, legs, posting.Memo.INVOICE, invoice.number, now)


def locked_together(session: Session, order_id: uuid.UUID) -> list[Order]:
    """The orders that are on one invoice with this one, the oldest first; or only this one. They are nobody else's
    until this transaction ends. Raises NotFound."""
    return [existing(session, one) for one in together_with(session, order_id)]


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
    today, part = books(session, correction.now), Part(order, lines)
    sums = part.sums
    body = _body(session, [part], today, sums.shown())
    number = next_number(session, today.profile.credit_series, today.day)
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


def next_number(session: Session, series: str, day: date) -> Number:
    """The next number of a series in a year; nobody else gets one before this transaction ends."""
    year, last = day.year, col(Series.last)
    add_once(session, Series, named({column(Series.series): series, column(Series.year): year, column(Series.last): 0}))
    counter = sa.update(Series).where(col(Series.series) == series, col(Series.year) == year).values({last: last + 1})
    return Number(series, year, session.execute(counter.returning(last)).scalar_one())


def _body(session: Session, parts: Sequence[Part], today: Books, amounts: dict[str, int]) -> dict[str, Any]:
    """What a document freezes; its buyer and its language are those of its first order."""
    first = parts[0].order
    about = _about(first) | {
        "lang": first.lang,
        "method": first.method.value,
        "due_on": first.due_on.isoformat() if first.due_on else None,
        "orders": [_about(part.order) | part.sums.shown() for part in parts],
    }
    buyer = buyer_of(session, first.id).contract.model_dump(mode="json")
    return rules.snapshot(today.profile, buyer, [line for part in parts for line in part.lines], amounts, about)


def _about(order: Order) -> dict[str, Any]:
    return {
        "code": order.code,
        "activity": order.title.model_dump(),
        "ordered_on": order.ordered_on.isoformat(),
    }


def _as_ordered(order: Order, line: OrderLine) -> DocumentLine:
    return DocumentLine(
        order=order.code,
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


def _tell(session: Session, order: Order, invoice: Invoice, orders: Sequence[Order], now: datetime) -> None:
    issued = OrderInvoiced(
        order_id=order.id,
        number=invoice.number,
        total=invoice.total,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        covers=tuple(one.id for one in orders) if len(orders) > 1 else (),
        papers=(PaperQuestion(kind="invoice", id=invoice.id),),
    )
    post(session, "registration", issued, now, subject=order.id)
