"""How the catalogue is told: addresses of its pages, the words for dates and places."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from kit import text
from kit.clock import local
from kit.contracts import Bilingual
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_activity import ActivityOffer, is_end_of_day


def place_line(activity: ActivityOffer) -> str:
    """Where it is, on one line; empty when the file of the activity does not say."""
    place = activity.place
    return ", ".join(part for part in (place.name, place.address, place.city, place.postal_code) if part)


def cancellation(catalogue: text.Catalogue, offer: Offer, lang: str) -> Iterator[str]:
    """The rule in words, one sentence for each of its steps (domain.md J3)."""
    steps, zone = offer.activity.cancellation, offer.activity.timezone
    free = all(price.amount == 0 for product in offer.places for price in product.prices)
    for step in steps:
        kind = "part" if step.keep_percent else "free" if free else "full"
        if step.until:
            until = deadline(step.until, zone, lang)
            sentence = catalogue.say(lang, f"rule.{kind}_until", percent=step.keep_percent, until=until)
        else:
            sentence = catalogue.say(lang, f"rule.{kind}", percent=step.keep_percent)
        yield sentence
    if not free and not (steps and steps[-1].until is None):
        yield catalogue.say(lang, "rule.none" if steps else "rule.never")


def deadline(instant: datetime, zone: str, lang: str) -> str:
    """The day alone when the deadline ends with that day."""
    wall = local(instant, zone)
    ends_with_it = is_end_of_day(wall)
    return text.day(wall.date(), lang) if ends_with_it else text.moment(instant, zone, lang)


class Addressed(Protocol):
    """What has a page of its own: an activity or a series."""

    @property
    def slug(self) -> Bilingual: ...


def page(shown: Addressed, lang: str) -> str:
    """The path of the page of an activity or a series."""
    return f"/{lang}/{'activities' if lang == 'en' else 'activites'}/{shown.slug.in_(lang)}"


def form(activity: Addressed, lang: str) -> str:
    """The path of an activity's form."""
    return page(activity, lang) + ("/registration" if lang == "en" else "/inscription")
