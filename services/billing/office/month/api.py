"""A month of the association and the entries behind each of its figures, as JSON."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query

from billing.office.month import view
from billing.office.month.queries_behind import EntryFilter, entries
from billing.office.month.schemas import (
    AgeView,
    EntriesQuestion,
    EntryList,
    EntryView,
    MeansView,
    MonthQuestion,
    MonthView,
    MoveView,
    ToConfirmView,
)
from billing.office.taxes.schemas import TaxLineView
from billing.office.taxes.view import lines_of
from billing.service import Here, Money

router = APIRouter(tags=["books"])


@router.get("/api/month")
def read_month(here: Here, _caller: Money, asked: Annotated[MonthQuestion, Query()]) -> MonthView:
    """A month as the books have it."""
    with here.db.read(one_state=True) as session:
        told = view.told(here, session, asked.period)
    first, owed = told.to_confirm, told.receivables
    return MonthView(
        since=told.period.since,
        until=told.period.until,
        on=told.on,
        to_confirm=ToConfirmView(
            tax_documents=first.taxes.count,
            tax_amount=first.taxes.cents,
            events=first.events,
            refunds=first.refunds.count,
            refunds_amount=first.refunds.cents,
        ),
        opening=owed.opening,
        moves=[MoveView(of=move, count=one.count, amount=one.cents) for move, one in owed.moves.items()],
        closing=owed.closing,
        ages=[AgeView(of=age, count=one.count, amount=one.cents) for age, one in owed.ages.items()],
        means=[
            MeansView(method=one.method, count=one.count, amount=one.cents, rounding=one.rounding) for one in told.means
        ],
        taxes=[TaxLineView.of(line) for line in lines_of(told.taxes)],
    )


@router.get("/api/month/entries")
def list_entries(here: Here, _caller: Money, asked: Annotated[EntriesQuestion, Query()]) -> EntryList:
    """What a figure of the month is made of, by pages of 50."""
    zone, on = here.association().timezone, min(asked.period.until, view.today_of(here))
    with here.db.read(one_state=True) as session:
        page = entries(session, EntryFilter(asked.figure(), asked.period, on, zone, asked.after))
    return EntryList(
        entries=[EntryView(**asdict(row)) for row in page.rows],
        total=page.sums.count,
        amount=page.sums.cents,
        next=page.next,
    )
