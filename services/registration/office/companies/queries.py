"""When somebody of a company last came, and what it took part in, year by year."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.catalog.models import Activity
from registration.checkin.models import CheckIn
from registration.registrations.models import Attendee, Registration
from registration.registrations.rules import AttendeeStatus, RegistrationStatus


@dataclass(frozen=True)
class YearOf:
    """What a company took part in, in one year: activities, people signed up, people who came."""

    year: int
    activities: int
    people: int
    came: int


def last_presences(session: Session, companies: Sequence[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """When somebody of each of these companies last arrived at an activity."""
    company = column(Registration.company_id)
    query = (
        sa.select(company, sa.func.max(column(CheckIn.at)))
        .select_from(
            table(Registration)
            .join(table(Attendee), column(Attendee.registration_id) == column(Registration.id))
            .join(table(CheckIn), column(CheckIn.attendee_id) == column(Attendee.id))
        )
        .where(company.in_(companies), column(CheckIn.undone_at).is_(None))
        .group_by(company)
    )
    return {row[0]: row[1] for row in session.execute(query) if row[0] is not None}


def years_of(session: Session, company_id: uuid.UUID) -> list[YearOf]:
    """What a company took part in, the newest year first. An activity without a date counts in the year of signup."""
    came = sa.select(1).where(column(CheckIn.attendee_id) == column(Attendee.id), column(CheckIn.undone_at).is_(None))
    when = sa.func.coalesce(column(Activity.starts_at), column(Registration.created_at))
    year = sa.extract("year", when)
    query = (
        sa.select(
            year,
            sa.func.count(column(Registration.activity_id).distinct()),
            sa.func.count(column(Attendee.id)),
            sa.func.count(column(Attendee.id)).filter(came.correlate(table(Attendee)).exists()),
        )
        .select_from(
            table(Registration)
            .join(table(Activity), column(Activity.id) == column(Registration.activity_id))
            .join(table(Attendee), column(Attendee.registration_id) == column(Registration.id))
        )
        .where(
            column(Registration.company_id) == company_id,
            column(Registration.status) == RegistrationStatus.CONFIRMED,
            column(Attendee.status) == AttendeeStatus.ACTIVE,
        )
        .group_by(year)
        .order_by(year.desc())
    )
    return [YearOf(int(row[0]), row[1], row[2], row[3]) for row in session.execute(query)]
