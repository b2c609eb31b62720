"""The month at a glance, and the entries behind each of its figures."""

import uuid

from fastapi import APIRouter, Request, Response

from billing.ledger.rules import Chart
from billing.office.month import view
from billing.office.month.queries import Age, Move
from billing.office.month.queries_behind import EntryFilter, entries
from billing.office.taxes import view as taxes
from billing.service import Here, Money
from kit import app
from kit.paging import ListAddress

router = APIRouter(include_in_schema=False)


@router.get("/staff/month")
def show(request: Request, here: Here, caller: Money, year: str = "", month: str = "") -> Response:
    """The month that was asked for, or the one of today."""
    period = view.chosen(year, month, view.today_of(here))
    with here.db.read(one_state=True) as session:
        told = view.told(here, session, period)
    days = {"since": period.since, "until": period.until}
    return app.page(
        request,
        "month/month.html",
        app.language(request, caller.lang),
        told=told,
        ages=list(Age),
        owed=view.owed(told.receivables.ages),
        bars=view.bars(told.receivables.ages),
        share=view.share,
        lines=taxes.lines_of(told.taxes),
        outside=taxes.outside(told.taxes),
        whole=taxes.whole(told.taxes),
        rounding_account=Chart(here.association().accounts)[view.ROUNDING],
        years=range(told.today.year, min(period.since.year, told.today.year - 6) - 1, -1),
        link=ListAddress(f"{here.base}/staff/month", {}),
        entries=ListAddress(
            f"{here.base}/staff/month/entries", {"year": period.since.year, "month": period.since.month}
        ),
        documents=ListAddress(f"{here.base}/staff/taxes/documents", days),
        export_link=ListAddress(f"{here.base}/staff/journal/export", days),
    )


@router.get("/staff/month/entries")
def show_entries(
    request: Request,
    here: Here,
    caller: Money,
    of: str = "",
    year: str = "",
    month: str = "",
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> Response:
    """What a figure of the month is made of; a figure that does not exist shows the payments."""
    today, zone = view.today_of(here), here.association().timezone
    period, figure = view.chosen(year, month, today), view.FIGURES.get(of, Move.PAYMENTS)
    on = min(period.until, today)
    with here.db.read(one_state=True) as session:
        page = entries(session, EntryFilter(figure, period, on, zone, after, before))
    filters = {"of": figure, "year": period.since.year, "month": period.since.month}
    return app.page(
        request,
        "month/entries.html",
        app.language(request, caller.lang),
        page=page,
        figure=figure,
        of_age=isinstance(figure, Age),
        period=period,
        on=on,
        link=ListAddress(f"{here.base}/staff/month/entries", filters),
        back=ListAddress(f"{here.base}/staff/month", {"year": period.since.year, "month": period.since.month})(),
    )
