"""What a signup chooses, whom it brings, and which of its people an add-on is for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kit.contracts import Bilingual
from registration.catalog.offers.rules import ProductOffer
from registration.catalog.rules import PriceOption, line_label
from registration.registrations.rules_add_ons import in_order
from registration.signup.schemas import AttendeeIn, Item, SignupRequest


@dataclass(frozen=True)
class Choice:
    """One item with its product and the price that applies."""

    item: Item
    product: ProductOffer
    price: PriceOption
    amount: int

    @property
    def label(self) -> Bilingual:
        """What its line is called on an order, a ticket and an invoice."""
        return line_label(self.product.label, self.price.label)

    @property
    def brings(self) -> int:
        """How many people it brings."""
        return 0 if self.product.add_on else self.product.attendees * self.item.quantity

    @property
    def most_each(self) -> int:
        """How many units of an add-on one person takes at most."""
        return self.product.max_per_attendee or 1


@dataclass(frozen=True)
class PlaceRequest:
    """One attendee of a request: the item (by number) and the place in it, who it is, and what was chosen for them.

    `add_ons` maps the number of an add-on's item to the units of it that are theirs.
    """

    item: int
    number: int
    person: AttendeeIn
    choice: Choice
    add_ons: Mapping[int, int] = field(default_factory=dict)

    @property
    def where(self) -> tuple[str | int, ...]:
        return ("items", self.item, "attendees", self.number)

    @property
    def unit(self) -> int:
        """Which unit of the item it is in: the first four places of a foursome are in its first unit."""
        return self.number // self.choice.product.attendees


def places(request: SignupRequest, choices: Sequence[Choice]) -> list[PlaceRequest]:
    """Every attendee of the request; a place not named yet is an empty attendee. The first is the contact's own when
    they attend and named nobody else there."""
    listed = [
        PlaceRequest(item, number, people[number] if number < len(people) else AttendeeIn(), choice)
        for item, choice in enumerate(choices)
        for number, people in ((number, choice.item.attendees) for number in range(choice.brings))
    ]
    if listed and request.contact_attends and not (listed[0].person.first_name or listed[0].person.last_name):
        listed[0] = replace(listed[0], person=_as_contact(request, listed[0].person))
    for units in add_on_units(choices).values():
        listed = _shared(listed, units)
    return listed


def _as_contact(request: SignupRequest, person: AttendeeIn) -> AttendeeIn:
    contact = request.contact
    names = {"first_name": contact.first_name, "last_name": contact.last_name, "email": contact.email}
    return person.model_copy(update={**names, "company": person.company or request.company})


@dataclass(frozen=True)
class AddOnUnits:
    """The units of one add-on that were chosen, each by the number of its item."""

    product: ProductOffer
    items: tuple[int, ...]
    most_each: int

    def shares(self, listed: Sequence[PlaceRequest]) -> list[int]:
        """How many units each place has: as the request says when it says it of anybody, else in order."""
        key = self.product.key
        if any(key in place.person.add_ons for place in listed):
            return [place.person.add_ons.get(key, 0) for place in listed]
        return in_order(len(self.items), len(listed)) if listed else []

    def is_asked(self, people: int) -> bool:
        """Whether there is anything to choose: several people, and not all that each may take."""
        return people > 1 and 0 < len(self.items) < people * self.most_each


def add_on_units(choices: Sequence[Choice]) -> dict[str, AddOnUnits]:
    """The add-ons chosen, by the key of their product: one add-on can stand at several prices."""
    chosen: dict[str, AddOnUnits] = {}
    for number, choice in enumerate(choices):
        if choice.product.add_on:
            key = choice.product.key
            before = chosen[key].items if key in chosen else ()
            items = (*before, *[number] * choice.item.quantity)
            chosen[key] = AddOnUnits(choice.product, items, choice.most_each)
    return chosen


def _shared(listed: list[PlaceRequest], units: AddOnUnits) -> list[PlaceRequest]:
    """The places with their units of one add-on, as far as those go."""
    rest, shared = list(units.items), []
    for place, count in zip(listed, units.shares(listed), strict=True):
        mine, rest = rest[:count], rest[count:]
        shared.append(replace(place, add_ons={**place.add_ons, **Counter(mine)}) if mine else place)
    return shared
