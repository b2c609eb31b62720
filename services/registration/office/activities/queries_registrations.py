"""An activity's registrations and attendees: a limit is taken on an index before any join, pages go by key."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit import paging
from kit.sql import column, table
from registration.checkin.rules import to_pay
from registration.office.activities.queries_attendees import (
    page_of_rows,
)
from registration.office.activities.schemas import (
    RegistrationCriteria,
    RegistrationFilter,
    RegistrationList,
    RegistrationRow,
    TakenLine,
)
from registration.registrations import rules_rows as rows
from registration.registrations.models import Attendee, Registration, RegistrationLine
from registration.registrations.models_rows import line_row, registration_row
from registration.registrations.rules_rows import LineRow


def registrations_of(session: Session, activity_id: uuid.UUID, narrowed: RegistrationFilter) -> RegistrationList:
    """A page of an activity's registrations, newest or oldest first, searched without regard to accents."""
    query = sa.select(table(Registration)).where(
        column(Registration.activity_id) == activity_id, *narrowed_to(activity_id, narrowed)
    )
    found = page_of_rows(
        session,
        query,
        narrowed,
        (column(Registration.created_at), column(Registration.id)),
        down=narrowed.sort == "newest",
    )
    registrations = [registration_row(row) for row in found.rows]
    ids = [row.id for row in registrations]
    people, taken = people_of(session, ids), lines_taken(session, ids)
    return RegistrationList(
        registrations=[_registration(row, people.get(row.id, (0, 0)), taken.get(row.id, [])) for row in registrations],
        **found.keys(ids),
    )


def narrowed_to(activity_id: uuid.UUID, narrowed: RegistrationCriteria) -> list[sa.ColumnElement[bool]]:
    """What a registration of an activity must fulfil to be in its list."""
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


def people_of(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    """Active places of each registration, and how many have no name."""
    nameless = sa.func.count().filter(column(Attendee.sort_name) == "")
    query = sa.select(column(Attendee.registration_id), sa.func.count(), nameless).group_by(
        column(Attendee.registration_id)
    )
    mine = (column(Attendee.registration_id).in_(ids), column(Attendee.status) == "active")
    return {row[0]: (row[1], row[2]) for row in session.execute(query.where(*mine))}


def lines_taken(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, list[LineRow]]:
    """What each of these registrations took, in the order of the form."""
    query = (
        sa.select(table(RegistrationLine))
        .where(column(RegistrationLine.registration_id).in_(ids))
        .order_by(column(RegistrationLine.position))
    )
    taken: dict[uuid.UUID, list[LineRow]] = {}
    for line in map(line_row, session.execute(query)):
        taken.setdefault(line.registration_id, []).append(line)
    return taken


def _registration(row: rows.RegistrationRow, people: tuple[int, int], taken: list[LineRow]) -> RegistrationRow:
    return RegistrationRow(
        id=row.id,
        code=row.code,
        contact=row.contact_name,
        company=row.company_name,
        taken=[
            TakenLine(quantity=line.quantity, label_fr=line.label_fr, label_en=line.label.in_("en")) for line in taken
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
