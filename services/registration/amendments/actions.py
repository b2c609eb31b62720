"""The verb of an amendment: its places and its rows, while what it amends stands."""

import uuid

from sqlmodel import Session

from kit.contracts.callers import Caller
from registration.amendments.rules import refuse_unless_amendable
from registration.history.actions import record
from registration.history.rules import Change
from registration.registrations.actions import lock_registration
from registration.signup.actions import Announcement, Signup, record_signup
from registration.signup.rules import Plan


def amend(
    session: Session, registration_id: uuid.UUID, planned: Plan, announcement: Announcement, by: Caller
) -> Signup:
    """Record it; the history of what it amends says so. The same sent again changes nothing.

    Raises NotInThisState when what it amends was cancelled meanwhile, SoldOut, DifferentForm.
    """
    refuse_unless_amendable(lock_registration(session, registration_id))
    signup = record_signup(session, planned, announcement, by)
    if signup.new:
        added, now = planned.registration, planned.registration.created_at
        changes = {"amendment": Change("", added.code), "total": Change(None, added.total)}
        record(session, "registration", registration_id, "registration.amended", by, now, changes)
    return signup
