"""Pages of the door: pick an activity, scan or type, read one clear answer. All of it works without a script."""

import uuid
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from kit import app as kit_app
from kit.auth import allow
from kit.contracts.callers import Caller
from registration.checkin import actions, queries
from registration.checkin import queries_search as checkin_queries_search
from registration.checkin.rules import Outcome, code_from_text, points_now
from registration.checkin.schemas import Arrival, CheckInRequest
from registration.door.checkin.queries import counter, read_door
from registration.door.checkin.view import DoorView, answer_in_words, door_view, gesture_of, phone_app, time_in_words
from registration.service import Door, Here, RegistrationService

router = APIRouter(include_in_schema=False)
Point = Annotated[str, Query(max_length=40)]
TICKET_LENGTH = 40
# A ticket is an address, and the name of a host may have 253 letters.
TICKET_MOST = 400


class DoorForm(BaseModel):
    """The door's form: a ticket that was scanned, what was typed, or a person picked from the list."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    point: str = Field(default="", max_length=40)
    ticket: str = Field(default="", max_length=TICKET_MOST)
    typed: str = Field(default="", max_length=TICKET_MOST)
    attendee_id: uuid.UUID | None = None
    check_in_id: uuid.UUID | None = None

    def request(self) -> CheckInRequest | None:
        """The gesture; None when what was typed is words to search for."""
        ticket = self.ticket or (self.typed if len(self.typed.strip()) >= TICKET_LENGTH else "")
        code = "" if ticket or self.attendee_id else code_from_text(self.typed)
        if not (ticket or code or self.attendee_id):
            return None
        return CheckInRequest(
            ticket=ticket, code=code, attendee_id=self.attendee_id, point=self.point, check_in_id=self.check_in_id
        )


@router.get("/staff/check-in")
def doors(request: Request, here: Here, caller: Door) -> Response:
    """The activities people can be checked in for, and where."""
    lang = kit_app.language(request, caller.lang)
    now = here.clock()
    with here.db.read() as session:
        open_doors = queries.open_doors(session, now, caller)
    groups: dict[str, list[DoorView]] = {"checkin.today": [], "checkin.coming": []}
    for activity, sessions in open_doors:
        key = "checkin.today" if queries.is_today(activity, sessions, now) else "checkin.coming"
        points = points_now(activity.points, [one.ends_at for one in sessions], now)
        groups[key].append(door_view(here, lang, activity, points, ""))
    title = here.pages.catalogue.say(lang, "checkin.title")
    return kit_app.page(request, "checkin/doors.html", lang, groups=groups, page_title=title)


@router.get("/staff/check-in/app.webmanifest", dependencies=[allow("public")])
def app_manifest(request: Request, here: Here) -> Response:
    """What a phone needs to put the door on its home screen."""
    lang = kit_app.language(request)
    manifest = phone_app(here, lang)
    return JSONResponse(manifest, media_type="application/manifest+json")


@router.get("/staff/check-in/{activity_id}")
def door(request: Request, activity_id: uuid.UUID, here: Here, caller: Door, point: Point = "") -> Response:
    """The door of one activity at one point: camera, field, counter, latest arrivals."""
    return _door_page(request, here, caller, activity_id, point)


@router.get("/staff/check-in/{activity_id}/live")
def live(request: Request, activity_id: uuid.UUID, here: Here, caller: Door, point: Point = "") -> Response:
    """The counter and the latest arrivals alone, for the page to refresh."""
    return _door_page(request, here, caller, activity_id, point, template="checkin/live.html")


@router.get("/staff/check-in/{activity_id}/missing")
def missing(request: Request, activity_id: uuid.UUID, here: Here, caller: Door, point: Point = "") -> Response:
    """Who is expected and not in yet, company by company."""
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        door = read_door(session, here, lang, activity_id, point)
        absentees = queries.missing(session, activity_id, door.point)
    groups = {company: list(people) for company, people in groupby(absentees.attendees, key=lambda one: one.company)}
    title = here.pages.catalogue.say(lang, "checkin.missing")
    return kit_app.page(
        request, "checkin/missing.html", lang, door=door, absentees=absentees, groups=groups, page_title=title
    )


@router.post("/staff/check-in/{activity_id}")
def answer(
    request: Request, activity_id: uuid.UUID, here: Here, caller: Door, form: Annotated[DoorForm, Form()]
) -> Response:
    """Check somebody in and answer in full screen; words are searched for instead."""
    check_in_request = form.request()
    if check_in_request is None:
        return _door_page(request, here, caller, activity_id, form.point, words=form.typed)
    gesture = gesture_of(here.links, activity_id, check_in_request)
    lang, now = kit_app.language(request, caller.lang), here.clock()
    with here.db.write() as session:
        arrival = Arrival(outcome=Outcome.UNKNOWN)
        if gesture:
            arrival = actions.check_in(session, gesture, caller, now)
        door = read_door(session, here, lang, activity_id, form.point)
    return kit_app.page(request, "checkin/answer.html", lang, **answer_in_words(here, lang, door, arrival, now))


@router.post("/staff/check-in/{activity_id}/undo")
def undo(
    activity_id: uuid.UUID,
    here: Here,
    caller: Door,
    check_in_id: Annotated[uuid.UUID, Form()],
) -> Response:
    """Take an arrival back, then return to the door."""
    with here.db.write() as session:
        undone = actions.undo(session, check_in_id, caller, here.clock())
    channel = "walk-in" if undone.walk_in else "place"
    return kit_app.see(f"{here.home}/staff/check-in/{activity_id}?point={undone.point}&undone={channel}")


def _door_page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    activity_id: uuid.UUID,
    point: str,
    words: str = "",
    template: str = "checkin/door.html",
) -> Response:
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        door = read_door(session, here, lang, activity_id, point)
        context: dict[str, Any] = {
            "door": door,
            "counter": counter(session, activity_id, door.point),
            "latest": [
                (time_in_words(row.at, here.clock(), door.activity.timezone, lang), row)
                for row in queries.latest(session, activity_id, door.point)
            ],
            "words": words,
            "results": checkin_queries_search.search(session, activity_id, words, door.point) if words else None,
            "undone": request.query_params.get("undone", ""),
            "page_title": f"{door.title} – {door.point_label}",
        }
    return kit_app.page(request, template, lang, **context)
