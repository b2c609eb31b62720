"""Check somebody in, or undo it. The hot path of the door: one read, one insert that can only happen once, its history.

Two phones that scan one ticket at the same moment are told apart by a unique index, not by a lock.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import Busy, NotFound
from kit.sql import Values, column, insert_once, table
from registration.catalog.models import Activity
from registration.catalog.offers.rules_activity import Point
from registration.changes import actions_people as people_actions
from registration.changes.rules import PersonNamed
from registration.checkin.models import CheckIn
from registration.checkin.rules import CheckInIdTaken, Outcome, Place, moment_of, point_at, to_pay, verdict
from registration.checkin.schemas import Arrival, Undone
from registration.history.actions import record
from registration.letters import view as letters_view
from registration.registrations.models import Attendee, Registration, RegistrationLine
from registration.registrations.rules import AttendeeStatus, RegistrationStatus

PLACE = (
    sa.select(
        column(Attendee.id),
        column(Attendee.registration_id),
        column(Attendee.activity_id),
        column(Attendee.status),
        column(Attendee.first_name),
        column(Attendee.last_name),
        column(Attendee.company_name),
        column(Attendee.code),
        column(Attendee.ticket_version),
        column(Registration.status).label("registration_status"),
        column(Registration.method),
        column(Registration.total),
        column(Registration.credited),
        column(Registration.paid_at),
        column(RegistrationLine.label_fr),
        column(RegistrationLine.label_en),
        column(Activity.points),
        column(Activity.starts_at),
        column(Activity.title_fr),
        column(Activity.title_en),
    )
    .join(table(Registration), column(Registration.id) == column(Attendee.registration_id))
    .join(table(RegistrationLine), column(RegistrationLine.id) == column(Attendee.line_id))
    .join(table(Activity), column(Activity.id) == column(Attendee.activity_id))
)
PLACE_OF_ATTENDEE = PLACE.where(column(Attendee.id) == sa.bindparam("shown"))
PLACE_OF_CODE = PLACE.where(column(Attendee.code) == sa.bindparam("shown"))


@dataclass(frozen=True)
class Gesture:
    """Who stands at the door: an attendee and the version of the ticket shown (None: no ticket), or a typed code."""

    activity_id: uuid.UUID
    attendee_id: uuid.UUID | None = None
    ticket_version: int | None = None
    code: str = ""
    point: str = ""
    at: datetime | None = None
    check_in_id: uuid.UUID | None = None


@dataclass(frozen=True)
class PlaceAtDoor:
    """A place with what the door must know of its registration, line and activity, in the order PLACE reads it."""

    id: uuid.UUID
    registration_id: uuid.UUID
    activity_id: uuid.UUID
    status: AttendeeStatus
    first_name: str
    last_name: str
    company_name: str
    code: str
    ticket_version: int
    registration_status: RegistrationStatus
    method: str
    total: int
    credited: int
    paid_at: datetime | None
    label_fr: str
    label_en: str
    points: tuple[Point, ...]
    starts_at: datetime | None
    title_fr: str
    title_en: str

    @property
    def for_verdict(self) -> Place:
        return Place(str(self.activity_id), self.status, self.registration_status, self.ticket_version)


def check_in(session: Session, gesture: Gesture, by: Caller, now: datetime) -> Arrival:
    """Answer the door, and write the arrival when the person may enter and is not in yet.

    The same `check_in_id` gets the same answer and writes nothing more. Raises UnknownPoint, CheckInIdTaken,
    ArrivalTooEarly.
    """
    place = _find(session, gesture)
    outcome = verdict(place.for_verdict if place else None, str(gesture.activity_id), gesture.ticket_version)
    if place is None or outcome is Outcome.UNKNOWN:
        return Arrival(outcome=Outcome.UNKNOWN)
    if outcome is Outcome.OTHER_ACTIVITY:
        return Arrival(outcome=outcome, activity_title_fr=place.title_fr, activity_title_en=place.title_en)
    point = point_at(place.points, gesture.point)
    if outcome is not Outcome.WELCOME:
        return _answer(place, outcome, point)
    return _enter(session, place, gesture, point, by, now)


def _find(session: Session, gesture: Gesture) -> PlaceAtDoor | None:
    if not (gesture.attendee_id or gesture.code):
        return None
    statement = PLACE_OF_ATTENDEE if gesture.attendee_id else PLACE_OF_CODE
    row = session.execute(statement, {"shown": gesture.attendee_id or gesture.code}).first()
    return PlaceAtDoor(*row) if row else None


@dataclass(frozen=True)
class ArrivalRecord:
    """An arrival as it is written, or as it was found: `id` is the gesture's own when it was given one."""

    id: uuid.UUID
    attendee_id: uuid.UUID
    activity_id: uuid.UUID
    point: str
    at: datetime
    by_id: str
    by: str
    undone_by: str = ""


def _enter(session: Session, place: PlaceAtDoor, gesture: Gesture, point: str, by: Caller, now: datetime) -> Arrival:
    check_in_id, at = gesture.check_in_id or new_id(), moment_of(gesture.at, now, place.starts_at)
    arrival = ArrivalRecord(check_in_id, place.id, place.activity_id, point, at, by.id, by.name)
    # Twice, because the check-in that stood in the way may be undone between our two statements.
    for _ in range(2):
        if insert_once(session, table(CheckIn), vars(arrival), column(CheckIn.id)):
            changes = {"place": (None, place.code), "point": (None, point)}
            record(session, "registration", place.registration_id, "checkin.arrived", by, now, changes)
            return _answer(place, Outcome.WELCOME, point, arrival)
        earlier = _earlier(session, arrival)
        if earlier is not None:
            return _answer(place, Outcome.WELCOME if earlier.id == arrival.id else Outcome.ALREADY, point, earlier)
    raise Busy()


def _earlier(session: Session, arrival: ArrivalRecord) -> ArrivalRecord | None:
    """What kept the row out: this very gesture, recorded before, or an earlier arrival that stands."""
    mine = column(CheckIn.id) == arrival.id
    theirs = sa.and_(
        column(CheckIn.attendee_id) == arrival.attendee_id,
        column(CheckIn.point) == arrival.point,
        column(CheckIn.undone_at).is_(None),
    )
    arrivals = [_arrival_record(row) for row in session.execute(sa.select(table(CheckIn)).where(mine | theirs))]
    for other in arrivals:
        if other.id == arrival.id:
            if (other.attendee_id, other.point) != (arrival.attendee_id, arrival.point):
                raise CheckInIdTaken()
            return other
    return arrivals[0] if arrivals else None


def _arrival_record(row: sa.Row[Any]) -> ArrivalRecord:
    columns = cast(CheckIn, row)
    return ArrivalRecord(
        columns.id, columns.attendee_id, columns.activity_id, columns.point, columns.at, columns.by_id, columns.by
    )


def _answer(place: PlaceAtDoor, outcome: Outcome, point: str, arrival: ArrivalRecord | None = None) -> Arrival:
    return Arrival(
        outcome=outcome,
        check_in_id=arrival.id if arrival else None,
        attendee_id=place.id,
        name=f"{place.first_name} {place.last_name}".strip(),
        company=place.company_name,
        code=place.code,
        label_fr=place.label_fr,
        label_en=place.label_en,
        point=point,
        at=arrival.at if arrival else None,
        by=arrival.by if arrival else "",
        to_pay=to_pay(place.method, place.total, place.credited, place.paid_at),
    )


def undo(session: Session, check_in_id: uuid.UUID, by: Caller, now: datetime) -> Undone:
    """The person is not in after all; they may be checked in again. Undoing twice changes nothing. Raises NotFound, for
    an arrival at another door than `by` may see too."""
    mine = column(CheckIn.id) == check_in_id
    if by.bound_to:
        mine &= column(CheckIn.activity_id).in_([uuid.UUID(one) for one in by.bound_to])
    undone: Values = {column(CheckIn.undone_at): now, column(CheckIn.undone_by): by.name}
    update = sa.update(table(CheckIn)).where(mine, column(CheckIn.undone_at).is_(None)).values(dict(undone))
    fresh = session.execute(update.returning(table(CheckIn))).first()
    row = fresh or session.execute(sa.select(table(CheckIn)).where(mine)).first()
    if row is None:
        raise NotFound()
    arrival = _arrival_record(row)
    columns = (column(Attendee.registration_id), column(Attendee.code), column(Registration.channel))
    query = sa.select(*columns).join_from(table(Attendee), table(Registration))
    registration_id, code, channel = session.execute(query.where(column(Attendee.id) == arrival.attendee_id)).one()
    if fresh:
        changes = {"place": (None, code), "point": (arrival.point, None)}
        record(session, "registration", registration_id, "checkin.undone", by, now, changes)
    return Undone(
        check_in_id=arrival.id,
        attendee_id=arrival.attendee_id,
        activity_id=arrival.activity_id,
        point=arrival.point,
        walk_in=channel == "on_site",
    )


def let_in_instead(
    session: Session,
    gesture: Gesture,
    person: PersonNamed,
    by: Caller,
    now: datetime,
    context: letters_view.LetterContext,
) -> Arrival:
    """The door's answer, with the new name. A place that may not enter, or whose holder is in already, keeps its name.

    Raises UnknownPoint, CheckInIdTaken.
    """
    arrival = check_in(session, gesture, by, now)
    if arrival.outcome is not Outcome.WELCOME or gesture.attendee_id is None:
        return arrival
    people_actions.name_attendee(session, gesture.attendee_id, person, by, now, context)
    named = {"name": f"{person.first_name} {person.last_name}", "company": person.company or arrival.company}
    return arrival.model_copy(update=named)
