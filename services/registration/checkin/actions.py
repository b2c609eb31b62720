"""Check somebody in, or undo it. The hot path of the door: one read, one insert that can only happen once, its history.

Two phones that scan one ticket at the same moment are told apart by a unique index, not by a lock.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit.auth import Caller
from kit.db import insert_once, new_id
from kit.errors import Busy, NotFound
from registration.catalog.models import Activity
from registration.changes import actions_people as changes_actions_people
from registration.changes.actions_people import PersonNamed
from registration.checkin.models import CheckIn
from registration.checkin.rules import CheckInIdTaken, Outcome, Place, moment_of, point_at, to_pay, verdict
from registration.checkin.schemas import Arrival, Undone
from registration.history.actions import record
from registration.letters import view as letters
from registration.registrations.models import Attendee, Registration, RegistrationLine

check_ins: Any = CheckIn.__table__  # type: ignore[attr-defined]
attendees: Any = Attendee.__table__  # type: ignore[attr-defined]
_registrations: Any = Registration.__table__  # type: ignore[attr-defined]
_lines: Any = RegistrationLine.__table__  # type: ignore[attr-defined]
_activities: Any = Activity.__table__  # type: ignore[attr-defined]

PLACE = (
    sa.select(
        attendees.c.id,
        attendees.c.registration_id,
        attendees.c.activity_id,
        attendees.c.status,
        attendees.c.first_name,
        attendees.c.last_name,
        attendees.c.company_name,
        attendees.c.code,
        attendees.c.ticket_version,
        _registrations.c.status.label("registration_status"),
        _registrations.c.method,
        _registrations.c.total,
        _registrations.c.credited,
        _registrations.c.paid_at,
        _lines.c.label_fr,
        _lines.c.label_en,
        _activities.c.points,
        _activities.c.title_fr,
        _activities.c.title_en,
    )
    .join(_registrations, _registrations.c.id == attendees.c.registration_id)
    .join(_lines, _lines.c.id == attendees.c.line_id)
    .join(_activities, _activities.c.id == attendees.c.activity_id)
)
PLACE_OF_ATTENDEE = PLACE.where(attendees.c.id == sa.bindparam("shown"))
PLACE_OF_CODE = PLACE.where(attendees.c.code == sa.bindparam("shown"))


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


def check_in(session: Session, gesture: Gesture, by: Caller, now: datetime) -> Arrival:
    """Answer the door, and write the arrival when the person may enter and is not in yet.

    The same `check_in_id` gets the same answer and writes nothing more. Raises UnknownPoint, CheckInIdTaken.
    """
    found = _find(session, gesture)
    place = found and Place(str(found.activity_id), found.status, found.registration_status, found.ticket_version)
    outcome = verdict(place, str(gesture.activity_id), gesture.ticket_version)
    if found is None or outcome is Outcome.UNKNOWN:
        return Arrival(outcome=Outcome.UNKNOWN)
    if outcome is Outcome.OTHER_ACTIVITY:
        return Arrival(outcome=outcome, activity_title_fr=found.title_fr, activity_title_en=found.title_en)
    point = point_at(found.points, gesture.point)
    if outcome is not Outcome.WELCOME:
        return _answer(found, outcome, point)
    return _enter(session, found, gesture, point, by, now)


def _find(session: Session, gesture: Gesture) -> Any:
    if gesture.attendee_id:
        return session.execute(PLACE_OF_ATTENDEE, {"shown": gesture.attendee_id}).first()
    return session.execute(PLACE_OF_CODE, {"shown": gesture.code}).first() if gesture.code else None


def _enter(session: Session, found: Any, gesture: Gesture, point: str, by: Caller, now: datetime) -> Arrival:
    row = {
        "id": gesture.check_in_id or new_id(),
        "attendee_id": found.id,
        "activity_id": found.activity_id,
        "point": point,
        "at": moment_of(gesture.at, now),
        "by_id": by.id,
        "by": by.name,
        "undone_by": "",
    }
    # Twice, because the check-in that stood in the way may be undone between our two statements.
    for _ in range(2):
        if insert_once(session, check_ins, row, check_ins.c.id):
            changes = {"place": (None, found.code), "point": (None, point)}
            record(session, "registration", found.registration_id, "checkin.arrived", by, now, changes)
            return _answer(found, Outcome.WELCOME, point, row)
        standing = _standing(session, row)
        if standing is not None:
            same = standing["id"] == row["id"]
            return _answer(found, Outcome.WELCOME if same else Outcome.ALREADY, point, standing)
    raise Busy()


def _standing(session: Session, row: dict[str, Any]) -> dict[str, Any] | None:
    """What kept the row out: this very gesture, recorded before, or an earlier arrival that stands."""
    columns = check_ins.c
    mine = columns.id == row["id"]
    theirs = (columns.attendee_id == row["attendee_id"]) & (columns.point == row["point"]) & columns.undone_at.is_(None)
    found = [dict(hit._mapping) for hit in session.execute(sa.select(check_ins).where(mine | theirs))]
    for hit in found:
        if hit["id"] == row["id"]:
            if (hit["attendee_id"], hit["point"]) != (row["attendee_id"], row["point"]):
                raise CheckInIdTaken()
            return hit
    return found[0] if found else None


def _answer(found: Any, outcome: Outcome, point: str, row: dict[str, Any] | None = None) -> Arrival:
    row = row or {}
    return Arrival(
        outcome=outcome,
        check_in_id=row.get("id"),
        attendee_id=found.id,
        name=f"{found.first_name} {found.last_name}".strip(),
        company=found.company_name,
        code=found.code,
        label_fr=found.label_fr,
        label_en=found.label_en,
        point=point,
        at=row.get("at"),
        by=row.get("by", ""),
        to_pay=to_pay(found.method, found.total, found.credited, found.paid_at),
    )


def undo(session: Session, check_in_id: uuid.UUID, by: Caller, now: datetime) -> Undone:
    """The person is not in after all; they may be checked in again. Undoing twice changes nothing. Raises NotFound."""
    columns = check_ins.c
    update = check_ins.update().where(columns.id == check_in_id, columns.undone_at.is_(None))
    found = session.execute(update.values(undone_at=now, undone_by=by.name).returning(check_ins)).first()
    fresh = found is not None
    if found is None:
        found = session.execute(sa.select(check_ins).where(columns.id == check_in_id)).first()
    if found is None:
        raise NotFound()
    query = sa.select(attendees.c.registration_id, attendees.c.code, _registrations.c.channel).join(_registrations)
    place = session.execute(query.where(attendees.c.id == found.attendee_id)).one()
    if fresh:
        changes = {"place": (None, place.code), "point": (found.point, None)}
        record(session, "registration", place.registration_id, "checkin.undone", by, now, changes)
    return Undone(
        check_in_id=found.id,
        attendee_id=found.attendee_id,
        activity_id=found.activity_id,
        point=found.point,
        walk_in=place.channel == "on_site",
    )


def let_in_instead(
    session: Session, gesture: Gesture, person: PersonNamed, by: Caller, now: datetime, desk: letters.Desk
) -> Arrival:
    """The door's answer, with the new name. A place that may not enter, or whose holder is in already, keeps its name.

    Raises UnknownPoint, CheckInIdTaken.
    """
    arrival = check_in(session, gesture, by, now)
    if arrival.outcome is not Outcome.WELCOME or gesture.attendee_id is None:
        return arrival
    changes_actions_people.name_attendee(session, gesture.attendee_id, person, by, now, desk)
    named = {"name": f"{person.first_name} {person.last_name}", "company": person.company or arrival.company}
    return arrival.model_copy(update=named)
