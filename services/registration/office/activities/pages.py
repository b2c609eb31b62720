"""Staff's pages of activities: the list, and one activity's registrations and attendees."""

import uuid
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response

from kit import app as kit_app
from kit import lookup, text
from kit.clock import local
from kit.contracts.callers import Caller
from kit.paging import ListAddress
from kit.undelivered import undelivered
from registration.catalog.allotments.queries import allotments
from registration.catalog.offers.rules_questions import Per
from registration.changes.queries_waiting import waiting_count
from registration.checkin.view import point_label
from registration.office.activities import queries
from registration.office.activities.queries_attendees import attendees_of
from registration.office.activities.queries_list import activity_list
from registration.office.activities.queries_registrations import registrations_of
from registration.office.activities.queries_views import view_counts
from registration.office.activities.schemas import (
    ActivityFilter,
    ActivityRow,
    AttendeeFilter,
    RegistrationFilter,
)
from registration.office.activities.view import (
    STATUS_KINDS,
    TODO_ADDRESSES,
    ViewTab,
    ViewWords,
    kept,
    own_tabs,
    resource_label,
)
from registration.privacy.queries import waiting_reasons
from registration.service import Here, Reader, RegistrationService
from registration.views.queries import own_views
from registration.views.rules import Listed

router = APIRouter(include_in_schema=False)


# Of whom the questions are asked whose answers stand beside the rows of a list.
ASKED_OF = {"registrations": Per.REGISTRATION, "attendees": Per.ATTENDEE}
STATE_KINDS = {"open": "good", "not_yet": "accent", "scheduled": "accent", "sold_out": "warn", "postponed": "warn"}


@router.get("/staff/activities")
def activities(request: Request, here: Here, caller: Reader, narrowed: Annotated[ActivityFilter, Query()]) -> Response:
    """Every activity, with what is taken and what is expected."""
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        found, given_up = activity_list(session, here.clock(), narrowed), undelivered(session)
        waiting = waiting_count(session)
    link = ListAddress(f"{here.home}/staff/activities", narrowed.model_dump(exclude_defaults=True))
    context: dict[str, Any] = {
        "found": found,
        "given_up": given_up,
        "waiting": waiting,
        "narrowed": narrowed,
        "choices": ViewWords(here.pages.catalogue, lang).choices(found),
        "is_narrowed": bool(set(link.filters) - {"sort", "past", "todo"}),
        "clear": link(q="", state="", kind="", city="", series=""),
        "todo_addresses": TODO_ADDRESSES,
        "deleted": request.query_params.get("done") == "deleted",
        "link": link,
        "resource_label": lambda resource: resource_label(here.pages.catalogue, lang, resource),
        "state_kinds": STATE_KINDS,
        "page_title": here.pages.catalogue.say(lang, "office.activities"),
    }
    return kit_app.page(request, "activities/activities.html", lang, **context)


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
        found = registrations_of(session, activity_id, narrowed)
        own = own_views(session, caller, Listed.REGISTRATIONS)
    words = ViewWords(here.pages.catalogue, kit_app.language(request, caller.lang))
    path = _list_address(here, activity_id, RegistrationFilter()).path
    views = words.tabs(path, _views_counted(here, activity_id), narrowed) + own_tabs(path, own, narrowed)
    context = {"found": found, "status_kinds": STATUS_KINDS, **_viewed(views, narrowed)}
    return _activity_page(request, here, caller, activity_id, narrowed, context)


def _viewed(views: list[ViewTab], narrowed: RegistrationFilter | AttendeeFilter) -> dict[str, Any]:
    """The views, the one that is shown if one is, and what could be kept as another."""
    shown = next((view for view in views if view.current), None)
    return {"views": views, "shown": shown, "to_keep": {} if shown else kept(narrowed)}


def _views_counted(here: RegistrationService, activity_id: uuid.UUID) -> dict[str, int]:
    """How many registrations each view shows, for display: counted at most once a second, of a crowd once in ten."""

    def count() -> dict[str, int]:
        with here.db.read() as session:
            return view_counts(session, activity_id)

    counts: dict[str, int] = here.cache.get(("views", activity_id), count, crowd=True)
    return counts


@router.post("/staff/activities/{activity_id}")
def find_registrations(
    request: Request,
    activity_id: uuid.UUID,
    here: Here,
    _caller: Reader,
    criteria: Annotated[RegistrationFilter, Form()],
) -> Response:
    """The list narrowed, with the words in no address."""
    return lookup.look_for(request, _list_address(here, activity_id, criteria)(), criteria.q)


@router.post("/staff/activities/{activity_id}/attendees")
def find_attendees(
    request: Request, activity_id: uuid.UUID, here: Here, _caller: Reader, criteria: Annotated[AttendeeFilter, Form()]
) -> Response:
    return lookup.look_for(request, _list_address(here, activity_id, criteria)(), criteria.q)


def _list_address(
    here: RegistrationService, activity_id: uuid.UUID, narrowed: RegistrationFilter | AttendeeFilter, find: str = ""
) -> ListAddress:
    """One of the activity's two lists, narrowed; the words looked for are named by `find` only."""
    tab = "/attendees" if isinstance(narrowed, AttendeeFilter) else ""
    parameters = narrowed.model_dump(mode="json", exclude_defaults=True, exclude={"q", "after", "before"})
    return ListAddress(f"{here.home}/staff/activities/{activity_id}{tab}", parameters | {"find": find})


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
        found = attendees_of(session, activity_id, narrowed)
        own = own_views(session, caller, Listed.ATTENDEES)
    lang, catalogue = kit_app.language(request, caller.lang), here.pages.catalogue
    arrived = {
        row.id: ", ".join(point_label(catalogue, lang, point) for point in row.points) for row in found.attendees
    }
    views = own_tabs(_list_address(here, activity_id, AttendeeFilter()).path, own, narrowed)
    context = {"found": found, "status_kinds": STATUS_KINDS, "arrived": arrived, **_viewed(views, narrowed)}
    return _activity_page(request, here, caller, activity_id, narrowed, context)


def _activity_page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    activity_id: uuid.UUID,
    narrowed: RegistrationFilter | AttendeeFilter,
    context: dict[str, Any],
) -> Response:
    tab = "attendees" if isinstance(narrowed, AttendeeFilter) else "registrations"
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        tally = queries.tally(session, activity_id)
        offer = here.offer(session, activity_id)
        waits_for = waiting_reasons(session).get(activity_id, "")
        kept = any(one.reserved for one in offer.resources.values())
        reserved = [one for one in allotments(session, activity_id) if not one.released_at] if kept else []
    row = queries.activity(offer, here.clock(), tally)
    link = _list_address(here, activity_id, narrowed, request.query_params.get("find", "") if narrowed.q else "")
    context |= {
        "activity": row,
        "allotments": reserved,
        "tab": tab,
        "waits_for": waits_for,
        "address": f"{here.home}/staff/activities/{activity_id}",
        "narrowed": narrowed,
        "is_narrowed": bool(narrowed.q or set(link.filters) - {"sort", "find"}),
        "link": link,
        "export_link": ListAddress(f"{here.home}/staff/activities/{activity_id}/{tab}/export", link.filters),
        "confides": bool(offer.confidential(ASKED_OF[tab])),
        "may_act": caller.may("director", "coordinator"),
        "slug": row.slug_en if lang == "en" else row.slug_fr,
        "resource_label": lambda resource: resource_label(here.pages.catalogue, lang, resource),
        "stamp": lambda instant: _stamp(instant, row.timezone, lang),
        "state_kinds": STATE_KINDS,
        "page_title": titled(row, lang),
    }
    return kit_app.page(request, f"activities/{tab}.html", lang, **context)


def _stamp(instant: datetime, zone: str, lang: str) -> str:
    """A moment as a dense list shows it: without its weekday."""
    wall = local(instant, zone)
    return f"{text.day_short(wall.date(), lang)}, {text.hour(wall.time(), lang)}"


def titled(row: ActivityRow, lang: str) -> str:
    return row.title.in_(lang)
