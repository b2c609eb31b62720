"""What a public page says of an activity, in whole sentences of one language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from babel.dates import format_date

from kit import text
from kit.clock import local
from kit.contracts import Bilingual
from registration.catalog.offers.rules import Offer, ProductOffer, units_left
from registration.catalog.offers.rules_activity import (
    NOTE_DAYS,
    NOTE_MOMENTS,
    ActivityOffer,
    Note,
    NoteValue,
    SessionOffer,
    Venue,
)
from registration.catalog.rules import ActivityStatus, SaleState
from registration.catalog.view import deadline

KINDS = {
    SaleState.OPEN: "good",
    SaleState.NOT_YET: "accent",
    SaleState.CLOSED: "quiet",
    SaleState.SOLD_OUT: "warn",
    SaleState.PAST: "quiet",
    SaleState.CANCELLED: "bad",
    SaleState.POSTPONED: "warn",
    SaleState.BY_CONTACT: "accent",
}
# A place is one of the last when this part of them, or fewer than this many, is left.
LAST_PART, LAST_FEW = 10, 5
# What counts the people of an activity.
PLACES = "places"


def typeset(plain: str, lang: str) -> str:
    """A text as people type it, with the apostrophe, the dash and the spaces of a printed one (domain.md 3.2)."""
    printed = plain.replace("'", "’").replace(" - ", f"{text.NBSP}– ")
    if lang == "fr":
        printed = re.sub(r" (?=[:»$%])|(?<=«) |(?<=\d) (?=\d{3}\b|[$%h]\b)", text.NBSP, printed)
    return printed


@dataclass(frozen=True)
class Words:
    """The sentences of one language."""

    catalogue: text.Catalogue
    lang: str

    def say(self, key: str, /, **values: object) -> str:
        """A value may end with the full stop of an abbreviation (« inc. », "p.m."): it is not doubled."""
        return self.catalogue.say(self.lang, f"storefront.{key}", **values).replace("..", ".")

    def in_(self, words: Bilingual) -> str:
        """A text in this language, as it is printed; the French one where English is missing."""
        return typeset(words.in_(self.lang), self.lang)

    def moment(self, instant: datetime, zone: str) -> str:
        return text.moment(instant, zone, self.lang)

    def until(self, instant: datetime, zone: str) -> str:
        """A deadline: the day alone when it ends with that day."""
        return deadline(instant, zone, self.lang)

    def day(self, day: date) -> str:
        return text.day(day, self.lang)

    def month(self, day: date) -> str:
        """`Juin 2027`, `June 2027`: the heading over what is in that month."""
        return format_date(day, "LLLL y", locale=self.lang).capitalize()

    def hour(self, hour: time) -> str:
        return text.hour(hour, self.lang)


def state(words: Words, offer: Offer, now: datetime) -> tuple[str, str]:
    """The kind and the word of an activity's state."""
    state, activity = offer.state(now), offer.activity
    if state is SaleState.NOT_YET and activity.sale.opens_at:
        day = local(activity.sale.opens_at, activity.timezone).date()
        return KINDS[state], words.say("state.not_yet", day=text.day_short(day, words.lang))
    if state is SaleState.CLOSED and activity.starts_at and now >= activity.starts_at:
        return "accent", words.say("state.under_way")
    named = f"state.{state.value}.{activity.kind}"
    return KINDS[state], words.say(named if _has(words, named) else f"state.{state.value}")


def state_detail(words: Words, offer: Offer, now: datetime) -> str:
    """What the state means for somebody who wants to come, in a sentence; empty when the button says it all."""
    activity, state, sale = offer.activity, offer.state(now), offer.activity.sale
    if state is SaleState.NOT_YET and sale.opens_at:
        return words.say("detail.not_yet", opens=words.moment(sale.opens_at, activity.timezone))
    if state is SaleState.CLOSED and sale.closes_at:
        return words.say("detail.closed", closed=words.moment(sale.closes_at, activity.timezone))
    if state is SaleState.BY_CONTACT:
        return words.say(f"contact.{activity.kind}" if _has(words, f"contact.{activity.kind}") else "contact.other")
    if state is SaleState.OPEN:
        return (
            words.say("detail.open", closes=words.moment(sale.closes_at, activity.timezone)) if sale.closes_at else ""
        )
    return words.say(f"detail.{state.value}")


def when(words: Words, offer: Offer, now: datetime) -> str:
    """From the first moment to the last; for several sessions, how many between which days. That it was moved is news
    until it is over."""
    activity = offer.activity
    if activity.status == ActivityStatus.POSTPONED:
        return words.say("new_date")
    if activity.moved_at and (activity.ends_at is None or activity.ends_at > now):
        return words.say("moved_to", when=_when_it_is(words, offer))
    return _when_it_is(words, offer)


def _when_it_is(words: Words, offer: Offer) -> str:
    activity, sessions = offer.activity, offer.sessions
    if len(sessions) > 1:
        first, last = (text.day_short(session.day, words.lang) for session in (sessions[0], sessions[-1]))
        return words.say("sessions_between", n=len(sessions), first=first, last=last)
    if activity.starts_at is None or activity.ends_at is None:
        return words.say("any_time")
    return text.span(activity.starts_at, activity.ends_at, activity.timezone, words.lang)


def next_session(words: Words, offer: Offer, now: datetime) -> str:
    """Of an activity of several sessions that is under way, which comes next and when; empty else."""
    ahead = [session for session in offer.sessions if session.starts_at > now]
    if offer.activity.status != ActivityStatus.PUBLISHED or not ahead or len(ahead) == len(offer.sessions):
        return ""
    when = words.moment(ahead[0].starts_at, offer.activity.timezone)
    return words.say("next_session", number=ahead[0].number, n=len(offer.sessions), when=when)


def session_hours(words: Words, session: SessionOffer) -> str:
    hours = {"start": text.hour(session.starts, words.lang), "end": text.hour(session.ends, words.lang)}
    return words.say("hours", **hours)


def where(words: Words, activity: ActivityOffer) -> str:
    """The name of the place, or the city, or online, or where a coach stops."""
    place = activity.place
    known = ", ".join(typeset(part, words.lang) for part in (place.name, place.city) if part)
    if known:
        return known
    if place.online:
        return words.say("online")
    return words.say("boarding", stops=", ".join(stop_names(place))) if place.stops else ""


def where_note(words: Words, activity: ActivityOffer) -> str:
    """The street under the name of the place; that one may also follow online."""
    place = activity.place
    street = ", ".join(typeset(part, words.lang) for part in (place.address, place.postal_code) if part)
    hybrid = words.say("also_online") if place.online and place.city else ""
    return street or hybrid


def stop_names(place: Venue) -> list[str]:
    """« Alma 14 h » is the stop at Alma."""
    return [re.split(r"\s+\d", stop)[0] for stop in place.stops]


def left(words: Words, offer: Offer) -> str:
    """The places left, in plain words; empty when there is nothing to say."""
    places = offer.places
    bounded = [product for product in places if product.left is not None]
    if not bounded or len(bounded) < len(places) or offer.sold_out:
        return words.say("left.none") if offer.sold_out else ""
    shared = {tuple(product.uses) for product in places}
    if len(shared) == 1 and len(key := shared.pop()) == 1:
        resource = offer.resources[key[0]]
        return count_left(words, resource.left, resource.capacity)
    last = all(_is_last(product.left or 0, _capacity(offer, product)) for product in bounded)
    return words.say("left.last" if last else "left.some")


def left_of(words: Words, offer: Offer, product: ProductOffer) -> str:
    """The same for one product; empty when its activity has one kind of place only."""
    if product.left is None or (
        len({tuple(p.uses) for p in offer.places}) == 1 and not (product.on_request or product.level.is_level)
    ):
        return ""
    if product.left <= 0:
        return words.say("left.product_none")
    return words.say("left.product", n=product.left)


def count_left(words: Words, count: int, capacity: int) -> str:
    return words.say("left.few" if _is_last(count, capacity) else "left.count", n=count)


def notes(words: Words, offer: Offer) -> Iterator[str]:
    """From how many people it takes place, then every note, in order; a kind that pages do not know is left out."""
    activity = offer.activity
    yield from decision(words, offer)
    for note in activity.notes:
        sentence = _sentence(words, note, activity.timezone)
        if sentence:
            yield sentence


def decision(words: Words, offer: Offer) -> Iterator[str]:
    """From how many people it takes place, how many there is room for, and the day that is decided."""
    least, day = offer.activity.min_people, offer.activity.decides_on
    if not least or not day or offer.activity.waits_for_date:
        return
    said = words.day(day)
    if places := offer.resources.get(PLACES):
        yield words.say("decision.between", min=least, max=places.capacity, day=said)
    else:
        yield words.say("decision.from", min=least, day=said)


def _sentence(words: Words, note: Note, zone: str) -> str:
    own = words.in_(note.text) if note.text else ""
    match note.kind:
        case "text":
            return own
        case "prerequisite":
            return words.say("note.prerequisite", text=own[:1].lower() + own[1:])
        case "funding":
            return words.say("note.funding", text=own)
        case "pavilions":
            return words.say("note.pavilions", names=", ".join(words.in_(label) for label in note.labels))
        case "substitution":
            return words.say(f"note.substitution.{note.values['rule']}")
        case _:
            return _with_values(words, note, zone)


def _with_values(words: Words, note: Note, zone: str) -> str:
    """Notes whose sentence only needs its values written in the page's language."""
    key = f"note.{note.kind}"
    if not words.catalogue.has(f"storefront.{key}"):
        return ""
    return words.say(key, **{name: _written(words, name, value, zone) for name, value in note.values.items()})


def _written(words: Words, name: str, value: NoteValue, zone: str) -> NoteValue:
    """A day and a moment in words, a list as one line; the rest as it is."""
    if isinstance(value, list):
        return ", ".join(value)
    if name in NOTE_DAYS:
        return words.day(date.fromisoformat(str(value)))
    if name in NOTE_MOMENTS:
        return words.moment(datetime.fromisoformat(str(value)), zone) if value else ""
    if name == "hours":
        return text.number(Decimal(value).normalize(), words.lang)
    return value


def _is_last(count: int, capacity: int) -> bool:
    return count <= max(LAST_FEW, capacity // LAST_PART)


def _capacity(offer: Offer, product: ProductOffer) -> int:
    return units_left(product.uses, {key: resource.capacity for key, resource in offer.resources.items()}) or 0


def _has(words: Words, key: str) -> bool:
    return words.catalogue.has(f"storefront.{key}")
