"""What is offered at the door, and the one way in for the page and the API: everything is worked out before a lock."""

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.contracts import OrderMethod
from kit.contracts.callers import Caller
from kit.contracts.problems import Where
from kit.errors import InvalidInput, NotFound
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_questions import Per, QuestionOffer
from registration.catalog.queries import offer as read_offer
from registration.catalog.rules import NO_CODE, ActivityStatus, Channel, Visitor, groups
from registration.registrations.rules_answers import is_asked
from registration.signup.actions import Announcement
from registration.signup.flows import announcement_of, circumstances_now, sealed_plan
from registration.signup.rules import Circumstances, DifferentForm, Plan
from registration.signup.rules_plan import choose, plan, total
from registration.signup.schemas import AttendeeIn, Contact, Item, SignupRequest
from registration.walkin import actions, queries
from registration.walkin.rules import DoorPrice, at_the_door
from registration.walkin.schemas import SignedUp, WalkIn

if TYPE_CHECKING:
    from registration.service import RegistrationService

METHODS = (OrderMethod.CASH, OrderMethod.CARD, OrderMethod.INVOICE)


@dataclass(frozen=True)
class DoorOffer:
    """One activity as it is sold at the door: places for one person, at the door's prices."""

    offer: Offer
    circumstances: Circumstances

    @property
    def prices(self) -> list[DoorPrice]:
        """Every place that can be taken, with its taxes; staff may vouch for a member."""
        return [
            self._price(product.key, who)
            for product in self.offer.products
            for who in groups(
                product.prices, self.circumstances.visitor, self.circumstances.now, Channel.ON_SITE, NO_CODE
            )
        ]

    def _price(self, product: str, who: str) -> DoorPrice:
        [choice] = choices = choose(self.offer, (Item.model_validate(_item(product, who)),), self.circumstances)
        owed = total(choices, self.circumstances)
        return DoorPrice(product, who, choice.price.label, owed.subtotal, owed.total)

    @property
    def methods(self) -> list[str]:
        """How one can pay here: cash always, the rest as the activity allows."""
        allowed = {"cash", *self.offer.activity.methods} - (set() if self.circumstances.card_offered else {"card"})
        return [method for method in METHODS if method in allowed]

    @property
    def questions(self) -> list[QuestionOffer]:
        """Only what must be answered: the line is waiting."""
        return [question for question in self.offer.questions if question.required]


def door_offer(here: "RegistrationService", activity_id: uuid.UUID) -> DoorOffer:
    """The door's offer, read fresh. Raises NotFound."""
    with here.db.read() as session:
        offer = read_offer(session, activity_id)
    if offer is None or offer.activity.status is ActivityStatus.DRAFT:
        raise NotFound()
    single = [place for place in offer.places if place.attendees == 1]
    sold = tuple(replace(product, prices=at_the_door(product.prices)) for product in single)
    circumstances = circumstances_now(here, offer, Visitor(member=True), channel=Channel.ON_SITE)
    return DoorOffer(replace(offer, products=sold), circumstances)


def let_in(here: "RegistrationService", activity_id: uuid.UUID, walk_in: WalkIn, by: Caller) -> SignedUp:
    """Sign up and, unless a card is to pay, check in, in one transaction.

    A form that was taken already answers as it did. Raises what a signup raises, and DifferentForm.
    """
    with here.db.read() as session:
        if _is_repeat(session, walk_in):
            return walk_in_state(here, session, activity_id, walk_in.registration_id)
    offer = full_offer(here, activity_id)
    planned = sealed_plan(here, offer, walk_in_plan(door_offer(here, activity_id), walk_in))
    announcement = announcement_of(here, offer, planned)
    letters = [letter for letter in announcement.letters if letter.to]
    order = announcement.order and announcement.order.model_copy(update={"by": by.name})
    with here.db.write() as session:
        actions.sign_up_and_let_in(session, planned, Announcement(order, letters), walk_in.point, by, here.clock())
        return walk_in_state(here, session, activity_id, walk_in.registration_id)


def full_offer(here: "RegistrationService", activity_id: uuid.UUID) -> Offer:
    """The activity as its letters tell it."""
    with here.db.read() as session:
        offer = read_offer(session, activity_id)
    if offer is None or offer.activity.status is ActivityStatus.DRAFT:
        raise NotFound()
    return offer


def _is_repeat(session: Session, walk_in: WalkIn) -> bool:
    row = queries.registration(session, walk_in.registration_id)
    if row is None:
        return False
    if (row.contact_first, row.contact_last, row.contact_email) != (
        walk_in.first_name,
        walk_in.last_name,
        walk_in.email,
    ):
        raise DifferentForm()
    return True


def walk_in_plan(sale: DoorOffer, walk_in: WalkIn) -> Plan:
    """The signup of one person at the door. Raises InvalidInput with the page's own field names, SoldOut and others."""
    if walk_in.product not in {product.key for product in sale.offer.products}:
        raise InvalidInput({"choice": "problem.choose_one"})
    circumstances = replace(sale.circumstances, visitor=Visitor(member=walk_in.who == "member"))
    try:
        return plan(sale.offer, signup_request(sale, walk_in), circumstances)
    except InvalidInput as refusal:
        raise InvalidInput({_field(where): problem for where, problem in refusal.places.items()}) from refusal


def signup_request(sale: DoorOffer, walk_in: WalkIn) -> SignupRequest:
    mine = [q for q in sale.questions if is_asked(q.show_if, {walk_in.product}, walk_in.answers)]
    answers = {per: {q.key: walk_in.answers.get(q.key, "") for q in mine if q.per == per} for per in Per}
    person = AttendeeIn(
        first_name=walk_in.first_name,
        last_name=walk_in.last_name,
        email=walk_in.email,
        company=walk_in.company,
        answers=answers[Per.ATTENDEE],
    )
    return SignupRequest(
        registration_id=walk_in.registration_id,
        lang=walk_in.lang,
        contact=Contact(first_name=walk_in.first_name, last_name=walk_in.last_name, email=walk_in.email),
        company=walk_in.company,
        items=(Item.model_validate(_item(walk_in.product, walk_in.who) | {"attendees": (person,)}),),
        answers=answers[Per.REGISTRATION],
        contact_attends=False,
        method=walk_in.method,
        terms_accepted=True,
    )


def _item(product: str, who: str) -> dict[str, str | int]:
    return {"product": product, "who": who, "quantity": 1}


def _field(where: Where) -> str:
    """A field of the signup as the walk-in's form names it."""
    parts = (where,) if isinstance(where, str) else where
    if "answers" in parts:
        return f"answers.{parts[-1]}"
    if parts[0] == "items" and "attendees" not in parts:
        return "choice"
    return str(parts[-1])


def walk_in_state(
    here: "RegistrationService", session: Session, activity_id: uuid.UUID, registration_id: uuid.UUID
) -> SignedUp:
    """Where the walk-in stands, with the address where a held card's payment is made."""
    walk_in = queries.walk_in_of(session, activity_id, registration_id)
    if walk_in.status != "held":
        return walk_in
    row = queries.registration(session, registration_id)
    link = here.links.registration(registration_id, row.link_version if row else 1)
    return walk_in.model_copy(update={"pay_url": link + "/pay"})
