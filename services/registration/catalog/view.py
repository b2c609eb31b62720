"""How the catalogue is told: addresses of its pages, its calendar file, the words for dates and places."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from kit import text
from kit.clock import local
from kit.contracts import Bilingual
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_activity import ActivityOffer, SessionOffer, is_end_of_day
from registration.catalog.rules import ActivityStatus

PRODUCT = "-//Guichet//Guichet 1//FR"
STATUS = {ActivityStatus.CANCELLED: "CANCELLED", ActivityStatus.POSTPONED: "TENTATIVE"}
# DTSTAMP must be there and must rise when the activity changes; it says nothing else, so it is counted from here.
STAMPS_FROM = datetime(2026, 1, 1, tzinfo=UTC)
HOW_OFTEN = "PT4H"


def activity_calendar(offer: Offer, lang: str, url: str, method: str = "PUBLISH") -> str:
    """One activity, each session an event that leads to `url`. `method` is PUBLISH or CANCEL."""
    calendar = _calendar(method)
    for event in _events(offer, lang, url):
        calendar.add_component(event)
    return _written(calendar, [offer])


def feed(offers: Iterable[Offer], lang: str, address: Callable[[ActivityOffer], str], name: str) -> str:
    """Several activities to subscribe to, under one name; `address` is where the page of each is."""
    offers = list(offers)
    calendar = _calendar("PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-published-ttl", HOW_OFTEN)
    for offer in offers:
        for event in _events(offer, lang, address(offer.activity)):
            calendar.add_component(event)
    return _written(calendar, offers)


def place_line(activity: ActivityOffer) -> str:
    """Where it is, on one line; empty when the file of the activity does not say."""
    place = activity.place
    return ", ".join(part for part in (place.name, place.address, place.city, place.postal_code) if part)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _events(offer: Offer, lang: str, url: str) -> Iterable[Event]:
    for session in offer.sessions:
        yield _event(offer, session, lang, url)


def _event(offer: Offer, session: SessionOffer, lang: str, url: str) -> Event:
    activity, zone = offer.activity, ZoneInfo(offer.activity.timezone)
    several = len(offer.sessions) > 1
    parts = (session.title.in_(lang), activity.summary.in_(lang), url)
    event = Event()
    event.add("uid", f"{session.id}@guichet")
    event.add("dtstamp", STAMPS_FROM + timedelta(hours=activity.version))
    event.add("sequence", activity.version)
    event.add("dtstart", session.starts_at.astimezone(zone))
    event.add("dtend", session.ends_at.astimezone(zone))
    with_resources = f" ({session.number}/{len(offer.sessions)})" if several else ""
    event.add("summary", activity.title.in_(lang) + with_resources)
    event.add("description", "\n\n".join(part for part in parts if part))
    event.add("url", url)
    event.add("status", STATUS.get(activity.status, "CONFIRMED"))
    if place_line(activity):
        event.add("location", place_line(activity))
    return event


def _written(calendar: Calendar, offers: Iterable[Offer]) -> str:
    """With the rules of its zones, for the years it covers and no others (all of them would weigh kilobytes)."""
    moments = [moment for offer in offers for s in offer.sessions for moment in (s.starts_at, s.ends_at)]
    if moments:
        year = timedelta(days=366)
        calendar.add_missing_timezones((min(moments) - year).date(), (max(moments) + year).date())
    return str(calendar.to_ical().decode())


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
