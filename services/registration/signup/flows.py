"""A signup from end to end, outside and inside its transaction: the one way in for the form, the API and the door."""

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import Busy, NotFound
from kit.http import SiblingRefused
from registration.catalog.offers.rules import Offer
from registration.catalog.rules import Channel, Visitor
from registration.clients import order_of
from registration.letters.flows import letter_context
from registration.letters.view_registrations import confirmation_letters, confirmation_request
from registration.members.flows import NO_VISITOR_CODE, VisitorCode
from registration.privacy.flows import sealed_answers
from registration.registrations.actions_confirming import confirm_held
from registration.registrations.queries import attendees_of, bought, lines_of, registration_by_id
from registration.registrations.rules import AttendeeStatus, RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow
from registration.signup.actions import Announcement, announce
from registration.signup.actions_proposal import Limits, Proposal, take
from registration.signup.rules import Circumstances, Plan
from registration.signup.rules_plan import plan
from registration.signup.schemas import SignupRequest
from registration.strangers.rules import Stranger

if TYPE_CHECKING:
    from registration.service import RegistrationService


def circumstances_now(
    here: "RegistrationService",
    offer: Offer,
    visitor: Visitor,
    code: VisitorCode = NO_VISITOR_CODE,
    channel: Channel = Channel.ONLINE,
) -> Circumstances:
    """What surrounds a signup now. Whether cards are offered is asked of billing: no transaction may be open.

    Online, whoever comes without a company that we know is a stranger.
    """
    now = here.clock()
    return Circumstances(
        visitor=visitor,
        association=here.association(),
        now=now,
        day=offer.local_day(now),
        hold_seconds=here.settings.hold_seconds,
        new_id=new_id,
        channel=channel,
        code=code.effect,
        code_id=code.id,
        code_unknown=code.unknown,
        code_person=code.written.person,
        code_refusal=code.written.refusal,
        reach=here.settings.reach,
        stranger=channel == Channel.ONLINE and not visitor.company_id,
        confirm_seconds=here.settings.confirm_seconds,
        card_offered="card" in offer.activity.methods and here.billing.card_offered(),
    )


def propose(
    here: "RegistrationService", offer: Offer, request: SignupRequest, circumstances: Circumstances
) -> Proposal:
    """Work everything out before a transaction is open. Raises what `plan` does."""
    planned = sealed_plan(here, offer, plan(offer, request, circumstances))
    activity = offer.activity
    limits = Limits(activity.confirm_above, circumstances.confirm_seconds, activity.company_places)
    otherwise = None
    if circumstances.stranger and planned.on_invoice and planned.confirmed:
        held = sealed_plan(here, offer, plan(offer, request, replace(circumstances, confirm_first=True)))
        otherwise = Proposal(held, announcement_of(here, offer, held), limits)
    return Proposal(planned, announcement_of(here, offer, planned), limits, otherwise)


def sealed_plan(here: "RegistrationService", offer: Offer, planned: Plan) -> Plan:
    """The same with what was told in confidence sealed: nothing of it is ever written as it was said."""
    return replace(planned, answers=sealed_answers(here, offer, planned.answers))


def standing_signup(session: Session, proposal: Proposal, by: Caller, stranger: Stranger) -> RegistrationRow:
    """Hold the places, in this transaction; the registration as it stands then, or as it stood already."""
    counted = stranger if proposal.plan.registration.company_id is None else None
    signup = take(session, proposal, by, counted)
    planned = proposal.plan.registration
    if signup.new and signup.status is planned.status:
        return planned
    return registration_by_id(session, planned.id)


def sign_up(here: "RegistrationService", proposal: Proposal, by: Caller, stranger: Stranger) -> RegistrationRow:
    """Hold the places in one short transaction."""
    with here.db.write() as session:
        return standing_signup(session, proposal, by, stranger)


def announcement_of(here: "RegistrationService", offer: Offer, planned: Plan) -> Announcement:
    """The letters and the order of a registration that is confirmed at once; for one that waits for its contact, the
    letter that asks; nothing for one that waits for a card."""
    registration, context = planned.registration, letter_context(here, offer)
    if planned.confirmed:
        messages = confirmation_letters(context, registration, planned.bought, planned.attendees)
        return Announcement(order_of(registration, planned.lines, offer, here.links), messages)
    return Announcement(None, [confirmation_request(context, registration)] if planned.on_invoice else [])


def confirm_by_contact(here: "RegistrationService", registration_id: uuid.UUID, by: Caller) -> None:
    """Whoever reads the contact's mail, or staff, confirm what was held for it: from here on as if it had been
    confirmed at once. Raises NotFound, NotInThisState."""
    with here.db.write() as session:
        confirm_in(here, session, registration_id, by)


def confirm_in(here: "RegistrationService", session: Session, registration_id: uuid.UUID, by: Caller) -> None:
    """The same in this transaction."""
    registration = confirm_held(session, registration_id, by, here.clock())
    offer = here.offers.read(session, registration.activity_id)
    if offer is None:
        raise NotFound()
    taken = bought(session, registration_id)
    places = [one for one in attendees_of(session, registration_id) if one.status is AttendeeStatus.ACTIVE]
    letters = confirmation_letters(letter_context(here, offer), registration, taken, places)
    announcement = Announcement(order_of(registration, taken.lines, offer, here.links), letters)
    announce(session, registration.id, announcement, here.clock())


def address_of(here: "RegistrationService", registration_id: uuid.UUID) -> str:
    """The personal page of a registration."""
    with here.db.read() as session:
        registration = registration_by_id(session, registration_id)
    return here.links.registration(registration_id, registration.link_version)


def next_address(here: "RegistrationService", registration: RegistrationRow) -> str:
    """Where the browser goes: Stripe's page by way of billing, or the personal page."""
    if registration.status is RegistrationStatus.HELD and registration.method == "card":
        return pay_address(here, registration.id)
    return here.links.registration(registration.id, registration.link_version)


def pay_address(here: "RegistrationService", registration_id: uuid.UUID) -> str:
    """Place the order (again, if need be) and answer where to pay; the personal page when billing cannot say.

    The places stay held either way: the personal page says so and offers to try again. An invoice is paid later.
    """
    with here.db.read() as session:
        registration = registration_by_id(session, registration_id)
        lines = lines_of(session, registration_id)
        offer = here.offers.read(session, registration.activity_id)
    personal = here.links.registration(registration_id, registration.link_version)
    if offer is None:
        raise NotFound()
    try:
        if registration.invoice_waits:
            return here.billing.seen(registration.id).pay_url or personal
        if registration.status is not RegistrationStatus.HELD or registration.method != "card":
            return personal
        answer = here.billing.place(order_of(registration, lines, offer, here.links))
    except Busy:
        return personal + "?payment=unreachable"
    except SiblingRefused:
        return personal + "?payment=refused"
    return answer.pay_url or personal + "?payment=unreachable"
