"""The verb of a signup by telephone: the signup itself, and why it was made so."""

import uuid

from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.errors import NotFound
from registration.history.actions import record
from registration.history.rules import Change
from registration.registrations.rules import BY_STAFF
from registration.registrations.rules_rows import RegistrationRow
from registration.signup.actions import Announcement, record_signup
from registration.signup.rules import Plan


def sign_up_by_staff(session: Session, planned: Plan, announcement: Announcement, reason: str, by: Caller) -> None:
    """Record it with its places; history says who made it, and why members' prices were given. The same form sent again
    changes nothing. Raises SoldOut, CodeUsedUp, DifferentForm."""
    signup = record_signup(session, planned, announcement, by)
    if signup.new:
        registration = planned.registration
        changes = {"member_reason": Change("", reason)} if reason else {}
        record(
            session,
            "registration",
            registration.id,
            "registration.signed_up_by_staff",
            by,
            registration.created_at,
            changes,
        )


def refuse_others(row: RegistrationRow, activity_id: uuid.UUID) -> None:
    """Raises NotFound for a registration of another activity, or one that staff did not make."""
    if row.activity_id != activity_id or row.channel != BY_STAFF:
        raise NotFound()
