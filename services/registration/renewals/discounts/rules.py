"""What member prices come to beside a fee: from three tenths of it on, the fee may be taxed (domain: the accountant
decides). Amounts are cents before taxes."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kit.contracts import Bilingual
from registration.catalog.offers.rules import Offer, ProductOffer
from registration.catalog.rules import NO_CODE, Channel, NotOffered, PriceOption, Who, best_price
from registration.renewals.scale.rules import Period, Scale

# Above so many hundredths of a fee, discounts are no longer incidental to it.
TESTED_PERCENT = 30
ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Discount:
    """The most that a member saves on one unit of a product: the price of others, and its own at the same moment."""

    activity_id: uuid.UUID
    activity: Bilingual
    product: Bilingual
    others: int
    member: int

    @property
    def amount(self) -> int:
        return self.others - self.member


@dataclass(frozen=True)
class FeeTested:
    """A fee of the scale (`most`: up to so many people) beside all discounts of a period."""

    most: int | None
    fee: int
    discounts: int

    @property
    def limit(self) -> int:
        return self.fee * TESTED_PERCENT // 100

    @property
    def percent(self) -> int:
        """Hundredths of the fee, rounded down: what is shown as the limit has reached it."""
        return self.discounts * 100 // self.fee

    @property
    def reached(self) -> bool:
        return self.discounts * 100 >= self.fee * TESTED_PERCENT


@dataclass(frozen=True)
class DiscountReport:
    """Every product of a period with a price for members, the largest discount first, and each fee beside their sum:
    one unit of each product is counted, whatever companies really took."""

    period: Period
    discounts: tuple[Discount, ...]
    fees: tuple[FeeTested, ...]

    @property
    def total(self) -> int:
        return sum(one.amount for one in self.discounts)


def report(period: Period, offers: Sequence[Offer], scale: Scale | None) -> DiscountReport:
    """What is offered in a period, beside what a membership costs."""
    found = [one for offer in offers for product in offer.products if (one := _discount(offer, product))]
    found.sort(key=lambda one: (-one.amount, one.activity.fr, one.product.fr))
    total = sum(one.amount for one in found)
    fees = tuple(FeeTested(step.most, step.fee, total) for step in scale.steps) if scale else ()
    return DiscountReport(period, tuple(found), fees)


def _discount(offer: Offer, product: ProductOffer) -> Discount | None:
    """The largest of a product at any moment; None when members never pay less."""
    found = list(pairs(product.prices))
    if not found:
        return None
    others, member = max(found, key=lambda pair: pair[0] - pair[1])
    activity = offer.activity
    return Discount(activity.id, activity.title, product.label, others, member) if others > member else None


def pairs(prices: Sequence[PriceOption]) -> Iterator[tuple[int, int]]:
    """What others and a member pay, at each moment from which prices differ, wherever and for however many it is."""
    ends = sorted({one.until for one in prices if one.until is not None})
    moments = [*ends, (ends[-1] + timedelta(seconds=1) if ends else ANY_TIME)]
    for moment in moments:
        for channel in Channel:
            for quantity in {one.min_quantity for one in prices}:
                sold = [_amount(prices, who, quantity, moment, channel) for who in (Who.NON_MEMBER, Who.ANYONE)]
                others = min((one for one in sold if one is not None), default=None)
                member = _amount(prices, Who.MEMBER, quantity, moment, channel)
                if others is not None and member is not None:
                    yield others, member


def _amount(prices: Sequence[PriceOption], who: Who, quantity: int, moment: datetime, channel: Channel) -> int | None:
    try:
        return best_price(prices, who, quantity, moment, channel, NO_CODE).amount
    except NotOffered:
        return None
