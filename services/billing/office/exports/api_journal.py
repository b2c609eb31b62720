"""The journal of a period as a file, whole: balanced, and the same bytes whenever it is asked for again."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from billing.ledger.queries import accounts
from billing.office.exports.queries_journal import journal
from billing.office.exports.schemas import JournalExport
from billing.office.exports.view_journal import journal_sheet
from billing.service import BillingService, Here, Money
from kit.sheets import ANSWERED, answer

router = APIRouter(tags=["books"])


@router.get("/api/journal", response_class=StreamingResponse, responses=ANSWERED)
def export_journal(here: Here, caller: Money, asked: Annotated[JournalExport, Query()]) -> StreamingResponse:
    """Every entry of the books in a period, in the order in which they were written."""
    return journal_file(here, asked, asked.lang or caller.lang)


def journal_file(here: BillingService, asked: JournalExport, lang: str) -> StreamingResponse:
    say = partial(here.pages.catalogue.say, lang)
    with here.db.read() as session:
        names = accounts(session)
    lines = journal(here.db, asked.period)
    sheet = journal_sheet(lines, names, asked.period, say, lang, here.association().timezone)
    return answer(sheet, asked.format, f"{say('exports.file_journal')}-{asked.since}-{asked.until}")
