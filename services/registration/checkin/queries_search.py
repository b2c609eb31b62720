"""Places found at the door by words or a code."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit import paging
from kit.sql import column, table
from registration.checkin.models import CheckIn
from registration.checkin.rules import to_pay
from registration.checkin.schemas import Found, FoundPage
from registration.registrations.models import Attendee, Registration, RegistrationLine
from registration.registrations.rules import AttendeeStatus, RegistrationStatus

PAGE = 20


def search(
    session: Session, activity_id: uuid.UUID, text: str, point: str, after: uuid.UUID | None = None
) -> FoundPage:
    """Places whose name, company, address or code holds every word, accents ignored, by last name, twenty at a time.

    `after` is the `next` of the page before: the last place it looked at, by id, so that no name is in an address.
    An expired hold is nobody's place and is left out.
    """
    words = paging.matching(column(Attendee.search), text)
    if not words:
        return FoundPage(attendees=[])
    query = sa.select(column(Attendee.id)).join(table(Registration))
    query = query.where(column(Attendee.activity_id) == activity_id, column(Registration.status) != "expired", *words)
    last = (
        session.execute(sa.select(column(Attendee.sort_name)).where(column(Attendee.id) == after)).scalar()
        if after
        else None
    )
    place = None if after is None else (last or "", after)
    page = paging.slice_of(session, query, (column(Attendee.sort_name), column(Attendee.id)), PAGE, (place, None))
    ids = [row.id for row in page.rows]
    return FoundPage(
        attendees=[_search_result(place) for place in _places(session, ids, point)], next=page.keys(ids)["next"]
    )


@dataclass(frozen=True)
class _FoundPlace:
    """A place with what is said of it beside its name, in the order `_places` reads it."""

    id: uuid.UUID
    first_name: str
    last_name: str
    company_name: str
    code: str
    status: AttendeeStatus
    registration_status: RegistrationStatus
    method: str
    total: int
    credited: int
    paid_at: datetime | None
    label_fr: str
    label_en: str
    check_in_id: uuid.UUID | None
    at: datetime | None


def _places(session: Session, ids: list[uuid.UUID], point: str) -> list[_FoundPlace]:
    attendee = (Attendee.id, Attendee.first_name, Attendee.last_name, Attendee.company_name, Attendee.code)
    order = (Registration.status, Registration.method, Registration.total, Registration.credited, Registration.paid_at)
    more = (Attendee.status, *order, RegistrationLine.label_fr, RegistrationLine.label_en, CheckIn.id, CheckIn.at)
    query = (
        sa.select(*(column(attribute) for attribute in (*attendee, *more)))
        .select_from(table(Attendee))
        .join(table(Registration), column(Registration.id) == column(Attendee.registration_id))
        .join(table(RegistrationLine), column(RegistrationLine.id) == column(Attendee.line_id))
        .outerjoin(table(CheckIn), sa.and_(column(CheckIn.attendee_id) == column(Attendee.id), *standing_at(point)))
        .where(column(Attendee.id).in_(ids))
        .order_by(column(Attendee.sort_name), column(Attendee.id))
    )
    return [_FoundPlace(*row) for row in session.execute(query)]


def standing_at(point: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """An arrival at a point that was not taken back."""
    return column(CheckIn.point) == point, column(CheckIn.undone_at).is_(None)


def _search_result(place: _FoundPlace) -> Found:
    return Found(
        attendee_id=place.id,
        name=f"{place.first_name} {place.last_name}".strip(),
        company=place.company_name,
        code=place.code,
        label_fr=place.label_fr,
        label_en=place.label_en,
        confirmed=place.registration_status is RegistrationStatus.CONFIRMED,
        cancelled="cancelled" in (place.status.value, place.registration_status.value),
        to_pay=to_pay(place.method, place.total, place.credited, place.paid_at),
        check_in_id=place.check_in_id,
        at=place.at,
    )
