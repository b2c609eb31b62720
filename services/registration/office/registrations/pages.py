"""Staff's pages: activities, an activity's people, one registration with everything that happened to it."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response

from kit import app as kit_app
from kit import lookup, text
from kit.auth import Caller, allow
from kit.clock import local
from kit.errors import NotFound
from kit.paging import ListAddress
from kit.undelivered import undelivered
from registration.changes import actions as personal
from registration.changes import actions_people as changes_actions_people
from registration.checkin.view import point_label
from registration.history import actions
from registration.letters import view as letters
from registration.letters.flows import desk_of, links_of
from registration.office.registrations import queries, view
from registration.office.registrations.api import READERS, Coordinator, cancelled, read_whole, tallies
from registration.office.registrations.schemas import (
    ActivityFilter,
    ActivityRow,
    AttendeeFilter,
    Cancellation,
    RegistrationFilter,
)
from registration.registrations.queries import Whole
from registration.registrations.rules import keep_percent
from registration.service import Here, RegistrationService

router = APIRouter(include_in_schema=False)
Reader = Annotated[Caller, allow(*READERS)]
STATUS_KINDS = {"held": "warn", "confirmed": "good", "cancelled": "quiet", "expired": "quiet"}
STATE_KINDS = {"open": "good", "not_yet": "accent", "sold_out": "warn"}


@router.get("/staff/activities")
def activities(request: Request, here: Here, caller: Reader, narrowed: Annotated[ActivityFilter, Query()]) -> Response:
    """Every activity, with what is taken and what is expected."""
    lang = kit_app.language(request, caller.lang)
    told = tallies(here)
    with here.db.read() as session:
        rows, given_up = queries.activities(session, here.clock(), narrowed, told), undelivered(session)
    context: dict[str, Any] = {
        "rows": rows,
        "given_up": given_up,
        "narrowed": narrowed,
        "link": ListAddress(f"{here.home}/staff/activities", narrowed.model_dump(exclude_defaults=True)),
        "resource_label": lambda key: resource_label(here, lang, key),
        "state_kinds": STATE_KINDS,
        "page_title": here.pages.catalogue.say(lang, "office.activities"),
    }
    return kit_app.page(request, "registrations/activities.html", lang, **context)


@router.get("/staff/activities/{activity_id}")
def registrations(
    request: Request,
    activity_id: uuid.UUID,
    here: Here,
    caller: Reader,
    narrowed: Annotated[RegistrationFilter, Query()],
) -> Response:
    """An activity and its registrations."""
    narrowed = narrowed.model_copy(update={"q": lookup.words_of(request)})
    with here.db.read() as session:
        found = queries.registrations_of(session, activity_id, narrowed)
    context = {"found": found, "tab": "registrations", "status_kinds": STATUS_KINDS}
    return _activity_page(request, here, caller, activity_id, narrowed, context)


@router.post("/staff/activities/{activity_id}")
def find_registrations(
    request: Request, activity_id: uuid.UUID, here: Here, _caller: Reader, asked: Annotated[RegistrationFilter, Form()]
) -> Response:
    """The list narrowed, with the words in no address."""
    return lookup.look_for(request, _list_address(here, activity_id, asked)(), asked.q)


@router.post("/staff/activities/{activity_id}/attendees")
def find_attendees(
    request: Request, activity_id: uuid.UUID, here: Here, _caller: Reader, asked: Annotated[AttendeeFilter, Form()]
) -> Response:
    return lookup.look_for(request, _list_address(here, activity_id, asked)(), asked.q)


def _list_address(
    here: RegistrationService, activity_id: uuid.UUID, narrowed: RegistrationFilter | AttendeeFilter, find: str = ""
) -> ListAddress:
    """One of the activity's two lists, narrowed; the words looked for are named by `find` only."""
    tab = "/attendees" if isinstance(narrowed, AttendeeFilter) else ""
    kept = narrowed.model_dump(mode="json", exclude_defaults=True, exclude={"q", "after", "before"})
    return ListAddress(f"{here.home}/staff/activities/{activity_id}{tab}", kept | {"find": find})


@router.get("/staff/activities/{activity_id}/attendees")
def attendees(
    request: Request,
    activity_id: uuid.UUID,
    here: Here,
    caller: Reader,
    narrowed: Annotated[AttendeeFilter, Query()],
) -> Response:
    """An activity and its attendees."""
    narrowed = narrowed.model_copy(update={"q": lookup.words_of(request)})
    with here.db.read() as session:
        found = queries.attendees_of(session, activity_id, narrowed)
    lang, catalogue = kit_app.language(request, caller.lang), here.pages.catalogue
    arrived = {
        row.id: ", ".join(point_label(catalogue, lang, point) for point in row.points) for row in found.attendees
    }
    context = {"found": found, "tab": "attendees", "status_kinds": STATUS_KINDS, "arrived": arrived}
    return _activity_page(request, here, caller, activity_id, narrowed, context)


def _activity_page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    activity_id: uuid.UUID,
    narrowed: RegistrationFilter | AttendeeFilter,
    context: dict[str, Any],
) -> Response:
    lang = kit_app.language(request, caller.lang)
    told = tallies(here)
    with here.db.read() as session:
        row = queries.activity(session, activity_id, here.clock(), told)
    if row is None:
        raise NotFound()
    link = _list_address(here, activity_id, narrowed, request.query_params.get("find", "") if narrowed.q else "")
    context |= {
        "activity": row,
        "address": f"{here.home}/staff/activities/{activity_id}",
        "narrowed": narrowed,
        "is_narrowed": bool(narrowed.q or set(link.kept) - {"sort", "find"}),
        "link": link,
        "may_act": caller.may("director", "coordinator"),
        "slug": row.slug_en if lang == "en" else row.slug_fr,
        "resource_label": lambda key: resource_label(here, lang, key),
        "stamp": lambda instant: _stamp(instant, row.timezone, lang),
        "state_kinds": STATE_KINDS,
        "page_title": titled(row, lang),
    }
    return kit_app.page(request, f"registrations/{context['tab']}.html", lang, **context)


def _stamp(instant: datetime, zone: str, lang: str) -> str:
    """A moment as a dense list shows it: without its weekday."""
    wall = local(instant, zone)
    return f"{text.day_short(wall.date(), lang)}, {text.hour(wall.time(), lang)}"


def titled(row: ActivityRow, lang: str) -> str:
    return (row.title_en or row.title_fr) if lang == "en" else row.title_fr


def resource_label(here: RegistrationService, lang: str, key: str) -> str:
    """A resource in words; one the catalogue does not know is shown as the activity names it."""
    catalogue = here.pages.catalogue
    known = f"resource.{key}"
    return catalogue.say(lang, known) if catalogue.has(known) else key.replace("_", " ").capitalize()


@router.get("/staff/registrations/{registration_id}")
def registration(request: Request, registration_id: uuid.UUID, here: Here, caller: Reader) -> Response:
    """One registration, whole."""
    with here.db.read() as session:
        file = view.file_of(session, read_whole(here, session, registration_id))
    return _registration_page(request, here, caller, file)


@router.post("/staff/registrations/{registration_id}/answers")
def answers(request: Request, registration_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """The same page with what was told in confidence; history remembers who asked."""
    with here.db.write() as session:
        found = read_whole(here, session, registration_id)
        actions.show_sensitive(session, registration_id, caller, here.clock())
        file = view.file_of(session, found)
    return _registration_page(request, here, caller, file, reveal=True)


@router.post("/staff/registrations/{registration_id}/resend")
def resend(registration_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """Send the confirmation and every ticket again."""
    with here.db.write() as session:
        desk = desk_of(here, read_whole(here, session, registration_id).offer)
        changes_actions_people.resend(session, registration_id, caller, here.clock(), desk)
    return kit_app.see(f"{here.home}/staff/registrations/{registration_id}?done=resent")


def _registration_page(
    request: Request, here: RegistrationService, caller: Caller, file: view.File, reveal: bool = False
) -> Response:
    lang = kit_app.language(request, caller.lang)
    file = view.with_order(here, file)
    found, row = file.found, file.found.registration
    may_act = caller.may("director", "coordinator")
    people = {place.id: view.answers_of(here, found, attendee, lang, reveal) for place, attendee in _pairs(file)}
    context: dict[str, Any] = {
        **_head(here, found, lang),
        "billing": file.billing,
        "order": file.order,
        "money_rows": view.money_rows(here, file, lang),
        "line_rows": view.line_rows(here, found.lines, lang),
        "places": view.places_of(file),
        "place_answers": people,
        "answers": view.answers_of(here, found, None, lang, reveal),
        "has_sensitive": may_act and not reveal and view.has_sensitive(found),
        "told": view.told(here, file, lang),
        "may_act": may_act,
        "may_choose": may_act and row["status"] == "confirmed" and len(found.active) > 1,
        "point": lambda key: point_label(here.pages.catalogue, lang, key),
        "personal_url": links_of(here).registration(row["id"], row["link_version"]) if may_act else "",
        "done": request.query_params.get("done", ""),
    }
    return kit_app.page(request, "registrations/registration.html", lang, **context)


def _pairs(file: view.File) -> list[tuple[Any, Any]]:
    return list(zip(view.places_of(file), file.found.attendees, strict=True))


def _head(here: RegistrationService, found: Whole, lang: str) -> dict[str, Any]:
    row = found.registration
    return {
        "registration": row,
        "activity": found.offer.activity,
        "activity_title": letters.title(found.offer, lang),
        "address": f"{here.home}/staff/registrations/{row['id']}",
        "status_kinds": STATUS_KINDS,
        "page_title": f"{row['contact_first']} {row['contact_last']}",
    }


@router.get("/staff/registrations/{registration_id}/cancel")
def ask_cancel(
    request: Request,
    registration_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    place: Annotated[list[uuid.UUID], Query()] = [],  # noqa: B006 (FastAPI copies it.)
    percent: Annotated[int | None, Query(ge=0, le=100)] = None,
) -> Response:
    """Says what cancelling will do, and to whom, before it is done."""
    lang, now = kit_app.language(request, caller.lang), here.clock()
    with here.db.read() as session:
        found = read_whole(here, session, registration_id)
        desk = desk_of(here, found.offer)
        outcome = personal.preview(session, registration_id, desk, now, set(place) or None, percent)
    leaving = [row for row in found.active if not place or row["id"] in place]
    contact = found.registration["contact_email"]
    told = [row for row in leaving if row["email"] and row["email"] != contact]
    kept = keep_percent(found.offer.activity.cancellation, now) if percent is None else percent
    context: dict[str, Any] = {
        **_head(here, found, lang),
        "outcome": outcome,
        "leaving": [letters.full_name(row) or row["code"] for row in leaving],
        "chosen": place,
        "percent": kept,
        "percent_text": text.percent(Decimal(kept) / 100, lang),
        "by_rule": percent is None,
        "rule": letters.cancel_rule(desk, lang),
        "letters": len(told) + outcome.whole,
        "paid": found.registration["paid_at"] is not None,
        "page_title": here.pages.catalogue.say(lang, "office.cancel_title"),
    }
    return kit_app.page(request, "registrations/cancel.html", lang, **context)


@router.post("/staff/registrations/{registration_id}/cancel")
def cancel(
    registration_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    place: Annotated[list[uuid.UUID], Form()] = [],  # noqa: B006
    percent: Annotated[int | None, Form(ge=0, le=100)] = None,
) -> Response:
    """Cancel what the screen before said."""
    with here.db.write() as session:
        cancelled(here, session, registration_id, Cancellation(attendees=place, keep_percent=percent), caller)
    return kit_app.see(f"{here.home}/staff/registrations/{registration_id}?done=cancelled")
