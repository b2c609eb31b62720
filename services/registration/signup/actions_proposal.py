"""A signup from the public pages, taken within what strangers and companies may have unpaid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.sql import column, table
from registration.catalog.models import Activity
from registration.registrations.counters.actions import ResourceTaken
from registration.registrations.models import Attendee, Registration, RegistrationLine
from registration.registrations.rules import STANDING, AttendeeStatus, RegistrationStatus
from registration.signup.actions import Announcement, Signup, record_signup
from registration.signup.rules import Plan, TooManyForOneCompany
from registration.strangers.actions import overspent, refused, spend
from registration.strangers.rules import Stranger, TooManyPlaces, most_by_strangers


@dataclass(frozen=True)
class Limits:
    """What the activity gives on invoice: at a stranger's word (counted for `confirm_seconds`), and to one company."""

    at_their_word: int
    confirm_seconds: int
    to_one_company: int


@dataclass(frozen=True)
class Proposal:
    """A signup worked out. `otherwise` is how it is taken when it goes beyond what is given at a stranger's word."""

    plan: Plan
    announcement: Announcement
    limits: Limits
    otherwise: "Proposal | None" = None


def take(session: Session, proposal: Proposal, by: Caller, stranger: Stranger | None) -> Signup:
    """Record it with its places; `stranger` is None when the visitor's company was recognised.

    Raises what `record_signup` does, TooManyPlaces, TooManyLetters, TooManyForOneCompany.
    """
    if stranger and proposal.plan.on_invoice and not _is_given_at_their_word(session, proposal, stranger):
        proposal = proposal.otherwise or proposal
    signup = record_signup(session, proposal.plan, proposal.announcement, by)
    if signup.new and proposal.plan.on_invoice:
        _refuse_company(session, proposal)
    if signup.new and stranger:
        _count(session, proposal, stranger)
        if not proposal.plan.confirmed:
            _refuse_crowding(session, proposal.plan, signup.taken, stranger)
    return signup


def _is_given_at_their_word(session: Session, proposal: Proposal, stranger: Stranger) -> bool:
    """Whether this network, address and company stay within what the activity gives without a proof."""
    registration, limits = proposal.plan.registration, proposal.limits
    names = (registration.contact_email, registration.company_key)
    activity, units = str(registration.activity_id), proposal.plan.places
    spendings = stranger.of_trust(names, activity, units, limits.at_their_word, limits.confirm_seconds)
    return not overspent(session, spendings, registration.created_at)


def _count(session: Session, proposal: Proposal, stranger: Stranger) -> None:
    """Places and letters."""
    plan, registration = proposal.plan, proposal.plan.registration
    spendings = stranger.of_places(plan.places, registration.contact_email)
    spendings += stranger.of_letters(plan.recipients, str(registration.activity_id))
    spend(session, spendings, registration.created_at)


def _refuse_company(session: Session, proposal: Proposal) -> None:
    """A company is counted by its rows, one that nobody recognised under the name it gives itself: what went back, or
    was never confirmed, counts against nobody."""
    if not proposal.plan.takes:
        # Two signups of one company must not both see what was there before them; resources, once taken, are locked.
        one = sa.select(column(Activity.id)).where(column(Activity.id) == proposal.plan.registration.activity_id)
        session.execute(one.with_for_update(key_share=True))
    if session.execute(_unpaid_places(proposal.plan)).scalar_one() > proposal.limits.to_one_company:
        raise TooManyForOneCompany(field="method")


def _unpaid_places(plan: Plan) -> sa.Select[int]:
    query = sa.select(sa.func.count()).select_from(table(Attendee))
    query = query.join(table(Registration), column(Attendee.registration_id) == column(Registration.id))
    known = plan.registration.company_id
    company = column(Registration.company_id) == known
    if known is None:
        named_so = column(Registration.company_key) == plan.registration.company_key
        company = sa.and_(column(Registration.company_id).is_(None), named_so)
    return query.where(
        company,
        column(Registration.activity_id) == plan.registration.activity_id,
        column(Registration.method) == "invoice",
        column(Registration.paid_at).is_(None),
        column(Registration.status).in_(STANDING),
        column(Attendee.status) == AttendeeStatus.ACTIVE,
    )


def _refuse_crowding(session: Session, plan: Plan, taken: Sequence[ResourceTaken], stranger: Stranger) -> None:
    """Strangers do not hold more than their share of a resource without paying.

    The rows of the resources are locked by now, so that two signups at once see each other.
    """
    tight = [one for one in taken if one.taken > most_by_strangers(one.capacity, stranger.allowed.share)]
    if not tight:
        return
    held, until = _held_by_strangers(session, plan)
    mine = dict(plan.takes)
    for one in tight:
        others = held.get(one.key, 0) - mine[one.id]
        if others > 0 and others + mine[one.id] > most_by_strangers(one.capacity, stranger.allowed.share):
            raise refused(TooManyPlaces, until, plan.registration.created_at)


def _held_by_strangers(session: Session, plan: Plan) -> tuple[dict[str, int], datetime]:
    """Units of each resource that they hold unpaid, this signup's too, and when the first of these holds ends."""
    units = column(RegistrationLine.quantity) - column(RegistrationLine.cancelled)
    query = (
        sa.select(column(RegistrationLine.uses), units, column(Registration.hold_until))
        .join(table(Registration), column(RegistrationLine.registration_id) == column(Registration.id))
        .where(
            column(Registration.activity_id) == plan.registration.activity_id,
            column(Registration.status) == RegistrationStatus.HELD,
            column(Registration.company_id).is_(None),
            column(Registration.channel) == plan.registration.channel,
        )
    )
    held: dict[str, int] = {}
    ends: list[datetime] = []
    for uses, count, until in session.execute(query):
        ends.append(until)
        for key, each in uses.items():
            held[key] = held.get(key, 0) + each * count
    return held, min(ends)
