"""Which activities of the catalogue are shown: those of one kind, and those that some words lead to.

Both come from the address of the page, so they work without scripts, can be shared and are found again by « Back ».
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from kit.text import fold
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_themes import FILTERS, filters_of
from registration.catalog.rules import SaleState
from registration.catalog.view_words import where
from registration.public.storefront.view_prices import Scene

LONGEST = 100


@dataclass(frozen=True)
class Wanted:
    """What a visitor asked to see; nothing asked is everything."""

    filter: str = ""
    words: str = ""

    @classmethod
    def of(cls, asked: str, words: str) -> "Wanted":
        """From an address: what nobody can choose is everything."""
        return cls(asked if asked in FILTERS else "", " ".join(words.split())[:LONGEST])

    def address(self, path: str, chosen: str) -> str:
        """The same words with another filter."""
        query = {name: value for name, value in (("filter", chosen), ("search", self.words)) if value}
        return f"{path}?{urlencode(query)}" if query else path


@dataclass(frozen=True)
class FilterLink:
    """A filter with how many activities to come it shows; `key` is empty for all of them."""

    key: str
    label: str
    count: int
    address: str
    current: bool


def shown(offers: Sequence[Offer], wanted: Wanted, scene: Scene, series: Mapping[str, str]) -> list[Offer]:
    """The activities that fit both; `series` names the series of each activity by its key."""
    return [
        offer
        for offer in offers
        if (not wanted.filter or wanted.filter in filters_of(offer))
        and _has_words(offer, wanted.words, scene, series.get(offer.activity.key, ""))
    ]


def links(
    offers: Sequence[Offer], wanted: Wanted, scene: Scene, series: Mapping[str, str], path: str
) -> tuple[FilterLink, ...]:
    """All, then the filters that lead to something, for the words that were typed. What is past is not counted."""
    everything = [offer for offer in offers if offer.state(scene.now) is not SaleState.PAST]
    found = shown(everything, Wanted("", wanted.words), scene, series)
    counts = {key: sum(key in filters_of(offer) for offer in found) for key in FILTERS}
    # A filter in use stays in sight even when no word leads to it.
    keys = ["", *(key for key, count in counts.items() if count or key == wanted.filter)]
    return tuple(
        FilterLink(
            key,
            scene.words.say(f"filter.{key or 'all'}"),
            counts.get(key, len(found)),
            wanted.address(path, key),
            key == wanted.filter,
        )
        for key in keys
    )


def _has_words(offer: Offer, words: str, scene: Scene, series: str) -> bool:
    """Every word is somewhere in what the page says of it, in either language; accents and case do not count."""
    activity = offer.activity
    labels = (scene.words.say(f"filter.{key}") for key in filters_of(offer))
    texts = (activity.title.fr, activity.title.en, activity.summary.fr, activity.summary.en, series)
    said = fold(" ".join((*texts, where(scene.words, activity), activity.place.city, *labels)))
    return all(word in said for word in fold(words).split())
