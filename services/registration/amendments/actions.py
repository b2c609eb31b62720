"""The verb of an amendment: its places and its rows, while what it amends stands."""

from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.errors import Busy
from registration.amendments.queries import options_held
from registration.amendments.rules import Amended, refuse_unless_amendable
from registration.history.actions import record
from registration.history.rules import Change
from registration.registrations.actions import lock_registration
from registration.registrations.queries import attendees_of
from registration.registrations.rules import AttendeeStatus
from registration.signup.actions import Announcement, Signup, record_signup
from registration.signup.actions_proposal import Proposal, take
from registration.signup.rules import Plan
from registration.strangers.rules import Stranger


def amend(session: Session, of: Amended, planned: Plan, announcement: Announcement, by: Caller) -> Signup:
    """Record it; the history of what it amends says so. The same sent again changes nothing.

    Raises NotInThisState when what it amends was cancelled meanwhile, SoldOut, DifferentForm; Busy when whoever its
    options are for left meanwhile, or has as many by now: worked out again, it is refused in words.
    """
    refuse_unless_amendable(lock_registration(session, of.id))
    signup = record_signup(session, planned, announcement, by)
    _remember(session, of, signup, planned, by)
    return signup


def amend_within_limits(
    session: Session, of: Amended, proposal: Proposal, by: Caller, stranger: Stranger | None
) -> Signup:
    """The same by the contact, within what strangers and companies may have unpaid.

    Raises what `amend` does, TooManyPlaces, TooManyLetters, TooManyForOneCompany.
    """
    refuse_unless_amendable(lock_registration(session, of.id))
    signup = take(session, proposal, by, stranger)
    _remember(session, of, signup, proposal.plan, by)
    return signup


def _remember(session: Session, of: Amended, signup: Signup, planned: Plan, by: Caller) -> None:
    if signup.new:
        _refuse_stale(session, of, planned)
        added, now = planned.registration, planned.registration.created_at
        changes = {"amendment": Change("", added.code), "total": Change(None, added.total)}
        record(session, "registration", of.id, "registration.amended", by, now, changes)


def _refuse_stale(session: Session, of: Amended, planned: Plan) -> None:
    """Options were worked out before what is amended was locked. Its people, and what they have, stay so from here on:
    cancelling and adding wait for the same lock."""
    if not of.most_each:
        return
    active = {one.id for one in attendees_of(session, of.id) if one.status is AttendeeStatus.ACTIVE}
    held, product = options_held(session, of.id), {line.id: line.product_id for line in planned.lines}
    given = {(product[share.line_id], share.attendee_id) for share in planned.add_ons}
    if any(one not in active or held[option, one] > of.most_each[option] for option, one in given):
        raise Busy()
