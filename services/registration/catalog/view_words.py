"""What a public page says of an activity, in whole sentences of one language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from kit import text
from kit.clock import local
from registration.catalog.models import Activity, ActivitySession
from registration.catalog.queries import Offer, ProductOffer
from registration.catalog.rules import ActivityStatus, SaleState, units_left
from registration.catalog.view import deadline

KINDS = {
    SaleState.OPEN: "good",
    SaleState.NOT_YET: "accent",
    SaleState.CLOSED: "quiet",
    SaleState.SOLD_OUT: "warn",
    SaleState.PAST: "quiet",
    SaleState.CANCELLED: "bad",
    SaleState.BY_CONTACT: "accent",
}
# A place is one of the last when this part of them, or fewer than this many, is left.
LAST_PART, LAST_FEW = 10, 5
# What a note's values are, by their names: ISO days, ISO moments in UTC.
NOTE_DAYS = {"day", "from", "to"}
NOTE_MOMENTS = {"until", "departs", "arrives"}


@dataclass(frozen=True)
class Words:
    """The sentences of one language."""

    catalogue: text.Catalogue
    lang: str

    def say(self, key: str, /, **values: Any) -> str:
        """A value may end with the full stop of an abbreviation (« inc. », "p.m."): it is not doubled."""
        return self.catalogue.say(self.lang, f"storefront.{key}", **values).replace("..", ".")

    def of(self, row: Any, field: str) -> str:
        """A text of a row in this language; the French one where English is missing."""
        found = getattr(row, f"{field}_en") if self.lang == "en" else ""
        return text.typeset(found or getattr(row, f"{field}_fr"), self.lang)

    def in_(self, node: Mapping[str, str]) -> str:
        """The same for `{"fr": …, "en": …}`."""
        return text.typeset(node.get(self.lang) or node["fr"], self.lang)

    def moment(self, instant: datetime, zone: str) -> str:
        return text.moment(instant, zone, self.lang)

    def until(self, instant: datetime, zone: str) -> str:
        """A deadline: the day alone when it ends with that day."""
        return deadline(instant, zone, self.lang)

    def day(self, day: date) -> str:
        return text.day(day, self.lang)

    def hour(self, hour: time) -> str:
        return text.hour(hour, self.lang)


def state(words: Words, offer: Offer, now: datetime) -> tuple[str, str]:
    """The kind and the word of an activity's state."""
    found = offer.state(now)
    if offer.activity.status == ActivityStatus.POSTPONED and found is not SaleState.PAST:
        return "warn", words.say("state.postponed")
    activity = offer.activity
    if found is SaleState.NOT_YET and activity.sale_opens_at:
        day = local(activity.sale_opens_at, activity.timezone).date()
        return KINDS[found], words.say("state.not_yet", day=text.day_short(day, words.lang))
    if found is SaleState.CLOSED and activity.starts_at and now >= activity.starts_at:
        return "accent", words.say("state.under_way")
    named = f"state.{found.value}.{activity.kind}"
    return KINDS[found], words.say(named if _has(words, named) else f"state.{found.value}")


def state_detail(words: Words, offer: Offer, now: datetime) -> str:
    """What the state means for somebody who wants to come, in a sentence; empty when the button says it all."""
    activity, found = offer.activity, offer.state(now)
    if found is SaleState.NOT_YET and activity.sale_opens_at:
        return words.say("detail.not_yet", opens=words.moment(activity.sale_opens_at, activity.timezone))
    if found is SaleState.CLOSED and activity.sale_closes_at:
        return words.say("detail.closed", closed=words.moment(activity.sale_closes_at, activity.timezone))
    if found is SaleState.BY_CONTACT:
        return words.say(f"contact.{activity.kind}" if _has(words, f"contact.{activity.kind}") else "contact.other")
    if found is SaleState.OPEN:
        closes = activity.sale_closes_at
        return words.say("detail.open", closes=words.moment(closes, activity.timezone)) if closes else ""
    return words.say(f"detail.{found.value}")


def when(words: Words, offer: Offer) -> str:
    """From the first moment to the last; for several sessions, how many between which days."""
    activity, sessions = offer.activity, offer.sessions
    if len(sessions) > 1:
        first, last = (text.day_short(session.day, words.lang) for session in (sessions[0], sessions[-1]))
        return words.say("sessions_between", n=len(sessions), first=first, last=last)
    if activity.starts_at is None or activity.ends_at is None:
        return words.say("any_time")
    return text.span(activity.starts_at, activity.ends_at, activity.timezone, words.lang)


def session_hours(words: Words, session: ActivitySession) -> str:
    hours = {"start": text.hour(session.starts, words.lang), "end": text.hour(session.ends, words.lang)}
    return words.say("hours", **hours)


def where(words: Words, activity: Activity) -> str:
    """The name of the place, or the city, or online, or where a coach stops."""
    place = activity.place
    known = ", ".join(text.typeset(place[key], words.lang) for key in ("name", "city") if place.get(key))
    if known:
        return known
    if place.get("online"):
        return words.say("online")
    return words.say("boarding", stops=", ".join(stop_names(place))) if place.get("stops") else ""


def where_note(words: Words, activity: Activity) -> str:
    """The street under the name of the place; that one may also follow online."""
    place = activity.place
    street = ", ".join(text.typeset(place[key], words.lang) for key in ("address", "postal_code") if place.get(key))
    hybrid = words.say("also_online") if place.get("online") and place.get("city") else ""
    return street or hybrid


def stop_names(place: Mapping[str, Any]) -> list[str]:
    """« Alma 14 h » is the stop at Alma."""
    return [re.split(r"\s+\d", stop)[0] for stop in place.get("stops", ())]


def left(words: Words, offer: Offer) -> str:
    """The places left, in plain words; empty when there is nothing to say."""
    places = place_products(offer)
    bounded = [product for product in places if product.left is not None]
    if not bounded or len(bounded) < len(places) or offer.sold_out:
        return words.say("left.none") if offer.sold_out else ""
    shared = {tuple(product.uses) for product in places}
    if len(shared) == 1 and len(key := shared.pop()) == 1:
        _, capacity, taken = offer.resources[key[0]]
        return count_left(words, capacity - taken, capacity)
    last = all(_is_last(product.left or 0, _capacity(offer, product)) for product in bounded)
    return words.say("left.last" if last else "left.some")


def left_of(words: Words, offer: Offer, product: ProductOffer) -> str:
    """The same for one product; empty when its activity has one kind of place only."""
    if product.left is None or (len({tuple(p.uses) for p in place_products(offer)}) == 1 and not product.on_request):
        return ""
    if product.left <= 0:
        return words.say("left.product_none")
    return words.say("left.product", n=product.left)


def count_left(words: Words, count: int, capacity: int) -> str:
    return words.say("left.few" if _is_last(count, capacity) else "left.count", n=count)


def place_products(offer: Offer) -> list[ProductOffer]:
    """The products that bring people and can be taken on the page."""
    return [product for product in offer.products if not product.add_on and not product.on_request]


def notes(words: Words, activity: Activity) -> Iterator[str]:
    """Every note, in order; a kind that pages do not know is left out."""
    for note in activity.notes:
        said = _sentence(words, note, activity.timezone)
        if said:
            yield said


def _sentence(words: Words, note: Mapping[str, Any], zone: str) -> str:
    match note["kind"]:
        case "text":
            return words.in_(note)
        case "prerequisite":
            wanted = words.in_(note)
            return words.say("note.prerequisite", text=wanted[:1].lower() + wanted[1:])
        case "funding":
            return words.say("note.funding", text=words.in_(note))
        case "pavilions":
            return words.say("note.pavilions", names=", ".join(words.in_(label) for label in note["labels"]))
        case "substitution":
            return words.say(f"note.substitution.{note['rule']}")
        case _:
            return _told(words, note, zone)


def _told(words: Words, note: Mapping[str, Any], zone: str) -> str:
    """Notes whose sentence only needs its values written in the page's language."""
    key = f"note.{note['kind']}"
    if not words.catalogue.has(f"storefront.{key}"):
        return ""
    return words.say(key, **{name: _written(words, name, value, zone) for name, value in note.items()})


def _written(words: Words, name: str, value: Any, zone: str) -> Any:
    """A day and a moment in words, a list as one line; the rest as it is."""
    if name in NOTE_DAYS:
        return words.day(date.fromisoformat(value))
    if name in NOTE_MOMENTS:
        return words.moment(datetime.fromisoformat(value), zone) if value else ""
    if name == "hours":
        return text.number(Decimal(value).normalize(), words.lang)
    return ", ".join(value) if isinstance(value, list) else value


def _is_last(count: int, capacity: int) -> bool:
    return count <= max(LAST_FEW, capacity // LAST_PART)


def _capacity(offer: Offer, product: ProductOffer) -> int:
    return units_left(product.uses, {key: capacity for key, (_, capacity, _) in offer.resources.items()}) or 0


def _has(words: Words, key: str) -> bool:
    return words.catalogue.has(f"storefront.{key}")
