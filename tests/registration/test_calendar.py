"""Calendars as programs read them: the hours, by the rules of the zone that the file carries."""

import re
import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlmodel import col, delete, select

from kit.mailbox import Outbox
from registration.catalog.calendars.view import activity_calendar
from registration.catalog.models import ActivitySession
from registration.links import Links
from registration.registrations.queries import attendees_of
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration import reading
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
def test_calendar_time_zone_follows_the_rules_of_its_zone(service: Any, day: str, hour: int) -> None:
    """The times are wall-clock and name a zone: its rules in the file must agree with the world's, in spring too."""
    written = _written(service)
    [zone] = written.walk("VTIMEZONE")
    wall = datetime.fromisoformat(day).replace(hour=hour)
    ours, theirs = zone.to_tz(lookup_tzid=False), ZoneInfo(str(zone["TZID"]))
    assert wall.replace(tzinfo=ours).utcoffset() == wall.replace(tzinfo=theirs).utcoffset()


def _written(service: Any) -> Calendar:
    offer = make.offer_of(service.db, "ef2-chicoutimi-2027")
    return Calendar.from_ical(activity_calendar(offer, "fr", "https://example.org"))


def test_calendar_from_a_personal_page_holds_no_personal_link(service: Any, browser: Browser, clock: FakeClock) -> None:
    """Calendars are shared with colleagues and assistants; a link that cancels is not."""
    mine = make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    links = Links(HOME, service.settings.ticket_key)
    with service.db.read() as session:
        [place] = attendees_of(session, mine)
    for page in (links.registration(mine, 1), links.attendee(place.id, 1)):
        written = browser().get(f"{page}/calendar.ics").text.replace("\r\n ", "")
        assert page.rsplit("/", 1)[1] not in written
        shown = browser().get(page).text
        assert "calendar.google.com" in shown and "outlook.office.com" in shown and "google.com/maps" in shown
        assert all(page.rsplit("/", 1)[1] not in link for link in re.findall(r'href="(https://[^"]*)"', shown))
        assert f"URL:{HOME}/fr/activites/" in written


def test_letters_of_a_signup_lead_to_a_map_and_to_three_calendars(service: Any, browser: Browser) -> None:
    """The contact's and an attendee's; what they lead to is public, and holds nobody's link."""
    contact = {"first_name": "Maude", "last_name": "Contact", "email": "maude@example.org"}
    person = {"first_name": "Zoé", "last_name": "Roy", "email": "zoe@example.org"}
    item = {"product": "car", "who": "non_member", "quantity": 1, "attendees": [person]}
    asked = {"contact": contact, "company": "Usinage", "items": [item], "method": "invoice", "terms_accepted": True}
    made = browser().post(f"/api/activities/{COCKTAIL}/registrations", json=asked | {"contact_attends": False})
    assert made.status_code == 201
    with service.db.read() as session:
        letters = [row.body for row in session.exec(select(Outbox).where(Outbox.type == "SendMessage")).all()]
    assert {letter["kind"] for letter in letters} == {"registration_confirmed", "ticket"}
    for values in (letter["values"] for letter in letters):
        assert values["map_url"].startswith("https://www.google.com/maps/")
        assert [one["name"] for one in values["calendars"]] == ["Google", "Outlook"]
        assert browser().get(values["calendar_url"]).headers["content-type"].startswith("text/calendar")


def test_calendar_without_a_date_is_not_offered(service: Any, browser: Browser, cocktail: uuid.UUID) -> None:
    """One signs up all the same; no page offers a calendar without a day in it, and no letter brings one."""
    with service.db.write() as session:
        session.execute(delete(ActivitySession).where(col(ActivitySession.activity_id) == cocktail))
    reading.change(service, COCKTAIL, starts_at=None, ends_at=None, cancellation=[], version=9)
    visitor = browser()
    assert "En tout temps" in reading.text(visitor, reading.path(COCKTAIL))
    assert "Votre choix" in reading.text(visitor, reading.path(COCKTAIL) + "/inscription")
    person = {"first_name": "Zoé", "last_name": "Roy", "email": "zoe@example.org"}
    item = {"product": "car", "who": "non_member", "quantity": 1, "attendees": [person]}
    contact = {"first_name": "Maude", "last_name": "Contact", "email": "maude@example.org"}
    asked = {"contact": contact, "company": "Usinage", "items": [item], "method": "invoice", "terms_accepted": True}
    made = visitor.post(f"/api/activities/{COCKTAIL}/registrations", json=asked | {"contact_attends": False}).json()
    with service.db.read() as session:
        letters = [row.body for row in session.exec(select(Outbox).where(Outbox.type == "SendMessage")).all()]
        [place] = attendees_of(session, uuid.UUID(made["id"]))
    assert {letter["kind"]: letter["attachments"] for letter in letters} == {"registration_confirmed": [], "ticket": []}
    own = Links(HOME, service.settings.ticket_key).attendee(place.id, 1)
    for page in (made["personal_url"], own):
        assert "calendar.ics" not in visitor.get(page).text
        assert visitor.get(f"{page}/calendar.ics").status_code == 404


def test_form_of_a_free_activity_does_not_mention_refunds(browser: Browser) -> None:
    """The page, the form and the letters say the rule in the same words."""
    read = browser().get("/fr/activites/webinaire-fraude/inscription").text
    assert "Annulation en un clic jusqu’au" in read and "emboursement" not in read
