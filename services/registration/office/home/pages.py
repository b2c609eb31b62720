"""Where staff start: what is on today, and what is to be done."""

from typing import Any

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit import text
from kit.clock import local
from kit.undelivered import undelivered
from registration.changes.queries_waiting import waiting_count
from registration.checkin import queries as doors
from registration.office.activities import queries
from registration.office.activities.schemas import ActivityFilter
from registration.office.home.view import tasks_of
from registration.service import Here, Reader

router = APIRouter(include_in_schema=False)
# Activities shown beside what is to be done.
NEXT = 5


@router.get("/staff/home")
def home(request: Request, here: Here, caller: Reader) -> Response:
    """Today's doors, what waits for somebody, and the activities that come next."""
    lang, now, counts = kit_app.language(request, caller.lang), here.clock(), queries.tallies_shown(here)
    with here.db.read() as session:
        coming = queries.activities(session, now, ActivityFilter(), counts)
        past = queries.activities(session, now, ActivityFilter(past=True), counts)
        today = [one for one, sessions in doors.open_doors(session, now, caller) if doors.is_today(one, sessions, now)]
        waiting, given_up = waiting_count(session), undelivered(session)
    here_now = local(now, here.association().timezone)
    context: dict[str, Any] = {
        "given_up": given_up,
        "today": today,
        "tasks": tasks_of(here.home, waiting, coming, past),
        "coming": [row for row in coming if row.starts_at][:NEXT],
        "counts": counts,
        "day": text.day(here_now.date(), lang),
        "may_welcome": caller.may("director", "coordinator"),
        "may_refund": caller.may("director", "accountant"),
        "page_title": here.pages.catalogue.say(lang, "home.title"),
    }
    return kit_app.page(request, "home/home.html", lang, **context)
