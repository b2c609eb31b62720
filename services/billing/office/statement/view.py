"""Rows as the JSON API shows an order, field by field, so that a column renamed in its table is missed here too."""

import uuid
from collections.abc import Callable

from billing.disputes.models import Dispute
from billing.documents.rules import Paper, PaperKind
from billing.invoices.models import CreditNote, Invoice
from billing.office.statement.queries import Statement
from billing.office.statement.schemas import (
    DisputeView,
    DocumentView,
    LineView,
    NoticeView,
    OrderView,
    PaperView,
    PaymentView,
    RefundView,
    TogetherView,
)
from billing.orders.models import Order, OrderLine
from billing.orders.rules import amount_due
from billing.refunds.models import Refund
from billing.refunds.queries import Share

# The page of a document, by its kind, its id, and the version of its order's links.
Links = Callable[[PaperKind, uuid.UUID, int], str]


def order(statement: Statement, pay_url: str, links: Links) -> OrderView:
    order, balance = statement.order, statement.order.balance
    return OrderView(
        id=order.id,
        status=order.status,
        closing=order.closing,
        method=order.method,
        code=order.code,
        activity_key=order.activity_key,
        ordered_on=order.ordered_on,
        due_on=order.due_on,
        tax_review=order.tax_review,
        subtotal=order.subtotal,
        taxable=order.taxable,
        tps=order.tps,
        tvq=order.tvq,
        total=order.total,
        credited=order.credited,
        left=balance.left,
        paid=order.paid,
        refunding=order.refunding,
        refunded=order.refunded,
        disputed=order.disputed,
        owed=balance.owed,
        balance=amount_due(order.status, balance),
        pay_url=pay_url,
        lines=[_line(line) for line in statement.lines],
        documents=_documents(statement),
        papers=[_paper(one, links(one.kind, one.id, one.version)) for one in papers(statement)],
        payments=[_payment(share) for share in statement.shares],
        refunds=[_refund(refund) for refund in statement.refunds],
        disputes=[_dispute(dispute) for dispute in statement.disputes],
        together=[_together(one) for one in statement.together] if statement.shared else [],
        notice=_notice(statement),
    )


def papers(statement: Statement) -> list[Paper]:
    """Every document of an order, in the order of time. Those that several orders share go by the links of the
    first."""
    invoice, notes, notice = statement.invoice, statement.credit_notes, statement.notice
    mine, first = statement.order.version, statement.together[0].version
    found = [Paper.of(PaperKind.CREDIT_NOTE, note, mine) for note in notes]
    found += [Paper.of(PaperKind.INVOICE, invoice, first)] if invoice else []
    found += [Paper.of(PaperKind.NOTICE, notice, mine)] if notice else []
    for one in statement.payments:
        version = statement.receipt_versions[one.id]
        found.append(Paper(PaperKind.RECEIPT, one.id, "", one.received_on, one.amount, one.recorded_at, version))
    return sorted(found, key=lambda paper: (paper.at, paper.kind))


def _paper(paper: Paper, url: str) -> PaperView:
    return PaperView(kind=paper.kind, id=paper.id, number=paper.number, on=paper.on, total=paper.total, url=url)


def _notice(statement: Statement) -> NoticeView | None:
    notice = statement.notice
    if notice is None:
        return None
    return NoticeView(
        number=notice.number,
        state=statement.notice_state or "",
        issued_on=notice.issued_on,
        due_on=notice.due_on,
        total=notice.total,
        accepted_at=notice.accepted_at,
        accepted_by=notice.accepted_by,
        discarded_at=notice.discarded_at,
    )


def _together(order: Order) -> TogetherView:
    return TogetherView(
        id=order.id,
        code=order.code,
        activity_title=order.title,
        status=order.status,
        total=order.total,
        owed=order.balance.owed,
    )


def _documents(statement: Statement) -> list[DocumentView]:
    """The invoice, if there is one, and its credit notes."""
    invoice = [_invoice(statement.invoice)] if statement.invoice else []
    return invoice + [_credit_note(note) for note in statement.credit_notes]


def _line(line: OrderLine) -> LineView:
    return LineView(
        key=line.key,
        label_fr=line.label_fr,
        label_en=line.label_en,
        quantity=line.quantity,
        unit_amount=line.unit_amount,
        amount=line.amount,
        tax_class=line.tax_class,
        tps=line.tps,
        tvq=line.tvq,
        components=line.components,
        credited_quantity=line.credited_quantity,
        credited_amount=line.credited_amount,
        credited_tps=line.credited_tps,
        credited_tvq=line.credited_tvq,
    )


def _invoice(invoice: Invoice) -> DocumentView:
    return DocumentView(
        kind="invoice",
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        subtotal=invoice.subtotal,
        tps=invoice.tps,
        tvq=invoice.tvq,
        total=invoice.total,
    )


def _credit_note(note: CreditNote) -> DocumentView:
    return DocumentView(
        kind="credit_note",
        number=note.number,
        issued_on=note.issued_on,
        subtotal=note.subtotal,
        tps=note.tps,
        tvq=note.tvq,
        total=note.total,
        reason=note.reason,
    )


def _payment(share: Share) -> PaymentView:
    payment = share.payment
    return PaymentView(
        id=payment.id,
        method=payment.method,
        amount=payment.amount,
        allocated=share.paid,
        rounding=payment.rounding,
        refunded=payment.refunded,
        received_on=payment.received_on,
        reference=payment.reference,
        by=payment.by,
    )


def _refund(refund: Refund) -> RefundView:
    return RefundView(
        id=refund.id,
        amount=refund.amount,
        rounding=refund.rounding,
        method=refund.method,
        status=refund.status,
        reason=refund.reason,
        requested_at=refund.requested_at,
        finished_at=refund.finished_at,
        how=refund.how,
        reference=refund.reference,
        by=refund.by,
    )


def _dispute(dispute: Dispute) -> DisputeView:
    return DisputeView(
        id=dispute.id,
        stripe_dispute=dispute.stripe_dispute,
        status=dispute.status,
        amount=dispute.amount,
        withdrawn=dispute.withdrawn,
        fees=dispute.fees,
        opened_at=dispute.opened_at,
        evidence_due_at=dispute.evidence_due_at,
        closed_at=dispute.closed_at,
    )
