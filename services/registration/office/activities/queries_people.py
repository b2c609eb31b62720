"""An activity's registrations and attendees: a limit is taken on an index before any join, pages go by key."""

import uuid
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit import paging
from kit.db import column, table
from registration.checkin.models import CheckIn
from registration.checkin.rules import to_pay
from registration.office.activities.schemas import (
    AttendeeFilter,
    AttendeeList,
    AttendeeRow,
    RegistrationFilter,
    RegistrationList,
    RegistrationRow,
    TakenLine,
)
from registration.registrations.models import Attendee, Registration, RegistrationLine

PAGE = 50


def registrations_of(session: Session, activity_id: uuid.UUID, narrowed: RegistrationFilter) -> RegistrationList:
    """A page of an activity's registrations, newest or oldest first, searched without regard to accents."""
    query = sa.select(table(Registration)).where(
        column(Registration.activity_id) == activity_id, *_narrowed(activity_id, narrowed)
    )
    found = _turned(
        session,
        query,
        narrowed,
        (column(Registration.created_at), column(Registration.id)),
        down=narrowed.sort == "newest",
    )
    ids = [row.id for row in found.rows]
    people, taken = _people(session, ids), _lines_taken(session, ids)
    return RegistrationList(
        registrations=[_registration(row, people.get(row.id, (0, 0)), taken.get(row.id, [])) for row in found.rows],
        **found.keys(ids),
    )


def _turned(
    session: Session, query: Any, narrowed: RegistrationFilter | AttendeeFilter, order: Any, down: bool
) -> paging.Slice:
    """The page of the list that is asked for: the row it is counted from is found by its id, wherever it stands now."""

    def place(row_id: uuid.UUID | None) -> Any:
        column, key = order
        value = session.execute(sa.select(column).where(key == row_id)).scalar() if row_id else None
        return None if value is None else (value, row_id)

    return paging.slice_of(session, query, order, PAGE, (place(narrowed.after), place(narrowed.before)), down)


def _narrowed(activity_id: uuid.UUID, narrowed: RegistrationFilter) -> list[Any]:
    wanted = paging.matching(column(Registration.search), narrowed.q)
    wanted.append(
        column(Registration.status) == narrowed.status if narrowed.status else column(Registration.status) != "expired"
    )
    if narrowed.method:
        wanted.append(column(Registration.method) == narrowed.method)
    if narrowed.unpaid:
        owed = sa.and_(
            column(Registration.method) == "invoice",
            column(Registration.paid_at).is_(None),
            column(Registration.total) > column(Registration.credited),
        )
        wanted += [owed, column(Registration.status) == "confirmed"]
    if narrowed.unnamed:
        nameless = (
            column(Attendee.activity_id) == activity_id,
            column(Attendee.sort_name) == "",
            column(Attendee.status) == "active",
        )
        wanted.append(column(Registration.id).in_(sa.select(column(Attendee.registration_id)).where(*nameless)))
    return wanted


def _people(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    """Active places of each registration, and how many have no name."""
    nameless = sa.func.count().filter(column(Attendee.sort_name) == "")
    query = sa.select(column(Attendee.registration_id), sa.func.count(), nameless).group_by(
        column(Attendee.registration_id)
    )
    mine = (column(Attendee.registration_id).in_(ids), column(Attendee.status) == "active")
    return {row[0]: (row[1], row[2]) for row in session.execute(query.where(*mine))}


def _lines_taken(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    query = (
        sa.select(table(RegistrationLine))
        .where(column(RegistrationLine.registration_id).in_(ids))
        .order_by(column(RegistrationLine.position))
    )
    taken: dict[uuid.UUID, list[Any]] = {}
    for line in session.execute(query):
        taken.setdefault(line.registration_id, []).append(line)
    return taken


def _registration(row: Any, people: tuple[int, int], taken: list[Any]) -> RegistrationRow:
    return RegistrationRow(
        id=row.id,
        code=row.code,
        contact=f"{row.contact_first} {row.contact_last}",
        company=row.company_name,
        taken=[
            TakenLine(quantity=line.quantity, label_fr=line.label_fr, label_en=line.label_en or line.label_fr)
            for line in taken
        ],
        people=people[0],
        unnamed=people[1],
        total=row.total,
        left=row.total - row.credited,
        status=row.status,
        method=row.method,
        owed=row.status == "confirmed" and to_pay(row.method, row.total, row.credited, row.paid_at),
        invoice_number=row.invoice_number,
        created_at=row.created_at,
    )


def attendees_of(session: Session, activity_id: uuid.UUID, narrowed: AttendeeFilter) -> AttendeeList:
    """A page of an activity's attendees by last name, searched without regard to accents."""
    query = sa.select(table(Attendee), column(Registration.status).label("registration_status"))
    query = query.join(table(Registration), column(Registration.id) == column(Attendee.registration_id))
    query = query.where(column(Attendee.activity_id) == activity_id, *_attendee_status(narrowed))
    found = _turned(
        session, query, narrowed, (column(Attendee.sort_name), column(Attendee.id)), down=narrowed.sort == "name_desc"
    )
    ids = [row.id for row in found.rows]
    points = _points(session, ids)
    labels = _labels(session, {row.line_id for row in found.rows})
    return AttendeeList(
        attendees=[_attendee(row, points.get(row.id, []), *labels[row.line_id]) for row in found.rows],
        **found.keys(ids),
    )


def _attendee_status(narrowed: AttendeeFilter) -> list[Any]:
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


def _points(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
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


def _attendee(row: Any, points: list[str], label_fr: str, label_en: str) -> AttendeeRow:
    return AttendeeRow(
        id=row.id,
        registration_id=row.registration_id,
        code=row.code,
        name=f"{row.first_name} {row.last_name}".strip(),
        company=row.company_name,
        email=row.email,
        label_fr=label_fr,
        label_en=label_en,
        status="cancelled" if row.status == "cancelled" else row.registration_status,
        points=points,
    )
