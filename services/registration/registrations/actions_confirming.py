"""A signup that is held until its contact or staff confirm it: confirmed, or refused."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.sql import Values, column, table
from registration.history.actions import record
from registration.registrations.actions import lock_registration, release
from registration.registrations.models import Registration
from registration.registrations.models_rows import registration_row
from registration.registrations.queries import attendees_of
from registration.registrations.rules import NotInThisState, RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow
from registration.registrations.tallies.actions import count
from registration.registrations.tallies.rules import tally_of


def confirm_held(session: Session, registration_id: uuid.UUID, by: Caller, now: datetime) -> RegistrationRow:
    """Confirm what waits for it; the row as it stands then. One statement, so that whoever confirms twice, or while the
    hold ends, does it once. Raises NotInThisState."""
    confirmed: Values = {
        column(Registration.status): RegistrationStatus.CONFIRMED,
        column(Registration.confirmed_at): now,
        column(Registration.hold_until): None,
        column(Registration.check_at): None,
        # The letter that asked was of the version before.
        column(Registration.message_version): column(Registration.message_version) + 1,
    }
    mine = (column(Registration.id) == registration_id, column(Registration.method) == "invoice")
    held = (column(Registration.status) == RegistrationStatus.HELD, column(Registration.hold_until) > now)
    update = sa.update(table(Registration)).where(*mine, *held).values(dict(confirmed)).returning(table(Registration))
    row = session.execute(update).first()
    if row is None:
        raise NotInThisState()
    changes = {"status": (RegistrationStatus.HELD.value, RegistrationStatus.CONFIRMED.value)}
    record(session, "registration", registration_id, "registration.confirmed", by, now, changes)
    registration = registration_row(row)
    count(session, registration.activity_id, tally_of(registration, attendees_of(session, registration_id)))
    return registration


def refuse_held(session: Session, registration_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """Staff do not accept it: its places go back at once. Raises NotFound, NotInThisState."""
    if not lock_registration(session, registration_id).waits_for_contact:
        raise NotInThisState()
    record(session, "registration", registration_id, "registration.refused", by, now)
    release(session, registration_id, now)
