"""What may be added to a registration, and whom options are for. Amounts are cents."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kit.contracts.problems import Where
from registration.amendments.schemas import AmendmentRequest
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_questions import Per
from registration.catalog.rules import SaleState
from registration.registrations.rules import NotInThisState, RegistrationStatus
from registration.registrations.rules_add_ons import AddOnRow, in_order
from registration.registrations.rules_rows import AttendeeRow, LineRow, RegistrationRow
from registration.signup.rules import SignupClosed
from registration.signup.rules_choices import Choice


@dataclass(frozen=True)
class Amended:
    """What is added to: a registration, and how many units of each option (by product) one person of it may have."""

    id: uuid.UUID
    most_each: Mapping[uuid.UUID, int]


def refuse_unless_amendable(registration: RegistrationRow) -> None:
    """Only what is confirmed, and no amendment itself: what is added is added to the first. Raises NotInThisState."""
    if registration.status is not RegistrationStatus.CONFIRMED or registration.amends_id is not None:
        raise NotInThisState()


def without_common_questions(offer: Offer) -> Offer:
    """The same, asking nothing again that was asked for the whole registration."""
    return replace(offer, questions=tuple(one for one in offer.questions if one.per is Per.ATTENDEE))


def of_options(choices: Sequence[Choice]) -> bool:
    """Whether it adds options alone, for people who come already."""
    return bool(choices) and all(choice.product.add_on for choice in choices)


def chosen_people(attendees: Sequence[AttendeeRow], places: Sequence[int]) -> list[AttendeeRow]:
    """The people that options are for: at these places, or everybody who comes."""
    return [one for one in attendees if not places or one.position in places]


def option_problems(
    choices: Sequence[Choice], people: Sequence[AttendeeRow], held: Mapping[tuple[uuid.UUID, uuid.UUID], int]
) -> dict[Where, str]:
    """Options beyond what is left, or beyond what a person may take with what they have: `held` has the units of each
    (product, attendee)."""
    problems: dict[Where, str] = {} if people else {"places": "problem.choose_one"}
    if len({(choice.product.id, choice.item.who) for choice in choices}) < len(choices):
        # As of a signup: two lines of one price could not be told apart on the order.
        problems |= {"items": "problem.item_twice"}
    having, taken = dict(held), Counter[uuid.UUID]()
    for number, choice in enumerate(choices if people else ()):
        product, shares = choice.product, in_order(choice.item.quantity, len(people))
        for share, one in zip(shares, people, strict=True):
            having[product.id, one.id] = having.get((product.id, one.id), 0) + share
        taken[product.id] += choice.item.quantity
        if any(having[product.id, one.id] > choice.most_each for one in people):
            problems["items", number] = "problem.too_many_add_ons"
        if product.left is not None and taken[product.id] > product.left:
            problems["items", number] = "problem.not_enough_left"
    return problems


def option_shares(lines: Sequence[LineRow], people: Sequence[AttendeeRow], of: uuid.UUID) -> list[AddOnRow]:
    """Whom the units of each line are for: one each in order, and round again."""
    return [
        AddOnRow(line_id=line.id, attendee_id=one.id, registration_id=of, units=units)
        for line in lines
        for one, units in zip(people, in_order(line.quantity, len(people)), strict=True)
        if units
    ]


def amendment_fingerprint(registration_id: uuid.UUID, asked: AmendmentRequest) -> str:
    """The same for the same content, whatever total was shown."""
    plain = asked.model_copy(update={"expected_total": None}).model_dump_json()
    return hashlib.sha256(f"{registration_id} {plain}".encode()).hexdigest()


def refuse_unless_sold(offer: Offer, now: datetime) -> None:
    """Options are added until the activity ends; that its places are gone is another thing. Raises SignupClosed."""
    if offer.state(now) not in (SaleState.OPEN, SaleState.SOLD_OUT):
        raise SignupClosed()
