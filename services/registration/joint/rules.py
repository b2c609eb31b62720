"""What may be signed up for several at once: what one person takes, free or on an invoice, at the company's price."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.contracts.problems import Where
from kit.errors import InvalidInput, Refusal
from registration.catalog.offers.rules import Offer, ProductOffer
from registration.catalog.rules import SaleState, groups
from registration.signup.rules import Circumstances


class OneActivityTwice(Refusal):
    """An activity is named twice: everybody who comes to it goes on one registration."""

    status = 422


class NotJoint(Refusal):
    """Nothing of the activity can be signed up for together with others: it is not open, it is paid by card only, or
    what it sells brings several people."""


@dataclass(frozen=True)
class Takeable:
    """A product that one person takes, and for whom its price is: the company's own where there is one."""

    product: ProductOffer
    who: str


def takeable(offer: Offer, circumstances: Circumstances) -> list[Takeable]:
    """The products of an activity that bring one person a unit and are sold to this visitor now, free or on an invoice,
    in order."""
    if offer.state(circumstances.now) is not SaleState.OPEN:
        return []
    if offer.activity.members_only and not circumstances.visitor.member:
        return []
    found = []
    for product in offer.products:
        if product.attendees != 1 or not product.is_place:
            continue
        now, channel, code = circumstances.now, circumstances.channel, circumstances.code
        whos = groups(product.prices, circumstances.visitor, now, channel, code)
        if whos and ("invoice" in offer.activity.methods or _is_free(product, whos[0])):
            found.append(Takeable(product, whos[0]))
    return found


def head_problems(counts: Sequence[int], most: int) -> dict[Where, str]:
    """What is wrong with how many people go to each activity of the gesture: somebody, and `most` of them."""
    problems: dict[Where, str] = {}
    for number, count in enumerate(counts):
        if not count:
            problems["items", number, "attendees"] = "problem.space_nobody"
        elif count > most:
            problems["items", number, "attendees"] = "problem.too_many_people"
    return problems


def on_one_invoice(owing: Sequence[uuid.UUID]) -> tuple[uuid.UUID, ...]:
    """The orders that go on one invoice: none when there is one alone, which has an invoice of its own."""
    return tuple(owing) if len(owing) > 1 else ()


def placed(number: int, refusal: Refusal) -> Refusal:
    """The same refusal, its places said in the whole gesture: `items[0]` of a signup is the item of this number."""
    if isinstance(refusal, InvalidInput):
        return InvalidInput(_placed(number, refusal.places))
    refusal.field = f"items[{number}]"
    return refusal


def _placed(number: int, places: Mapping[Where, str]) -> dict[Where, str]:
    found: dict[Where, str] = {}
    for where, problem in places.items():
        parts = (where,) if isinstance(where, str) else where
        if parts[0] == "items":
            rest = parts[2:] if len(parts) > 2 else ()
            found["items", number, *rest] = problem
        else:
            found[where] = problem
    return found


def _is_free(product: ProductOffer, who: str) -> bool:
    return not any(price.amount for price in product.prices if price.who == who)
