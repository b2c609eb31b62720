"""The door for programs: check in, undo, counter, search. What the pages do, and what an offline phone will send."""

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.checkin import actions, queries
from registration.checkin import queries_search as checkin_queries_search
from registration.checkin.actions import Gesture
from registration.checkin.rules import ArrivalTooEarly, CheckInIdTaken, Outcome, UnknownPoint, point_at
from registration.checkin.schemas import Arrival, CheckInRequest, Counter, FoundPage, MissingList, Undone
from registration.door.checkin.queries import counter, shown_activity
from registration.door.checkin.view import gesture_of
from registration.service import WELCOMERS, Door, Here

router = APIRouter(tags=["check-in"])


@router.post(
    "/api/activities/{activity_id}/check-ins",
    response_model=Arrival,
    openapi_extra=refusals(UnknownPoint, CheckInIdTaken, ArrivalTooEarly),
)
def check_in(activity_id: uuid.UUID, request: CheckInRequest, caller: Door, here: Here, key: Key) -> Response:
    """The door's answer, always 200: `outcome` says whether the person may enter, and why not."""
    gesture = gesture_of(here.links, activity_id, request)
    now = here.clock()
    with here.db.write() as session:
        return once(session, key, now, lambda: _arrival(session, gesture, caller, now))


def _arrival(session: Session, gesture: Gesture | None, caller: Caller, now: datetime) -> Arrival:
    return actions.check_in(session, gesture, caller, now) if gesture else Arrival(outcome=Outcome.UNKNOWN)


@router.post("/api/check-ins/{check_in_id}/undo", response_model=Undone, openapi_extra=refusals(NotFound))
def undo_check_in(check_in_id: uuid.UUID, caller: Door, here: Here, key: Key) -> Response:
    """The person is not in after all."""
    now = here.clock()
    with here.db.write() as session:
        return once(session, key, now, lambda: actions.undo(session, check_in_id, caller, now))


@router.get(
    "/api/activities/{activity_id}/counter", dependencies=[WELCOMERS], openapi_extra=refusals(NotFound, UnknownPoint)
)
def read_counter(activity_id: uuid.UUID, here: Here, point: Annotated[str, Query(max_length=40)] = "") -> Counter:
    """How many people are in at a point (the first one when none is named), of how many are expected."""
    with here.db.read() as session:
        activity = shown_activity(session, activity_id)
        return counter(session, activity_id, point_at(activity.points, point))


@router.get(
    "/api/activities/{activity_id}/missing", dependencies=[WELCOMERS], openapi_extra=refusals(NotFound, UnknownPoint)
)
def list_missing(activity_id: uuid.UUID, here: Here, point: Annotated[str, Query(max_length=40)] = "") -> MissingList:
    """Who is expected at a point (the first one when none is named) and not in yet, company by company."""
    with here.db.read() as session:
        activity = shown_activity(session, activity_id)
        return queries.missing(session, activity_id, point_at(activity.points, point))


@router.get(
    "/api/activities/{activity_id}/attendees", dependencies=[WELCOMERS], openapi_extra=refusals(NotFound, UnknownPoint)
)
def search_attendees(
    activity_id: uuid.UUID,
    here: Here,
    q: Annotated[str, Query(min_length=1, max_length=100)],
    point: Annotated[str, Query(max_length=40)] = "",
    after: uuid.UUID | None = None,
) -> FoundPage:
    """Places by name, company, e-mail or code, accents ignored, twenty at a time; `next` of an answer is `after` of
    the request that follows."""
    with here.db.read() as session:
        activity = shown_activity(session, activity_id)
        return checkin_queries_search.search(session, activity_id, q, point_at(activity.points, point), after)
