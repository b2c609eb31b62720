"""What is said of an activity wherever it is spoken of: its rule for cancelling, on pages and in letters alike."""

from collections.abc import Iterator
from datetime import datetime

from kit import text
from kit.clock import local
from registration.catalog.queries import Offer


def cancellation(catalogue: text.Catalogue, offer: Offer, lang: str) -> Iterator[str]:
    """The rule in words, one sentence for each of its steps (domain.md J3)."""
    activity, steps = offer.activity, offer.activity.cancellation
    places = [product for product in offer.products if not product.add_on and not product.on_request]
    free = all(price.amount == 0 for product in places for price in product.prices)
    for step in steps:
        kind = "part" if step["keep_percent"] else "free" if free else "full"
        if step["until"]:
            until = deadline(datetime.fromisoformat(step["until"]), activity.timezone, lang)
            said = catalogue.say(lang, f"rule.{kind}_until", percent=step["keep_percent"], until=until)
        else:
            said = catalogue.say(lang, f"rule.{kind}", percent=step["keep_percent"])
        # "5 p.m." closes a sentence with its own point.
        yield said.replace("m..", "m.")
    if not free and not (steps and steps[-1]["until"] is None):
        yield catalogue.say(lang, "rule.none" if steps else "rule.never")


def deadline(instant: datetime, zone: str, lang: str) -> str:
    """The day alone when the deadline ends with that day."""
    wall = local(instant, zone)
    ends_with_it = (wall.hour, wall.minute) == (23, 59)
    return text.day(wall.date(), lang) if ends_with_it else text.moment(instant, zone, lang)
