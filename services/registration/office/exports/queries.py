"""Rows of a list that leaves as a file: first which ones, in one statement; then so many at a time, by their ids."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import Bilingual
from kit.sql import column, table
from registration.checkin.models import CheckIn
from registration.office.activities.queries_attendees import narrowed_attendees, points_of
from registration.office.activities.queries_registrations import lines_taken, narrowed_to, people_of
from registration.office.activities.schemas import AttendeeCriteria, RegistrationCriteria
from registration.registrations.models import AddOnShare, Attendee, Registration, RegistrationLine
from registration.registrations.models_rows import attendee_row, registration_row
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_rows import AttendeeRow, LineRow, RegistrationRow

Ids = Sequence[uuid.UUID]


def registration_ids(session: Session, activity_id: uuid.UUID, narrowed: RegistrationCriteria) -> list[uuid.UUID]:
    """The registrations that the list shows, on all its pages, in its order."""
    order = (column(Registration.created_at), column(Registration.id))
    query = sa.select(column(Registration.id)).where(
        column(Registration.activity_id) == activity_id, *narrowed_to(activity_id, narrowed)
    )
    return _in_order(session, query, order, down=narrowed.sort == "newest")


def attendee_ids(session: Session, activity_id: uuid.UUID, narrowed: AttendeeCriteria) -> list[uuid.UUID]:
    """The attendees that the list shows, on all its pages, in its order."""
    order = (column(Attendee.sort_name), column(Attendee.id))
    query = sa.select(column(Attendee.id)).select_from(table(Attendee).join(table(Registration)))
    query = query.where(column(Attendee.activity_id) == activity_id, *narrowed_attendees(narrowed))
    return _in_order(session, query, order, down=narrowed.sort == "name_desc")


def check_in_ids(session: Session, activity_id: uuid.UUID, point: str) -> list[uuid.UUID]:
    """The arrivals at an activity, those that were taken back too, first to last. `point`: at this one only."""
    query = sa.select(column(CheckIn.id)).where(column(CheckIn.activity_id) == activity_id)
    query = query.where(column(CheckIn.point) == point) if point else query
    return _in_order(session, query, (column(CheckIn.at), column(CheckIn.id)), down=False)


def _in_order(
    session: Session, query: sa.Select[uuid.UUID], order: Sequence[sa.Column[Any]], down: bool
) -> list[uuid.UUID]:
    query = query.order_by(*(one.desc() if down else one.asc() for one in order))
    return list(session.execute(query).scalars())


@dataclass(frozen=True)
class RegistrationTold:
    """One registration, what it took, how many people it brings and how many of them have no name yet."""

    row: RegistrationRow
    taken: Sequence[LineRow]
    people: int
    unnamed: int


def registrations(session: Session, ids: Ids) -> list[RegistrationTold]:
    """These registrations, in this order; one that is gone since is left out."""
    query = sa.select(table(Registration)).where(column(Registration.id).in_(ids))
    rows = {row.id: row for row in map(registration_row, session.execute(query))}
    people, taken = people_of(session, list(ids)), lines_taken(session, list(ids))
    return [RegistrationTold(rows[one], taken.get(one, ()), *people.get(one, (0, 0))) for one in ids if one in rows]


@dataclass(frozen=True)
class AttendeeTold:
    """One place: who, what they take (their place, then their add-ons with how many of each), where they arrived, and
    who signed them up."""

    row: AttendeeRow
    taken: Sequence[tuple[Bilingual, int]]
    points: Sequence[str]
    registration_status: RegistrationStatus
    registration_code: str
    contact: str

    @property
    def status(self) -> str:
        """Its own when it left, else its registration's."""
        return "cancelled" if self.row.status == "cancelled" else self.registration_status


def attendees(session: Session, ids: Ids) -> list[AttendeeTold]:
    """These attendees, in this order; one that is gone since is left out."""
    signup = (Registration.status, Registration.code, Registration.contact_first, Registration.contact_last)
    named = [column(one).label(f"signup_{n}") for n, one in enumerate(signup)]
    line = (column(RegistrationLine.label_fr), column(RegistrationLine.label_en))
    query = (
        sa.select(table(Attendee), *line, *named)
        .select_from(table(Attendee).join(table(Registration)))
        .join(table(RegistrationLine), column(RegistrationLine.id) == column(Attendee.line_id))
        .where(column(Attendee.id).in_(ids))
    )
    points, more = points_of(session, list(ids)), _add_ons(session, ids)
    found: dict[uuid.UUID, AttendeeTold] = {}
    for row in session.execute(query):
        french, english, status, code, first, last = row[-6:]
        place = attendee_row(row)
        taken = [(Bilingual(fr=french, en=english), 1), *more.get(place.id, ())]
        found[place.id] = AttendeeTold(place, taken, points.get(place.id, ()), status, code, f"{first} {last}".strip())
    return [found[one] for one in ids if one in found]


def _add_ons(session: Session, ids: Ids) -> dict[uuid.UUID, list[tuple[Bilingual, int]]]:
    line = (column(RegistrationLine.label_fr), column(RegistrationLine.label_en))
    query = (
        sa.select(column(AddOnShare.attendee_id), column(AddOnShare.units), *line)
        .join(table(RegistrationLine), column(RegistrationLine.id) == column(AddOnShare.line_id))
        .where(column(AddOnShare.attendee_id).in_(ids))
        .order_by(column(RegistrationLine.position))
    )
    found: dict[uuid.UUID, list[tuple[Bilingual, int]]] = {}
    for attendee, units, french, english in session.execute(query):
        found.setdefault(attendee, []).append((Bilingual(fr=french, en=english), units))
    return found


@dataclass(frozen=True)
class CheckInTold:
    """One arrival, in the order `check_ins` reads it; `undone_at` when it was taken back."""

    id: uuid.UUID
    point: str
    at: datetime
    by: str
    undone_at: datetime | None
    undone_by: str
    first_name: str
    last_name: str
    company_name: str
    code: str


def check_ins(session: Session, ids: Ids) -> list[CheckInTold]:
    """These arrivals, in this order."""
    arrival = (CheckIn.id, CheckIn.point, CheckIn.at, CheckIn.by, CheckIn.undone_at, CheckIn.undone_by)
    person = (Attendee.first_name, Attendee.last_name, Attendee.company_name, Attendee.code)
    query = (
        sa.select(*(column(one) for one in (*arrival, *person)))
        .select_from(table(CheckIn).join(table(Attendee)))
        .where(column(CheckIn.id).in_(ids))
    )
    found = {row.id: row for row in (CheckInTold(*row) for row in session.execute(query))}
    return [found[one] for one in ids if one in found]
