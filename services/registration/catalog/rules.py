"""What is on offer, as pure functions: which price for whom and when, what is left, what the page says about it.

Amounts are cents before tax, times are UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kit.contracts import Bilingual
from kit.errors import Refusal
from kit.money import TaxClass
from kit.text import fold


class ActivityStatus(StrEnum):
    """Whether an activity is shown, and what its page says."""

    DRAFT = "draft"
    PUBLISHED = "published"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Who(StrEnum):
    """Whom a price is for, decided by the company on the day of the registration."""

    MEMBER = "member"
    NON_MEMBER = "non_member"
    ANYONE = "anyone"
    CODE = "code"


class Channel(StrEnum):
    """Where a price is sold."""

    ONLINE = "online"
    ON_SITE = "on_site"


class NotOffered(Refusal):
    """A product, price or payment method is not offered to this visitor now."""

    status = 422


class SaleState(StrEnum):
    """What an activity's page says about signing up."""

    OPEN = "open"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    SOLD_OUT = "sold_out"
    PAST = "past"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    BY_CONTACT = "by_contact"


@dataclass(frozen=True)
class Sale:
    """From when to when one may sign up for an activity. `signup_open` is False for kinds that have no signup yet."""

    status: ActivityStatus
    signup_open: bool
    opens_at: datetime | None
    closes_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True)
class PriceOption:
    """One price of a product, as it may apply: for whom, where, until when (inclusive), from how many units."""

    key: str
    who: Who
    channel: Channel
    amount: int
    tax_class: TaxClass
    label: Bilingual
    until: datetime | None
    min_quantity: int
    components: Mapping[str, int]
    gl_account: str


def line_label(product: Bilingual, price: Bilingual) -> Bilingual:
    """What one price of a product is called by itself: « Place – Non-membre », or « Quatuor, membre » as it stands."""

    def joined(lang: str) -> str:
        whole, part = product.in_(lang), price.in_(lang)
        return part if fold(part).startswith(fold(whole)) else f"{whole} – {part}"

    return Bilingual(fr=joined("fr"), en=joined("en"))


@dataclass(frozen=True)
class Visitor:
    """Who is looking: a member's company, recognised by a personal link or a code, or nobody in particular."""

    company_id: str = ""
    company_name: str = ""
    member: bool = False
    in_arrears: bool = False


@dataclass(frozen=True)
class CodeEffect:
    """What a valid code does: opens a price, or lowers prices: by a percentage, by `amount_off` cents for each unit
    that brings people, or to `set_price` cents for such a unit. With `per_company`, whoever uses it says for which
    company. Raises ValueError for one that would do two of these: what it served could not be told from a registration.
    """

    opens: str = ""
    percent_off: int = 0
    amount_off: int = 0
    set_price: int | None = None
    per_company: int | None = None

    def __post_init__(self) -> None:
        if sum((bool(self.opens), bool(self.percent_off), bool(self.amount_off), self.set_price is not None)) > 1:
            raise ValueError(f"a code opens a price ({self.opens}) or lowers prices in one way, never both")


NO_CODE = CodeEffect()
# What a code opens that gives members' prices to whoever has it (a co-organiser's members). No price has such a key.
MEMBER_PRICES = ":members"


def normal_code(word: str) -> str:
    """Codes are read without regard to case, spaces or hyphens."""
    return "".join(letter for letter in word.upper() if letter.isalnum())


def groups(prices: Sequence[PriceOption], visitor: Visitor, now: datetime, channel: str, code: CodeEffect) -> list[Who]:
    """For whom a product can be taken by this visitor: a member, and whoever has a code for members' prices, may also
    add non-members' places."""
    open_now = {p.who for p in prices if applies(p, now, channel, code)}
    if Who.CODE in open_now:
        return [Who.CODE]
    guests = [Who.NON_MEMBER, Who.ANYONE]
    as_member = visitor.member or code.opens == MEMBER_PRICES
    return [who for who in ([Who.MEMBER, *guests] if as_member else guests) if who in open_now]


def applies(price: PriceOption, now: datetime, channel: str, code: CodeEffect) -> bool:
    """Whether a price is on offer: on this channel, not past its date (inclusive), opened by the code it may need."""
    if price.channel != channel or (price.until is not None and now > price.until):
        return False
    return price.who != Who.CODE or price.key == code.opens


def best_price(
    prices: Sequence[PriceOption], who: str, quantity: int, now: datetime, channel: str, code: CodeEffect
) -> PriceOption:
    """The lowest price that applies to `quantity` units for `who`. Raises NotOffered when there is none."""
    fitting = [p for p in prices if p.who == who and applies(p, now, channel, code) and quantity >= p.min_quantity]
    if not fitting:
        raise NotOffered()
    return min(fitting, key=lambda p: p.amount)


def lowered(amount: int, code: CodeEffect, add_on: bool = False) -> int:
    """A price in cents after what a code takes off: a percentage half up; an amount or a set price, never of an add-on;
    never below nothing, and never more than it was."""
    if not add_on and code.set_price is not None:
        return min(amount, code.set_price)
    fixed = 0 if add_on else code.amount_off
    return max(0, amount - fixed - (amount * code.percent_off + 50) // 100)


def sale_state(now: datetime, sale: Sale, sold_out: bool) -> SaleState:
    """What a visitor is told. Without a closing time, signup ends when the activity ends."""
    if sale.status is ActivityStatus.CANCELLED:
        return SaleState.CANCELLED
    if sale.status is ActivityStatus.POSTPONED:
        return SaleState.POSTPONED
    if sale.ends_at is not None and now >= sale.ends_at:
        return SaleState.PAST
    if not sale.signup_open:
        return SaleState.BY_CONTACT
    if sale.opens_at is not None and now < sale.opens_at:
        return SaleState.NOT_YET
    if sale.closes_at is not None and now > sale.closes_at:
        return SaleState.CLOSED
    return SaleState.SOLD_OUT if sold_out else SaleState.OPEN
