"""The calendar of an activity, as a file or as part of a feed. An event keeps its UID for ever; its SEQUENCE rises when
its dates, its place or its state move, so that a calendar that holds it moves the same entry."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from registration.catalog.calendars.rules import Withdrawn
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_activity import ActivityOffer, SessionOffer
from registration.catalog.rules import ActivityStatus
from registration.catalog.view import place_line

PRODUCT = "-//Guichet//Guichet 1//FR"
STATUS = {ActivityStatus.CANCELLED: "CANCELLED", ActivityStatus.POSTPONED: "TENTATIVE"}
# DTSTAMP must be there and must rise when the activity changes; it says nothing else, so it is counted from here.
STAMPS_FROM = datetime(2026, 1, 1, tzinfo=UTC)
HOW_OFTEN = "PT4H"


def activity_calendar(offer: Offer, lang: str, url: str) -> str:
    """One activity, each session an event that leads to `url`. One that is cancelled takes its events back."""
    off = offer.activity.status is ActivityStatus.CANCELLED
    calendar = _calendar("CANCEL" if off else "PUBLISH")
    for event in _events(offer, lang, url):
        calendar.add_component(event)
    return _written(calendar, [offer])


def withdrawn_calendar(offer: Offer, withdrawn: Sequence[Withdrawn], lang: str, url: str) -> str:
    """Takes back the events of sessions that the activity had."""
    calendar = _calendar("CANCEL")
    for session in withdrawn:
        event = _base(offer, session.id, url)
        event.add("dtstart", session.starts_at.astimezone(UTC))
        event.add("dtend", session.ends_at.astimezone(UTC))
        event.add("summary", offer.activity.title.in_(lang))
        event.add("status", "CANCELLED")
        calendar.add_component(event)
    return str(calendar.to_ical().decode())


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
    event = _base(offer, session.id, url)
    event.add("dtstart", session.starts_at.astimezone(zone))
    event.add("dtend", session.ends_at.astimezone(zone))
    with_resources = f" ({session.number}/{len(offer.sessions)})" if several else ""
    event.add("summary", activity.title.in_(lang) + with_resources)
    event.add("description", "\n\n".join(part for part in parts if part))
    event.add("status", STATUS.get(activity.status, "CONFIRMED"))
    if place_line(activity):
        event.add("location", place_line(activity))
    return event


def _base(offer: Offer, session_id: uuid.UUID, url: str) -> Event:
    """Which event it is, and how new what is said of it."""
    said_at = STAMPS_FROM + timedelta(hours=offer.activity.version)
    event = Event()
    event.add("uid", f"{session_id}@guichet")
    event.add("dtstamp", said_at)
    event.add("last-modified", said_at)
    event.add("sequence", offer.activity.calendar_sequence)
    event.add("url", url)
    return event


def _written(calendar: Calendar, offers: Iterable[Offer]) -> str:
    """With the rules of its zones, for the years it covers and no others (all of them would weigh kilobytes)."""
    moments = [moment for offer in offers for s in offer.sessions for moment in (s.starts_at, s.ends_at)]
    if moments:
        year = timedelta(days=366)
        calendar.add_missing_timezones((min(moments) - year).date(), (max(moments) + year).date())
    return str(calendar.to_ical().decode())
