"""The door for programs: check in, undo, counter, search. What the pages do, and what an offline phone will send."""

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from kit.auth import Caller, allow
from kit.errors import BadToken, NotFound
from kit.idempotency import Key, once
from registration.catalog.models import Activity
from registration.checkin import actions, queries
from registration.checkin.actions import Gesture
from registration.checkin.rules import Outcome, point_at, typed_code
from registration.checkin.schemas import Arrival, CheckInRequest, Counter, FoundPage, MissingList, Undone
from registration.links import Links
from registration.service import Here, RegistrationService

router = APIRouter(tags=["check-in"])
DOOR = ("director", "coordinator", "door")
Door = Annotated[Caller, allow(*DOOR)]


def gesture(links: Links, activity_id: uuid.UUID, asked: CheckInRequest) -> Gesture | None:
    """What was shown at the door; None when it proves nothing. A ticket is verified here, before any transaction."""
    attendee_id, version, code = asked.attendee_id, None, typed_code(asked.code)
    if asked.ticket:
        try:
            attendee_id, version = links.read_ticket(asked.ticket)
        except BadToken:
            return None
    return Gesture(activity_id, attendee_id, version, code, asked.point, asked.at, asked.check_in_id)


@router.post("/api/activities/{activity_id}/check-ins", response_model=Arrival)
def check_in(activity_id: uuid.UUID, asked: CheckInRequest, caller: Door, here: Here, key: Key) -> Response:
    """The door's answer, always 200: `outcome` says whether the person may enter, and why not."""
    shown = gesture(Links(here.home, here.settings.ticket_key), activity_id, asked)
    now = here.clock()
    with here.db.write() as session:
        return once(session, key, now, lambda: _arrival(session, shown, caller, now))


def _arrival(session: Session, shown: Gesture | None, caller: Caller, now: datetime) -> Arrival:
    return actions.check_in(session, shown, caller, now) if shown else Arrival(outcome=Outcome.UNKNOWN)


@router.post("/api/check-ins/{check_in_id}/undo", response_model=Undone)
def undo(check_in_id: uuid.UUID, caller: Door, here: Here, key: Key) -> Response:
    """The person is not in after all."""
    now = here.clock()
    with here.db.write() as session:
        return once(session, key, now, lambda: actions.undo(session, check_in_id, caller, now))


@router.get("/api/activities/{activity_id}/counter", dependencies=[allow(*DOOR)])
def counter(activity_id: uuid.UUID, here: Here, point: Annotated[str, Query(max_length=40)] = "") -> Counter:
    """How many people are in at a point (the first one when none is named), of how many are expected."""
    with here.db.read() as session:
        activity = session.get(Activity, activity_id)
        if activity is None:
            raise NotFound()
        return counted(here, session, activity_id, point_at(activity.points, point))


def counted(here: RegistrationService, session: Session, activity_id: uuid.UUID, point: str) -> Counter:
    """The counter: who is in, as it is now; of how many, counted at most once a second however many phones ask."""

    def count() -> int:
        return queries.expected(session, activity_id)

    return Counter(
        present=queries.present(session, activity_id, point),
        expected=here.shelf.get(("expected", activity_id), count),
    )


@router.get("/api/activities/{activity_id}/missing", dependencies=[allow(*DOOR)])
def missing(activity_id: uuid.UUID, here: Here, point: Annotated[str, Query(max_length=40)] = "") -> MissingList:
    """Who is expected at a point (the first one when none is named) and not in yet, company by company."""
    with here.db.read() as session:
        activity = session.get(Activity, activity_id)
        if activity is None:
            raise NotFound()
        return queries.missing(session, activity_id, point_at(activity.points, point))


@router.get("/api/activities/{activity_id}/attendees", dependencies=[allow(*DOOR)])
def search(
    activity_id: uuid.UUID,
    here: Here,
    q: Annotated[str, Query(min_length=2, max_length=100)],
    point: Annotated[str, Query(max_length=40)] = "",
    after: uuid.UUID | None = None,
) -> FoundPage:
    """Places by name, company, e-mail or code, accents ignored, twenty at a time; `next` of an answer is `after` of
    the request that follows."""
    with here.db.read() as session:
        activity = session.get(Activity, activity_id)
        if activity is None:
            raise NotFound()
        return queries.search(session, activity_id, q, point_at(activity.points, point), after)
