"""Entries that live on in people's calendars: the same UID always, a higher number at each move, an end."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar, Event

from kit.sql import column, table
from registration.catalog.actions import changed
from registration.catalog.calendars import actions
from registration.catalog.calendars.queries import withdrawn_of
from registration.catalog.models import Activity, ActivitySession
from registration.catalog.rules import ActivityStatus
from registration.mailings import flows
from registration.mailings.rules import Occasion
from tests.fakes.clock import FakeClock
from tests.registration import reading
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.mailing import begun, letters, new


def entry(browser: Browser, clock: FakeClock) -> tuple[str, Event]:
    """The method and the event of the cocktail's file; pages remember what they read for a moment."""
    clock.advance(seconds=2)
    written = Calendar.from_ical(browser().get(f"{reading.path(COCKTAIL)}.ics").text)
    [event] = written.walk("VEVENT")
    return str(written["METHOD"]), event


def feed(browser: Browser) -> list[Event]:
    return list(Calendar.from_ical(browser().get("/fr/calendrier.ics").text).walk("VEVENT"))


def saved(client: Any, activity: uuid.UUID, section: str, **fields: Any) -> None:
    whole = client.get(f"/api/staff/activities/{activity}/draft").json()[section]
    answer = client.put(f"/api/staff/activities/{activity}/{section}", json=whole | fields)
    assert answer.status_code == 200, answer.text


def move(service: Any, activity: uuid.UUID, **values: Any) -> None:
    """What postponing and cancelling do, in one transaction."""
    with service.db.write() as session:
        changed(session, activity)
        of = column(Activity.id) == activity
        session.execute(sa.update(table(Activity)).where(of).values(values))
        actions.moved(session, activity)


def test_entry_moves_with_the_place_and_with_the_hours_and_with_nothing_else(
    browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    client, (_, before) = browser("coordinator"), entry(browser, clock)
    whole = client.get(f"/api/staff/activities/{cocktail}/draft").json()
    saved(client, cocktail, "essentials", summary={"fr": "Autre résumé", "en": "Another summary"})
    _, same = entry(browser, clock)
    assert same["SEQUENCE"] == before["SEQUENCE"], "another summary moves nothing"
    assert same["DTSTAMP"].dt > before["DTSTAMP"].dt and same["LAST-MODIFIED"].dt == same["DTSTAMP"].dt
    saved(client, cocktail, "essentials", place=whole["essentials"]["place"] | {"name": "Salle Sans-Nom"})
    _, elsewhere = entry(browser, clock)
    assert elsewhere["SEQUENCE"] == before["SEQUENCE"] + 1 and "Salle Sans-Nom" in str(elsewhere["LOCATION"])
    starts = whole["dates"]["starts"]
    saved(client, cocktail, "dates", starts=starts.replace("T17:", "T16:"))
    _, earlier = entry(browser, clock)
    assert earlier["SEQUENCE"] == before["SEQUENCE"] + 2 and earlier["DTSTART"].dt.hour == 16
    assert earlier["UID"] == before["UID"]
    [followed] = [one for one in feed(browser) if one["UID"] == before["UID"]]
    assert followed["SEQUENCE"] == earlier["SEQUENCE"], "the feed follows"


@pytest.mark.parametrize(
    ("status", "method", "said"),
    [(ActivityStatus.CANCELLED, "CANCEL", "CANCELLED"), (ActivityStatus.POSTPONED, "PUBLISH", "TENTATIVE")],
)
def test_entry_of_what_is_cancelled_or_postponed_says_so(
    service: Any,
    browser: Browser,
    clock: FakeClock,
    cocktail: uuid.UUID,
    status: ActivityStatus,
    method: str,
    said: str,
) -> None:
    _, before = entry(browser, clock)
    move(service, cocktail, status=status)
    found, after = entry(browser, clock)
    assert (found, str(after["STATUS"]), after["UID"]) == (method, said, before["UID"])
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    in_feed = [str(one["STATUS"]) for one in feed(browser) if one["UID"] == before["UID"]]
    assert in_feed == ([said] if method == "CANCEL" else []), "what waits for its date is in the feed no more"


@pytest.mark.parametrize(
    ("occasion", "status", "method"),
    [
        (Occasion.CANCELLED, ActivityStatus.CANCELLED, "CANCEL"),
        (Occasion.POSTPONED, ActivityStatus.PUBLISHED, "PUBLISH"),
    ],
)
def test_letter_of_a_move_brings_the_entry_as_it_is_now(
    service: Any,
    clock: FakeClock,
    cocktail: uuid.UUID,
    signed_up: Any,
    occasion: Occasion,
    status: ActivityStatus,
    method: str,
) -> None:
    move(service, cocktail, status=status)
    begun(service.db, new(cocktail, occasion=occasion, choice=True), clock())
    flows.work(service)
    for letter in letters(service.db):
        [file] = letter["attachments"]
        assert f"METHOD:{method}" in file["text"] and "SEQUENCE:1" in file["text"]
        assert letter["values"]["choice"] and letter["values"]["occasion"] == occasion.value
        assert bool(letter["values"]["calendar_url"]) is (method == "PUBLISH")


def test_letter_that_staff_wrote_brings_no_entry(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, signed_up: Any
) -> None:
    begun(service.db, new(cocktail), clock())
    flows.work(service)
    assert [letter["attachments"] for letter in letters(service.db)] == [[]]


def test_session_that_was_taken_out_is_taken_out_of_calendars(
    service: Any, clock: FakeClock, cocktail: uuid.UUID, signed_up: Any
) -> None:
    with service.db.write() as session:
        row = session.execute(sa.select(table(ActivitySession))).mappings().first()
        extra = {**row, "id": uuid.uuid4(), "activity_id": cocktail, "number": 2}
        session.execute(sa.insert(table(ActivitySession)).values(extra))
    with service.db.write() as session:
        changed(session, cocktail)
        actions.withdraw(session, session.get_one(ActivitySession, extra["id"]))
        actions.moved(session, cocktail)
    begun(service.db, new(cocktail, occasion=Occasion.POSTPONED), clock())
    flows.work(service)
    kept, gone = letters(service.db)[0]["attachments"]
    assert "METHOD:PUBLISH" in kept["text"] and str(extra["id"]) not in kept["text"]
    [event] = Calendar.from_ical(gone["text"]).walk("VEVENT")
    assert "METHOD:CANCEL" in gone["text"] and str(event["UID"]) == f"{extra['id']}@guichet"
    assert (str(event["STATUS"]), event["SEQUENCE"]) == ("CANCELLED", 1)
    with service.db.write() as session:
        assert [one.starts_at for one in withdrawn_of(session, cocktail)] == [extra["starts_at"]]
        actions.restored(session, extra["id"])
        assert withdrawn_of(session, cocktail) == []


def test_editor_that_takes_a_session_of_a_published_activity_out_remembers_it(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    new_one = {"preset": "cocktail", "title_fr": "Deux soirs", "day": "2027-05-06", "place": "Salle"}
    activity = uuid.UUID(client.post("/api/staff/activities", json=new_one).json()["id"])
    first = {"number": 1, "day": "2027-05-06", "starts": "17:00", "ends": "19:00"}
    second = first | {"number": 2, "day": "2027-05-07"}
    saved(client, activity, "dates", sessions=[first, second])
    saved(client, activity, "dates", sessions=[first])
    with service.db.read() as session:
        assert withdrawn_of(session, activity) == [], "no calendar has what nobody was shown"
    saved(client, activity, "dates", sessions=[first, second])
    assert client.post(f"/api/staff/activities/{activity}/publish", json={}).status_code == 200
    saved(client, activity, "dates", sessions=[first])
    with service.db.read() as session:
        [gone] = withdrawn_of(session, activity)
    assert gone.ends_at - gone.starts_at == timedelta(hours=2)


def test_entry_moves_with_the_title_and_with_being_taken_back_and_shown_again(
    browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    client, (_, before) = browser("coordinator"), entry(browser, clock)
    saved(client, cocktail, "essentials", title={"fr": "Cocktail de printemps", "en": "Spring cocktail"})
    _, renamed = entry(browser, clock)
    assert "printemps" in renamed["SUMMARY"] and renamed["SEQUENCE"] == before["SEQUENCE"] + 1
    for act in ("withdraw", "publish"):
        answer = client.post(f"/api/staff/activities/{cocktail}/{act}", json={})
        assert answer.status_code == 200, answer.text
    _, shown = entry(browser, clock)
    assert shown["SEQUENCE"] == renamed["SEQUENCE"] + 1, "taken back is a move; shown again is none"
