"""A signup from end to end, outside and inside its transaction: the one way in for the form, the API and the door."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kit.auth import Caller
from kit.contracts import PlaceOrder
from kit.errors import Busy, NotFound
from kit.http import SiblingRefused
from registration.catalog.queries import Offer
from registration.clients import order_of
from registration.letters import view as letters
from registration.letters.flows import desk_of, links_of
from registration.registrations import actions as registrations_actions
from registration.registrations.queries import stored
from registration.registrations.rules import RegistrationStatus, Row
from registration.signup import actions
from registration.signup.actions import Held
from registration.signup.rules_plan import Circumstances, Plan, plan
from registration.signup.schemas import SignupRequest

if TYPE_CHECKING:
    from registration.service import RegistrationService


@dataclass(frozen=True)
class Taken:
    """A signup that stands (or stood already)."""

    registration: Row
    held: Held


def sign_up(
    here: "RegistrationService", offer: Offer, request: SignupRequest, around: Circumstances, by: Caller
) -> Taken:
    """Work everything out, then hold the places in one short transaction."""
    planned = plan(offer, request, around)
    messages, order = prepared(here, offer, planned)
    with here.db.write() as session:
        held = actions.hold(session, planned, messages, order, by, around.now)
        registration = planned.registration if held.new else stored(session, request.registration_id)
    return Taken(registration, held)


def prepared(here: "RegistrationService", offer: Offer, planned: Plan) -> tuple[list[Any], PlaceOrder | None]:
    """The letters and the order of a registration that is confirmed at once; nothing for one that waits for a card."""
    if not planned.confirmed:
        return [], None
    desk = desk_of(here, offer)
    registration = planned.registration
    messages = letters.confirmed(desk, registration, planned.lines, planned.attendees)
    return messages, order_of(registration, planned.lines, offer, desk.links)


def address_of(here: "RegistrationService", registration_id: uuid.UUID) -> str:
    """The personal page of a registration."""
    with here.db.read() as session:
        registration = stored(session, registration_id)
    return links_of(here).registration(registration_id, registration["link_version"])


def next_address(here: "RegistrationService", taken: Taken) -> str:
    """Where the browser goes: Stripe's page by way of billing, or the personal page."""
    registration = taken.registration
    if registration["status"] == RegistrationStatus.HELD and registration["method"] == "card":
        return pay_address(here, registration["id"])
    return links_of(here).registration(registration["id"], registration["link_version"])


def pay_address(here: "RegistrationService", registration_id: uuid.UUID) -> str:
    """Place the order (again, if need be) and answer where to pay; the personal page when billing cannot say.

    The places stay held either way: the personal page says so and offers to try again.
    """
    with here.db.read() as session:
        registration = stored(session, registration_id)
        lines = registrations_actions.lines_of(session, registration_id)
        offer = here.offers.read(session, registration["activity_id"])
    links = links_of(here)
    personal = links.registration(registration_id, registration["link_version"])
    if offer is None:
        raise NotFound()
    if registration["status"] != RegistrationStatus.HELD:
        return personal
    try:
        answer = here.billing.place(order_of(registration, lines, offer, links))
    except Busy:
        return personal + "?payment=unreachable"
    except SiblingRefused:
        return personal + "?payment=refused"
    return answer.pay_url or personal + "?payment=unreachable"
