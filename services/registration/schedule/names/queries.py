"""Registrations whose people have no names yet, and until when they may be given."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.clock import local_day
from kit.sql import column, table
from registration.catalog.models import Activity
from registration.catalog.offers.rules_activity import COVERING
from registration.catalog.rules import ActivityStatus
from registration.registrations.models import Attendee, Registration
from registration.registrations.rules import AttendeeStatus, RegistrationStatus
from registration.schedule.actions import Wanted
from registration.schedule.names.rules import DAYS, JUST_TOLD, Unnamed
from registration.schedule.rules import AHEAD, days_before

CONFIRMED = column(Registration.status) == RegistrationStatus.CONFIRMED


def wanted(session: Session, registration_id: uuid.UUID | None, now: datetime) -> list[Wanted]:
    """The letters to the contacts of registrations that bring people without a name, of activities that say until when
    they may be named; or all letters to the contact of one registration, whatever stands in their way."""
    until = column(Activity.names_due_at)
    query = sa.select(column(Registration.id), column(Registration.confirmed_at), until, column(Activity.timezone))
    query = query.join(table(Activity), column(Activity.id) == column(Registration.activity_id))
    if registration_id is None:
        soon = sa.and_(until > now, until <= now + AHEAD, column(Activity.status) == ActivityStatus.PUBLISHED)
        # Whom an assistance plan covers needs no name.
        query = query.where(soon, CONFIRMED, column(Activity.kind) != COVERING, _unnamed().exists())
    else:
        query = query.where(column(Registration.id) == registration_id)
    return [
        Wanted(row.id, str(days), at)
        for row in session.execute(query)
        if row.names_due_at is not None and row.confirmed_at is not None
        for days in DAYS
        # Whoever has just signed up read it in the confirmation.
        if (at := days_before(local_day(row.names_due_at, row.timezone), days, row.timezone))
        >= row.confirmed_at + JUST_TOLD
    ]


def unnamed(session: Session, registration_id: uuid.UUID) -> Unnamed:
    """What the letter to the contact of a registration depends on."""
    count = _unnamed().with_only_columns(sa.func.count()).scalar_subquery()
    query = sa.select(
        column(Registration.status),
        column(Registration.contact_email),
        column(Activity.status).label("activity_status"),
        column(Activity.names_due_at),
        count.label("people"),
    )
    query = query.join(table(Activity), column(Activity.id) == column(Registration.activity_id))
    row = session.execute(query.where(column(Registration.id) == registration_id)).one()
    return Unnamed(row.status, row.activity_status, row.names_due_at, row.people, bool(row.contact_email))


def _unnamed() -> sa.Select[int]:
    mine = column(Attendee.registration_id) == column(Registration.id)
    nobody = sa.and_(column(Attendee.status) == AttendeeStatus.ACTIVE, column(Attendee.sort_name) == "")
    query = sa.select(sa.literal(1)).select_from(table(Attendee)).where(mine, nobody)
    return query.correlate(table(Registration))
