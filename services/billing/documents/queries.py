"""Reads of documents, whichever kind they are of."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from billing.documents.models import DocumentFile
from billing.documents.rules import PaperKind
from billing.documents.schemas import Body
from billing.invoices.models import CreditNote, Document, Invoice, InvoiceOrder
from billing.invoices.rules import owed_of, state_of
from billing.notices.models import Notice
from billing.orders.models import Order
from billing.orders.rules import Balance, OrderStatus, together
from billing.payments.models import Allocation, Payment
from kit.contracts import PaymentMethod
from kit.errors import NotFound

TABLES: dict[PaperKind, type[Document]] = {
    PaperKind.INVOICE: Invoice,
    PaperKind.CREDIT_NOTE: CreditNote,
    PaperKind.NOTICE: Notice,
}


@dataclass(frozen=True)
class Settled:
    """What a payment paid of one invoice, in cents."""

    number: str
    issued_on: date
    total: int
    paid: int


@dataclass(frozen=True)
class Came:
    """Money that a receipt is for: cents, of which `rounding` pays nothing, and the invoices it settled."""

    method: PaymentMethod
    amount: int
    rounding: int
    reference: str
    settled: Sequence[Settled]


@dataclass(frozen=True)
class Issued:
    """A document as it was issued. `version` is that of its link: its order's. `came` is what a receipt is for."""

    kind: PaperKind
    id: uuid.UUID
    number: str
    issued_on: date
    version: int
    order_id: uuid.UUID
    body: Body
    came: Came | None = None


@dataclass(frozen=True)
class Standing:
    """What is left of an invoice: the first of its orders, their sums, what is to be paid of it, the day it is due."""

    first: Order
    balance: Balance
    owed: int
    due_on: date


def issued(session: Session, kind: PaperKind, document_id: uuid.UUID) -> Issued:
    """Raises NotFound."""
    if kind is PaperKind.RECEIPT:
        return _receipt(session, document_id)
    row = session.get(TABLES[kind], document_id)
    if row is None or not isinstance(row, Invoice | CreditNote | Notice):
        raise NotFound()
    order = session.get_one(Order, row.order_id)
    return Issued(kind, row.id, row.number, row.issued_on, order.version, order.id, Body.of(row.body))


def _receipt(session: Session, payment_id: uuid.UUID) -> Issued:
    """A receipt shows what was paid as it was invoiced: the lines of the first invoice it settled."""
    query = (
        select(Payment, Allocation, Invoice, Order)
        .join(Allocation, col(Allocation.payment_id) == Payment.id)
        .join(Order, col(Order.id) == Allocation.order_id)
        .join(InvoiceOrder, col(InvoiceOrder.order_id) == Order.id)
        .join(Invoice, col(Invoice.id) == InvoiceOrder.invoice_id)
        .where(Payment.id == payment_id)
        .order_by(col(Order.id))
    )
    rows = session.exec(query).all()
    if not rows:
        raise NotFound()
    payment, _, first, order = rows[0]
    by_invoice: dict[uuid.UUID, Settled] = {}
    for _, allocation, invoice, _ in rows:
        before = by_invoice.get(invoice.id)
        paid = allocation.amount + (before.paid if before else 0)
        by_invoice[invoice.id] = Settled(invoice.number, invoice.issued_on, invoice.total, paid)
    came = Came(payment.method, payment.amount, payment.rounding, payment.reference, tuple(by_invoice.values()))
    body = Body.of(first.body)
    return Issued(PaperKind.RECEIPT, payment.id, "", payment.received_on, order.version, order.id, body, came)


def file_of(session: Session, kind: PaperKind, document_id: uuid.UUID) -> DocumentFile | None:
    """The file, when it was made out."""
    return session.get(DocumentFile, (kind, document_id))


def receipt_versions(session: Session, payment_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The version of the links of these payments' receipts: that of the first order they paid."""
    query = select(Allocation.payment_id, Order.version).join(Order, col(Order.id) == Allocation.order_id)
    rows = session.exec(query.where(col(Allocation.payment_id).in_(payment_ids)).order_by(col(Order.id).desc()))
    return dict(rows.all())


def standing_of(session: Session, invoice_id: uuid.UUID) -> Standing:
    """What is left of an invoice, over all orders it covers. Raises NotFound."""
    query = select(Invoice, Order).join(InvoiceOrder, col(InvoiceOrder.invoice_id) == Invoice.id)
    query = query.join(Order, col(Order.id) == InvoiceOrder.order_id).where(Invoice.id == invoice_id)
    rows = session.exec(query.order_by(col(Order.id))).all()
    if not rows:
        raise NotFound()
    invoice = rows[0][0]
    orders = [order for _, order in rows]
    waits = state_of([order.status for order in orders]) is OrderStatus.INVOICED
    owed = owed_of(orders) if waits else 0
    return Standing(orders[0], together([order.balance for order in orders]), owed, invoice.due_on)
