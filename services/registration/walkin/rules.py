"""What is sold at the door, and what it comes to in cash. Amounts are cents."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kit.contracts import Bilingual
from kit.money import cash
from registration.catalog.rules import Channel, PriceOption


@dataclass(frozen=True)
class DoorPrice:
    """One place as it can be taken at the door: before taxes, with them, and what is collected in cash.

    Cash is rounded to five cents, the total and the taxes are not (domain.md T5): 109.23 is owed, 109.25 is taken.
    """

    product: str
    who: str
    label: Bilingual
    amount: int
    total: int

    @property
    def value(self) -> str:
        """What the form sends."""
        return f"{self.product}:{self.who}"

    @property
    def in_cash(self) -> int:
        return cash(self.total)


def at_the_door(prices: Sequence[PriceOption]) -> tuple[PriceOption, ...]:
    """The prices of a product at the door: those made for it, or the regular ones where the activity made none."""
    own = tuple(price for price in prices if price.channel == Channel.ON_SITE)
    return own or tuple(replace(price, channel=Channel.ON_SITE) for price in prices)
