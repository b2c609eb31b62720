"""How much for whom: the prices of an activity as its page shows them.

Amounts are cents; `with_taxes` is what one unit costs with TPS and TVQ today, for the visitor who looks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kit import text
from kit.clock import local_day
from kit.contracts import Association
from kit.errors import Refusal
from kit.money import Line
from registration.catalog import view_words
from registration.catalog.offers.rules import Offer, ProductOffer
from registration.catalog.rules import NO_CODE, Channel, PriceOption, Visitor, Who, best_price
from registration.catalog.view_words import Words

ORDER = (Who.MEMBER, Who.NON_MEMBER, Who.ANYONE)


@dataclass(frozen=True)
class Scene:
    """Who looks, when, in which language, at an association that charges taxes or does not."""

    visitor: Visitor
    association: Association
    now: datetime
    words: Words


@dataclass(frozen=True)
class PriceRow:
    """One price. `mine` is the one that applies to a recognised visitor now; `later` the ones that do not yet."""

    key: str
    label: str
    amount: int
    with_taxes: int
    notes: tuple[str, ...]
    mine: bool
    for_anyone: bool


@dataclass(frozen=True)
class ProductRows:
    """A product with its prices; `notes` are how many people it brings and how many are left."""

    key: str
    label: str
    notes: tuple[str, ...]
    prices: tuple[PriceRow, ...]


@dataclass(frozen=True)
class Headline:
    """How much for this visitor: the price of one place, or the lowest of several (`lowest`).

    `label` is whose price it is, empty when it is everyone's. `other` says what somebody else pays: the member price
    to a stranger, the guest's to a member.
    """

    label: str
    amount: int
    taxes: int
    with_taxes: int
    lowest: bool
    note: str
    other: str = ""


def headline(offer: Offer, scene: Scene) -> Headline | None:
    """The price of one place for this visitor now; None when nothing is for sale to them."""
    member, guest = (_lowest(offer, whos, scene) for whos in ((Who.MEMBER,), (Who.NON_MEMBER,)))
    anyone = _lowest(offer, (Who.ANYONE,), scene)
    mine = member or anyone or guest if scene.visitor.member else guest or anyone or member
    if mine is None:
        return None
    other = guest if mine is member else member
    words = scene.words
    until = words.until(mine.until, offer.activity.timezone) if mine.until else ""
    return Headline(
        label=words.say(f"for.{mine.who}") if mine.who != Who.ANYONE or mine.amount else "",
        amount=mine.amount,
        taxes=with_taxes(mine, offer, scene) - mine.amount,
        with_taxes=with_taxes(mine, offer, scene),
        lowest=_several(offer, mine.who, scene),
        note=words.say("early_until", until=until) if until else "",
        other=_other(offer, other, scene) if other and other is not mine else _for_whom(mine, scene),
    )


def _for_whom(price: PriceOption, scene: Scene) -> str:
    """Said to a stranger when there is nothing but a member price."""
    members_only = price.who == Who.MEMBER and not scene.visitor.member
    return scene.words.say("for_members") if members_only else ""


def _other(offer: Offer, price: PriceOption, scene: Scene) -> str:
    words = scene.words
    amount = text.money(with_taxes(price, offer, scene), words.lang)
    key = "other_from" if _several(offer, price.who, scene) else "other_price"
    return words.say(key, who=words.say(f"for.{price.who}"), amount=amount)


def _several(offer: Offer, who: str, scene: Scene) -> bool:
    """Whether these people may choose between places of different prices. A package for ten is no place for one."""
    amounts = [
        (product.attendees, price.amount) for product, price in _prices_for_sale(offer, scene) if price.who == who
    ]
    cheapest = min(amounts, key=lambda one: one[1])
    return len({amount for people, amount in amounts if people == cheapest[0]}) > 1


def with_taxes(price: PriceOption, offer: Offer, scene: Scene) -> int:
    """What one unit costs today, in cents, taxes included."""
    line = Line(price.amount, price.tax_class)
    return offer.owed([line], scene.now, scene.association.tax_registered).total


def _lowest(offer: Offer, whos: Sequence[str], scene: Scene) -> PriceOption | None:
    prices = [price for _, price in _prices_for_sale(offer, scene) if price.who in whos]
    return min(prices, key=lambda price: price.amount) if prices else None


def _prices_for_sale(offer: Offer, scene: Scene) -> Iterator[tuple[ProductOffer, PriceOption]]:
    """The price of one unit of each product that brings people, for each kind of visitor it is sold to."""
    for product in offer.places:
        for who in ORDER:
            price = _for(product, who, scene.now)
            if price:
                yield product, price


def _for(product: ProductOffer, who: str, now: datetime) -> PriceOption | None:
    try:
        return best_price(product.prices, who, 1, now, Channel.ONLINE, NO_CODE)
    except Refusal:
        return None


def product_rows(offer: Offer, product: ProductOffer, scene: Scene) -> ProductRows:
    prices = sorted(
        (price for price in product.prices if _is_shown(product, price, scene.now)),
        key=_order,
    )
    words = scene.words
    people = words.say("people", n=product.attendees) if product.attendees > 1 else ""
    left = view_words.left_of(words, offer, product)
    return ProductRows(
        product.key,
        words.in_(product.label),
        tuple(note for note in (people, left) if note),
        tuple(_price(offer, product, price, scene) for price in prices),
    )


def _order(price: PriceOption) -> tuple[bool, int, int, int]:
    """Members first, guests next; what applies at the door last."""
    return price.channel == Channel.ON_SITE, ORDER.index(Who(price.who)), price.min_quantity, price.amount


def _is_shown(product: ProductOffer, price: PriceOption, now: datetime) -> bool:
    """Invitations are not shown, nor what is over, nor what an early bird price that still holds says of later."""
    if price.who == Who.CODE or (price.until and now > price.until):
        return False
    early = (p for p in product.prices if p.until and now <= p.until and _same_buyer(p, price))
    return price.until is not None or not any(p.amount < price.amount for p in early)


def _price(offer: Offer, product: ProductOffer, price: PriceOption, scene: Scene) -> PriceRow:
    words, visitor = scene.words, scene.visitor
    group = Who.MEMBER if visitor.member else Who.NON_MEMBER
    mine = bool(visitor.company_id) and price in (_for(product, group, scene.now), _for(product, Who.ANYONE, scene.now))
    label = words.in_(price.label)
    return PriceRow(
        price.key,
        label if price.who == Who.ANYONE else words.say(f"for.{price.who}"),
        price.amount,
        with_taxes(price, offer, scene),
        tuple(_price_notes(offer, product, price, scene)),
        mine and not product.on_request,
        price.who == Who.ANYONE,
    )


def _price_notes(offer: Offer, product: ProductOffer, price: PriceOption, scene: Scene) -> Iterator[str]:
    words, zone = scene.words, offer.activity.timezone
    if price.until:
        regular = _regular(product, price)
        until = text.day_short(local_day(price.until, zone), words.lang)
        if regular:
            then, taxed = (
                text.money(cents, words.lang) for cents in (regular.amount, with_taxes(regular, offer, scene))
            )
            yield words.say("until_then", until=until, amount=then, with_taxes=taxed)
        else:
            yield words.say("until", until=until)
    if price.min_quantity > 1:
        yield words.say("from_quantity", n=price.min_quantity)
    if price.who == Who.MEMBER and scene.visitor.in_arrears:
        yield words.say("once_paid")


def _regular(product: ProductOffer, early: PriceOption) -> PriceOption | None:
    """What an early bird price becomes when its date is over."""
    after = [p for p in product.prices if _same_buyer(p, early) and p.until is None]
    return min(after, key=lambda price: price.amount) if after and early.until else None


def _same_buyer(one: PriceOption, other: PriceOption) -> bool:
    """Whether two prices are for the same people, in the same place, for as many units."""
    return (one.who, one.channel, one.min_quantity) == (other.who, other.channel, other.min_quantity)
