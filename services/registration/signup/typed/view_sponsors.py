"""The sponsor levels of a signup's form: the spots to choose among those that nobody has, and what comes with each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registration.catalog.offers.rules import Offer, ProductOffer
from registration.forms import FormValues


@dataclass(frozen=True)
class SpotOption:
    """One spot that can be ticked."""

    value: str
    label: str


@dataclass(frozen=True)
class LevelField:
    """A level of the form: its free spots when it is sold by spots, those ticked, what comes with it."""

    spots: tuple[SpotOption, ...]
    ticked: tuple[str, ...]
    by_spots: bool
    includes: tuple[tuple[int, str], ...]


def level_fields(
    offer: Offer, options: Sequence[tuple[ProductOffer, str]], form: FormValues, lang: str
) -> Mapping[str, LevelField]:
    """Each level of the page, by the name of its field."""
    return {
        f"{'s' if product.level.spots else 'q'}.{product.key}.{who}": _field(offer, product, who, form, lang)
        for product, who in options
        if product.level.is_level
    }


def _field(offer: Offer, product: ProductOffer, who: str, form: FormValues, lang: str) -> LevelField:
    free = tuple(SpotOption(spot.key, spot.label.in_(lang)) for spot in offer.free_spots(product))
    known = [(units, offer.product(key)) for key, units in product.level.includes.items()]
    includes = tuple((units, one.label.in_(lang)) for units, one in known if one is not None)
    return LevelField(free, tuple(form.all(f"s.{product.key}.{who}")), bool(product.level.spots), includes)
