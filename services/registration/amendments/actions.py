"""The verb of an amendment: its places and its rows, while what it amends stands."""

import uuid

from sqlmodel import Session

from kit.contracts.callers import Caller
from registration.amendments.rules import refuse_unless_amendable
from registration.history.actions import record
from registration.history.rules import Change
from registration.registrations.actions import lock_registration
from registration.signup.actions import Announcement, Signup, record_signup
from registration.signup.actions_proposal import Proposal, take
from registration.signup.rules import Plan
from registration.strangers.rules import Stranger


def amend(
    session: Session, registration_id: uuid.UUID, planned: Plan, announcement: Announcement, by: Caller
) -> Signup:
    """Record it; the history of what it amends says so. The same sent again changes nothing.

    Raises NotInThisState when what it amends was cancelled meanwhile, SoldOut, DifferentForm.
    """
    refuse_unless_amendable(lock_registration(session, registration_id))
    signup = record_signup(session, planned, announcement, by)
    _remember(session, registration_id, signup, planned, by)
    return signup


def amend_within_limits(
    session: Session, registration_id: uuid.UUID, proposal: Proposal, by: Caller, stranger: Stranger | None
) -> Signup:
    """The same by the contact, within what strangers and companies may have unpaid.

    Raises what `amend` does, TooManyPlaces, TooManyLetters, TooManyForOneCompany.
    """
    refuse_unless_amendable(lock_registration(session, registration_id))
    signup = take(session, proposal, by, stranger)
    _remember(session, registration_id, signup, proposal.plan, by)
    return signup


def _remember(session: Session, registration_id: uuid.UUID, signup: Signup, planned: Plan, by: Caller) -> None:
    if signup.new:
        added, now = planned.registration, planned.registration.created_at
        changes = {"amendment": Change("", added.code), "total": Change(None, added.total)}
        record(session, "registration", registration_id, "registration.amended", by, now, changes)
