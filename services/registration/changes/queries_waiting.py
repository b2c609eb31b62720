"""Signups that wait for their contact, or staff, to confirm them."""

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.registrations.models import Attendee, Registration
from registration.registrations.models_rows import registration_row
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow

WAITS = sa.and_(column(Registration.status) == RegistrationStatus.HELD, column(Registration.method) == "invoice")


def waiting_count(session: Session) -> int:
    """How many wait."""
    return int(session.execute(sa.select(sa.func.count()).select_from(table(Registration)).where(WAITS)).scalar_one())


def waiting(session: Session) -> list[tuple[RegistrationRow, int]]:
    """Those that wait, with how many places each takes; the one whose time ends first, first."""
    places = sa.select(sa.func.count()).where(column(Attendee.registration_id) == column(Registration.id))
    query = sa.select(table(Registration), places.scalar_subquery()).where(WAITS)
    rows = session.execute(query.order_by(column(Registration.hold_until), column(Registration.id)))
    return [(registration_row(row), int(row[-1])) for row in rows]
