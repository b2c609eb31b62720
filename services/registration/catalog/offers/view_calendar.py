"""Where a visitor may put an activity: the calendars of Google and Outlook by a link, and a map for its address."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_activity import ActivityOffer
from registration.catalog.view import place_line

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.office.com/calendar/0/deeplink/compose"
MAP = "https://www.google.com/maps/search/"


def calendar_links(offer: Offer, lang: str, url: str) -> tuple[tuple[str, str], ...]:
    """Name and address for each calendar of the web; none for several sessions, which such a link cannot say."""
    if len(offer.sessions) != 1:
        return ()
    session, title, where = offer.sessions[0], offer.activity.title.in_(lang), place_line(offer.activity)
    stamps = f"{_stamp(session.starts_at)}/{_stamp(session.ends_at)}"
    google = {"action": "TEMPLATE", "text": title, "dates": stamps, "location": where, "details": url}
    outlook = {"subject": title, "location": where, "body": url, "rru": "addevent"}
    outlook |= {"startdt": session.starts_at.isoformat(), "enddt": session.ends_at.isoformat()}
    return ("Google", f"{GOOGLE}?{urlencode(google)}"), ("Outlook", f"{OUTLOOK}?{urlencode(outlook)}")


def map_url(activity: ActivityOffer) -> str:
    """A map of where it is; empty without a street."""
    if not activity.place.address:
        return ""
    return f"{MAP}?{urlencode({'api': 1, 'query': place_line(activity)})}"


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
