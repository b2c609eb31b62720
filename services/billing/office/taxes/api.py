"""The taxes of a quarter and the documents behind them, as JSON."""

from typing import Annotated

from fastapi import APIRouter, Query

from billing.association.rules import Period
from billing.documents.rules import PaperKind
from billing.office.taxes import queries, view
from billing.office.taxes import queries_documents as documents
from billing.office.taxes.queries_documents import DocumentFilter, DocumentRow
from billing.office.taxes.schemas import (
    DocumentsQuestion,
    IssuedList,
    IssuedView,
    QuarterQuestion,
    TaxLineView,
    TaxReturnView,
)
from billing.service import Here, Money

router = APIRouter(tags=["books"])


@router.get("/api/taxes")
def read_taxes(here: Here, _caller: Money, asked: Annotated[QuarterQuestion, Query()]) -> TaxReturnView:
    """The lines of the return for a quarter of the calendar; credit notes are within, and shown apart."""
    with here.db.read(one_state=True) as session:
        told = queries.returned(session, asked.period)
        review = documents.sums(session, DocumentFilter(asked.period, review=True))
    return TaxReturnView(
        since=asked.period.since,
        until=asked.period.until,
        lines=[TaxLineView.of(line) for line in view.lines_of(told)],
        outside=TaxLineView.of(view.outside(told)),
        to_confirm=review.count,
    )


@router.get("/api/documents")
def list_documents(here: Here, _caller: Money, asked: Annotated[DocumentsQuestion, Query()]) -> IssuedList:
    """Invoices and credit notes of a period, by pages of 50."""
    kind = PaperKind(asked.kind) if asked.kind else None
    wanted = DocumentFilter(Period(asked.since, asked.until), kind, asked.review, asked.after)
    with here.db.read(one_state=True) as session:
        page, sums = documents.listed(session, wanted), documents.sums(session, wanted)
    return IssuedList(
        documents=[_issued(row) for row in page.rows],
        total=sums.count,
        subtotal=sums.subtotal,
        tps=sums.tps,
        tvq=sums.tvq,
        amount=sums.total,
        next=page.next,
    )


def _issued(row: DocumentRow) -> IssuedView:
    return IssuedView(
        id=row.id,
        kind=row.kind,
        number=row.number,
        issued_on=row.issued_on,
        order_id=row.order_id,
        code=row.code,
        buyer=row.buyer,
        subtotal=row.subtotal,
        taxable=row.taxable,
        tps=row.tps,
        tvq=row.tvq,
        total=row.total,
    )
