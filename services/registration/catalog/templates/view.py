"""The draft that a template of the house makes of a title, a day and a place."""

from collections.abc import Sequence
from dataclasses import replace

from registration.catalog.copies.rules import copied
from registration.catalog.presets.view import Basics
from registration.catalog.sections.rules import Draft
from registration.catalog.sections.schemas import Dates, PlaceText, Prices, PriceText, Title
from registration.catalog.templates.rules import TemplateBody


def made_from(body: TemplateBody, asked: Basics) -> Draft:
    """A draft under a title of its own. On a day, everything linked to the date moves with it by whole weeks; without
    one, it has no dates. Addresses, edition and key are new ones."""
    source = body.draft
    moved = copied(source, asked.day) if asked.day else _undated(source)
    place = source.essentials.place
    if asked.place and not place.online:
        place = PlaceText(name=asked.place)
    title = asked.title if asked.title.fr else source.essentials.title
    own = {"title": title, "slug": Title(), "edition": None, "place": place}
    return replace(moved, key="", essentials=moved.essentials.model_copy(update=own))


def _undated(source: Draft) -> Draft:
    """Without a date there is no early bird: of prices that differ by their last day alone, the last one stays."""
    products = tuple(
        product.model_copy(update={"prices": _lasting(product.prices)}) for product in source.prices.products
    )
    terms = source.terms.model_copy(update={"cancellation": ()})
    return replace(
        source, dates=Dates(min_people=source.dates.min_people), prices=Prices(products=products), terms=terms
    )


def _lasting(prices: Sequence[PriceText]) -> tuple[PriceText, ...]:
    last: dict[tuple[str, str, int], PriceText] = {}
    for price in prices:
        of = (price.who, price.channel, price.min_quantity)
        if of not in last or _outlasts(price, last[of]):
            last[of] = price
    return tuple(price.model_copy(update={"until": None}) for price in prices if price in last.values())


def _outlasts(price: PriceText, other: PriceText) -> bool:
    return price.until is None or (other.until is not None and price.until > other.until)
