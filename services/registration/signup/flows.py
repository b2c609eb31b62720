"""A signup from end to end, outside and inside its transaction: the one way in for the form, the API and the door."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit.auth import Caller
from kit.db import new_id
from kit.errors import Busy, NotFound
from kit.http import SiblingRefused
from registration.catalog.offers.rules import Offer
from registration.catalog.rules import Channel, Visitor
from registration.clients import order_of
from registration.letters.flows import letter_context
from registration.letters.view_registrations import confirmation_letters
from registration.members.flows import NO_VISITOR_CODE, VisitorCode
from registration.registrations.queries import lines_of, registration_by_id
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow
from registration.signup import actions
from registration.signup.actions import Announcement, Signup
from registration.signup.rules import Circumstances, Plan
from registration.signup.rules_plan import plan
from registration.signup.schemas import SignupRequest

if TYPE_CHECKING:
    from registration.service import RegistrationService


def circumstances_now(
    here: "RegistrationService",
    offer: Offer,
    visitor: Visitor,
    code: VisitorCode = NO_VISITOR_CODE,
    channel: Channel = Channel.ONLINE,
) -> Circumstances:
    """What surrounds a signup now. Whether cards are offered is asked of billing: no transaction may be open."""
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
        reach=here.settings.reach,
        card_offered="card" in offer.activity.methods and here.billing.card_offered(),
    )


@dataclass(frozen=True)
class StandingSignup:
    """A signup that stands (or stood already)."""

    registration: RegistrationRow
    signup: Signup


def sign_up(
    here: "RegistrationService", offer: Offer, request: SignupRequest, circumstances: Circumstances, by: Caller
) -> StandingSignup:
    """Work everything out, then hold the places in one short transaction."""
    planned = plan(offer, request, circumstances)
    announcement = announcement_of(here, offer, planned)
    with here.db.write() as session:
        signup = actions.record_signup(session, planned, announcement, by)
        registration = planned.registration if signup.new else registration_by_id(session, request.registration_id)
    return StandingSignup(registration, signup)


def announcement_of(here: "RegistrationService", offer: Offer, planned: Plan) -> Announcement:
    """The letters and the order of a registration that is confirmed at once; nothing for one that waits for a card."""
    if not planned.confirmed:
        return Announcement()
    registration = planned.registration
    messages = confirmation_letters(letter_context(here, offer), registration, planned.lines, planned.attendees)
    return Announcement(order_of(registration, planned.lines, offer, here.links), messages)


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

    The places stay held either way: the personal page says so and offers to try again.
    """
    with here.db.read() as session:
        registration = registration_by_id(session, registration_id)
        lines = lines_of(session, registration_id)
        offer = here.offers.read(session, registration.activity_id)
    personal = here.links.registration(registration_id, registration.link_version)
    if offer is None:
        raise NotFound()
    if registration.status is not RegistrationStatus.HELD:
        return personal
    try:
        answer = here.billing.place(order_of(registration, lines, offer, here.links))
    except Busy:
        return personal + "?payment=unreachable"
    except SiblingRefused:
        return personal + "?payment=refused"
    return answer.pay_url or personal + "?payment=unreachable"
