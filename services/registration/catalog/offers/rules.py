"""One activity with all that is for sale in it, as pure frozen things that signups, pages and letters decide on."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from kit.clock import local_day
from kit.contracts import Bilingual
from kit.money import Amounts, Line, Rates, amounts, rates_on
from registration.catalog.levels.rules import NO_LEVEL, Level, Spot
from registration.catalog.offers.rules_activity import ActivityOffer, SessionOffer
from registration.catalog.offers.rules_questions import Per, QuestionOffer
from registration.catalog.rules import PriceOption, SaleState, sale_state

NO_LABEL = Bilingual(fr="")


@dataclass(frozen=True)
class ResourceOffer:
    """A countable that products use, as it stands: how many there are, how many are taken; what its author calls it;
    how many are kept for others than whoever looks."""

    id: uuid.UUID
    key: str
    capacity: int
    taken: int
    label: Bilingual = NO_LABEL
    reserved: int = 0

    @property
    def left(self) -> int:
        return self.capacity - self.taken - self.reserved


Resources = Mapping[str, ResourceOffer]


@dataclass(frozen=True)
class ProductOffer:
    """A product with its prices. `left` is how many more units can be taken (None: nothing bounds it). What `covers`
    brings nobody: a unit covers one employee."""

    id: uuid.UUID
    key: str
    label: Bilingual
    attendees: int
    add_on: bool
    max_per_attendee: int | None
    on_request: bool
    uses: Mapping[str, int]
    prices: tuple[PriceOption, ...]
    left: int | None = None
    level: Level = NO_LEVEL
    covers: bool = False

    @property
    def is_place(self) -> bool:
        """Whether it brings people and can be taken on the page: no add-on, nothing that is arranged with staff. What a
        sponsorship brings comes with it."""
        return not (self.add_on or self.on_request or self.level.is_level)

    def with_resources(self, resources: Resources) -> "ProductOffer":
        """The same with what is left of it now."""
        return replace(self, left=units_left(self.uses, {key: one.left for key, one in resources.items()}))


@dataclass(frozen=True)
class Offer:
    """One activity, whole, as it stands now; `resources` by their keys. What `retired` asked is asked no more, and
    its answers are still shown."""

    activity: ActivityOffer
    sessions: tuple[SessionOffer, ...]
    products: tuple[ProductOffer, ...]
    questions: tuple[QuestionOffer, ...]
    resources: Resources
    retired: tuple[QuestionOffer, ...] = ()

    @property
    def ever_asked(self) -> tuple[QuestionOffer, ...]:
        """Every question that may have been answered."""
        return (*self.questions, *self.retired)

    def earlier(self, question: QuestionOffer) -> list[QuestionOffer]:
        """What was asked in its place before it was worded as it is now, the latest first."""
        versions = [one for one in self.retired if one.replaced_by == question.key]
        return sorted(versions, key=lambda one: one.version, reverse=True)

    def product(self, key: str) -> ProductOffer | None:
        return next((product for product in self.products if product.key == key), None)

    def confidential(self, per: Per) -> list[QuestionOffer]:
        """The questions asked of each attendee, or for the registration, whose answers are for whoever needs them."""
        return [question for question in self.ever_asked if question.per is per and question.confidential]

    def with_resources(self, resources: Resources) -> "Offer":
        """The same offer with these places taken."""
        return replace(
            self, products=tuple(one.with_resources(resources) for one in self.products), resources=resources
        )

    def state(self, now: datetime) -> SaleState:
        """What its page says about signing up now."""
        return sale_state(now, self.activity.sale, self.sold_out)

    @property
    def places(self) -> list[ProductOffer]:
        """The products that bring people and can be taken on the page."""
        return [product for product in self.products if product.is_place]

    def free_spots(self, product: ProductOffer) -> list[Spot]:
        """The spots of a level that nobody has."""
        return [one for one in product.level.spots if one.key in self.resources and self.resources[one.key].left > 0]

    @property
    def sold_out(self) -> bool:
        """Nothing that brings people can be taken any more, and no sponsorship either."""
        sold = [one for one in self.products if one.is_place or (one.level.is_level and not one.on_request)]
        return bool(sold) and all(self._is_gone(one) for one in sold)

    def _is_gone(self, product: ProductOffer) -> bool:
        if product.level.spots and not self.free_spots(product):
            return True
        return product.left is not None and product.left <= 0

    def local_day(self, now: datetime) -> date:
        """The activity's own day: taxes are those of that day."""
        return local_day(now, self.activity.timezone)

    def owed(self, lines: Sequence[Line], now: datetime, registered: bool) -> Amounts:
        """What lines come to with the taxes of now: of the activity's local day. `registered`: taxes are charged."""
        return amounts(lines, self.local_day(now), registered)

    def rates(self, now: datetime) -> Rates:
        """The rates of these taxes."""
        return rates_on(local_day(now, self.activity.timezone))

    def served_at(self, point: str) -> ResourceOffer | None:
        """What is counted at a check-in point (the seats of the dinner, say); None when nothing is."""
        serves = next((one.serves for one in self.activity.points if one.key == point), "")
        return self.resources.get(serves)


def units_left(uses: Mapping[str, int], left: Mapping[str, int]) -> int | None:
    """How many more units of a product can be taken; None when nothing bounds it."""
    bounds = [left[key] // count for key, count in uses.items() if key in left and count > 0]
    return min(bounds) if bounds else None
