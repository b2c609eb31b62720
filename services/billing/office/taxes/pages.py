"""The taxes of a quarter, and the documents behind every figure."""

import uuid

from fastapi import APIRouter, Request, Response

from billing.association.rules import FIRST_YEAR, LAST_YEAR, Period
from billing.documents.rules import PaperKind
from billing.office.taxes import queries, view
from billing.office.taxes import queries_documents as documents
from billing.office.taxes.queries_documents import DocumentFilter
from billing.service import Here, Money
from kit import app
from kit.clock import local_day
from kit.contracts.texts import day as day_of
from kit.paging import ListAddress

router = APIRouter(include_in_schema=False)


@router.get("/staff/taxes")
def show(request: Request, here: Here, caller: Money, year: str = "", quarter: str = "") -> Response:
    """The quarter that was asked for, or the one of today."""
    today = local_day(here.clock(), here.association().timezone)
    with here.db.read(one_state=True) as session:
        period = _quarter(year, quarter) or Period.of_quarter(today.year, (today.month + 2) // 3)
        told = queries.returned(session, period)
        review = documents.listed(session, DocumentFilter(period, review=True))
    return app.page(
        request,
        "taxes/taxes.html",
        app.language(request, caller.lang),
        period=period,
        today=today,
        lines=view.lines_of(told),
        outside=view.outside(told),
        whole=view.whole(told),
        review=review,
        documents=ListAddress(f"{here.base}/staff/taxes/documents", {"since": period.since, "until": period.until}),
    )


@router.get("/staff/taxes/documents")
def show_documents(
    request: Request,
    here: Here,
    caller: Money,
    since: str = "",
    until: str = "",
    kind: str = "",
    review: bool = False,
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> Response:
    """Invoices and credit notes of a period; days that are none show the month of today."""
    today = local_day(here.clock(), here.association().timezone)
    with here.db.read(one_state=True) as session:
        first, last = day_of(since), day_of(until)
        period = Period(first, last) if first and last else Period.of_month(today.year, today.month)
        of = next((one for one in documents.DOCUMENTS if one == kind), None)
        wanted = DocumentFilter(period, of, review, after, before)
        page, sums = documents.listed(session, wanted), documents.sums(session, wanted)
        told = None if review else queries.returned(session, period)
    filters = {"since": period.since, "until": period.until, "kind": of, "review": review}
    return app.page(
        request,
        "taxes/documents.html",
        app.language(request, caller.lang),
        period=period,
        kind=of,
        review=review,
        page=page,
        sums=sums,
        taxable=view.taxable(told, of) if told else None,
        kinds=(None, PaperKind.INVOICE, PaperKind.CREDIT_NOTE),
        link=ListAddress(f"{here.base}/staff/taxes/documents", filters),
    )


def _quarter(year: str, quarter: str) -> Period | None:
    """What was asked for, when it is a quarter."""
    if not (year.isascii() and year.isdigit() and len(year) == 4 and quarter in ("1", "2", "3", "4")):
        return None
    return Period.of_quarter(int(year), int(quarter)) if FIRST_YEAR <= int(year) <= LAST_YEAR else None
