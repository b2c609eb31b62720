"""Where staff start: what is on today, and what is to be done."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit import text
from kit.clock import local
from kit.undelivered import undelivered
from registration.checkin import queries as doors
from registration.history import view as history
from registration.office.activities.schemas import ActivityRow
from registration.office.home import queries
from registration.office.home.api import waiting_of
from registration.office.home.view import tasks_of, told
from registration.service import Here, Reader, RegistrationService

router = APIRouter(include_in_schema=False)
# Activities shown beside what is to be done.
NEXT = 5


@router.get("/staff/home")
def home(request: Request, here: Here, caller: Reader) -> Response:
    """Today's doors, what waits for somebody, and the activities that come next."""
    lang, now, said = kit_app.language(request, caller.lang), here.clock(), told(here)
    with here.db.read() as session:
        waiting = waiting_of(here, session, said)
        today = doors.doors_today(session, now, caller)
        given_up, latest = undelivered(session), queries.happened(session, now)
        shown = [row for row in waiting.coming if row.starts_at][: 3 * NEXT]
        on_next = queries.next_sessions(session, [row.id for row in shown], now)
    here_now = local(now, here.association().timezone)
    context: dict[str, Any] = {
        "given_up": given_up,
        "today": today,
        "tasks": tasks_of(here, caller, waiting),
        "silent": said.silent,
        "coming": _coming(shown, on_next, now),
        "latest": list(zip(latest, _in_words(here, latest, lang), strict=True)),
        "counts": {row.id: row.tally for row in (*waiting.coming, *waiting.past) if row.tally.registrations},
        "day": text.day(here_now.date(), lang),
        "may_welcome": caller.may("director", "coordinator"),
        "page_title": here.pages.catalogue.say(lang, "home.title"),
    }
    return kit_app.page(request, "home/home.html", lang, **context)


def _coming(
    rows: Sequence[ActivityRow], on_next: Mapping[uuid.UUID, datetime], now: datetime
) -> list[tuple[datetime | None, ActivityRow]]:
    """The activities that come next, by when they are on; what began and has no further session does not come."""
    dated = [(on_next.get(row.id, row.starts_at), row) for row in rows]
    return sorted((one for one in dated if one[1].id in on_next or (one[0] and one[0] > now)), key=_soonest)[:NEXT]


def _soonest(one: tuple[datetime | None, ActivityRow]) -> tuple[str, str]:
    return (one[0].isoformat() if one[0] else "", one[1].title_fr)


def _in_words(here: RegistrationService, latest: Sequence[queries.Happened], lang: str) -> list[history.HistoryLine]:
    """Each with its hour alone, or yesterday's."""
    catalogue, zone = here.pages.catalogue, here.association().timezone
    entries = [one.entry.model_copy(update={"changes": []}) for one in latest]
    lines, today = history.lines(entries, catalogue, zone, lang), local(here.clock(), zone).date()
    told = []
    for entry, line in zip(entries, lines, strict=True):
        at = local(entry.at, zone)
        hour = text.hour(at.time(), lang)
        told.append(
            replace(line, when=hour if at.date() == today else catalogue.say(lang, "home.yesterday", hour=hour))
        )
    return told
