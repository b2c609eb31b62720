"""The button « Exporter » of a month: its journal."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from billing.office.exports.api_journal import journal_file
from billing.office.exports.schemas import JournalExport
from billing.service import Here, Money
from kit import app

router = APIRouter(include_in_schema=False)


@router.get("/staff/journal/export")
def export(request: Request, here: Here, caller: Money, asked: Annotated[JournalExport, Query()]) -> Response:
    return journal_file(here, asked, app.language(request, caller.lang))
