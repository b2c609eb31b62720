"""An activity's attendees: a limit is taken on an index before any join, pages go by key."""

import uuid
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit import paging
from kit.sql import column, table
from registration.checkin.models import CheckIn
from registration.office.activities.schemas import (
    AttendeeCriteria,
    AttendeeFilter,
    AttendeeList,
    AttendeeRow,
    RegistrationFilter,
)
from registration.registrations import rules_rows as rows
from registration.registrations.models import Attendee, Registration, RegistrationLine
from registration.registrations.models_rows import attendee_row

PAGE = 50


def page_of_rows(
    session: Session, query: Any, narrowed: RegistrationFilter | AttendeeFilter, order: Any, down: bool
) -> paging.Slice:
    """The page of the list that is asked for: the row it is counted from is found by its id, wherever it stands now."""

    def place(row_id: uuid.UUID | None) -> Any:
        column, key = order
        value = session.execute(sa.select(column).where(key == row_id)).scalar() if row_id else None
        return None if value is None else (value, row_id)

    return paging.slice_of(session, query, order, PAGE, (place(narrowed.after), place(narrowed.before)), down)


def attendees_of(session: Session, activity_id: uuid.UUID, narrowed: AttendeeFilter) -> AttendeeList:
    """A page of an activity's attendees by last name, searched without regard to accents."""
    query = sa.select(table(Attendee), column(Registration.status).label("registration_status"))
    query = query.join(table(Registration), column(Registration.id) == column(Attendee.registration_id))
    query = query.where(column(Attendee.activity_id) == activity_id, *narrowed_attendees(narrowed))
    found = page_of_rows(
        session, query, narrowed, (column(Attendee.sort_name), column(Attendee.id)), down=narrowed.sort == "name_desc"
    )
    places = [(attendee_row(row), str(row.registration_status)) for row in found.rows]
    ids = [place.id for place, _ in places]
    points = points_of(session, ids)
    labels = _labels(session, {place.line_id for place, _ in places})
    return AttendeeList(
        attendees=[
            _attendee(place, status, points.get(place.id, []), *labels[place.line_id]) for place, status in places
        ],
        **found.keys(ids),
    )


def narrowed_attendees(narrowed: AttendeeCriteria) -> list[sa.ColumnElement[bool]]:
    """What these criteria ask of an attendee and of its registration, which is joined to it."""
    wanted = paging.matching(column(Attendee.search), narrowed.q)
    status = column(Registration.status)
    if narrowed.show == "cancelled":
        return [*wanted, column(Attendee.status) == "cancelled"]
    wanted.append(column(Attendee.status) == "active")
    if narrowed.show == "held":
        return [*wanted, status == "held"]
    if narrowed.show == "unnamed":
        wanted.append(column(Attendee.sort_name) == "")
    if narrowed.show in ("arrived", "absent"):
        came = sa.exists().where(
            column(CheckIn.attendee_id) == column(Attendee.id), column(CheckIn.undone_at).is_(None)
        )
        wanted.append(came if narrowed.show == "arrived" else ~came)
    return [*wanted, status == "confirmed"]


def points_of(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """Where each of these attendees was checked in, first to last, for arrivals that stand."""
    query = sa.select(column(CheckIn.attendee_id), column(CheckIn.point)).order_by(column(CheckIn.at))
    standing = query.where(column(CheckIn.attendee_id).in_(ids), column(CheckIn.undone_at).is_(None))
    points: dict[uuid.UUID, list[str]] = {}
    for row in session.execute(standing):
        points.setdefault(row.attendee_id, []).append(row.point)
    return points


def _labels(session: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    query = sa.select(
        column(RegistrationLine.id), column(RegistrationLine.label_fr), column(RegistrationLine.label_en)
    ).where(column(RegistrationLine.id).in_(ids))
    return {row.id: (row.label_fr, row.label_en or row.label_fr) for row in session.execute(query)}


def _attendee(
    row: rows.AttendeeRow, registration_status: str, points: list[str], label_fr: str, label_en: str
) -> AttendeeRow:
    return AttendeeRow(
        id=row.id,
        registration_id=row.registration_id,
        code=row.code,
        name=row.full_name,
        listed_name=row.listed_name,
        company=row.company_name,
        email=row.email,
        label_fr=label_fr,
        label_en=label_en,
        status="cancelled" if row.status == "cancelled" else registration_status,
        points=points,
    )
