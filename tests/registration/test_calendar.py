"""Calendars as programs read them: the hours, by the rules of the zone that the file carries."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from registration.catalog.calendar import activity_calendar
from registration.links import Links
from registration.signup.actions import attendees_of
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, HOME, Browser


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        ("2027-03-13", 17),
        ("2027-03-14", 4),
        ("2027-03-14", 9),
        ("2027-04-15", 8),
        ("2027-07-01", 17),
        ("2027-11-07", 9),
    ],
)
def test_the_rules_of_the_zone_give_the_hours_of_the_zone(service: Any, day: str, hour: int) -> None:
    """The times are wall-clock and name a zone: its rules in the file must agree with the world's, in spring too."""
    written = _written(service)
    [zone] = written.walk("VTIMEZONE")
    wall = datetime.fromisoformat(day).replace(hour=hour)
    ours, theirs = zone.to_tz(lookup_tzid=False), ZoneInfo(str(zone["TZID"]))
    assert wall.replace(tzinfo=ours).utcoffset() == wall.replace(tzinfo=theirs).utcoffset()


def _written(service: Any) -> Calendar:
    offer = make.offer_of(service.db, "ef2-chicoutimi-2027")
    return Calendar.from_ical(activity_calendar(offer, "fr", "https://example.org"))


def test_a_calendar_taken_from_a_personal_page_says_no_personal_link(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    """Calendars are shared with colleagues and assistants; a link that cancels is not."""
    mine = make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    links = Links(HOME, service.settings.ticket_key)
    with service.db.read() as session:
        [place] = attendees_of(session, mine)
    for page in (links.registration(mine, 1), links.attendee(place["id"], 1)):
        written = browser().get(f"{page}/calendar.ics").text.replace("\r\n ", "")
        assert page.rsplit("/", 1)[1] not in written
        assert f"URL:{HOME}/fr/activites/" in written


def test_a_free_activity_speaks_of_no_refund_in_its_form(browser: Browser) -> None:
    """The page, the form and the letters say the rule in the same words."""
    read = browser().get("/fr/activites/webinaire-fraude/inscription").text
    assert "Annulation en un clic jusqu’au" in read and "emboursement" not in read
