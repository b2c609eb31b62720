"""Staff's lists and one registration: what they show, how they are narrowed, who may, at what cost."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from kit.contracts.callers import Caller
from kit.text import sort_key
from registration.checkin import actions as checkin
from registration.checkin.actions import Gesture
from registration.history import queries as history
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.tables import attendees, registrations

GOLF = "golf-2027"


def change(service: Any, table: Any, row_id: uuid.UUID, **values: Any) -> None:
    with service.db.write() as session:
        session.execute(table.update().where(table.c.id == row_id).values(**values))


def places(service: Any, registration_id: uuid.UUID) -> list[Any]:
    with service.db.read() as session:
        query = sa.select(attendees).where(attendees.c.registration_id == registration_id)
        return list(session.execute(query.order_by(attendees.c.position)).all())


def listed(browser: Browser, cocktail: uuid.UUID, **narrowed: Any) -> list[uuid.UUID]:
    answer = browser("coordinator").get(f"/api/staff/activities/{cocktail}/registrations", params=narrowed)
    assert answer.status_code == 200, answer.text
    return [uuid.UUID(row["id"]) for row in answer.json()["registrations"]]


def test_activities_for_staff_show_places_and_money(
    service: Any, browser: Browser, cocktail: uuid.UUID, signed_up: Any
) -> None:
    rows = browser("accountant").get("/api/staff/activities").json()
    row = next(row for row in rows if row["id"] == str(cocktail))
    assert row["resources"] == [
        {"key": "places", "label_fr": "", "label_en": "", "taken": 4, "reserved": 0, "capacity": 330}
    ]
    assert row["tally"] == {"registrations": 2, "people": 3, "unnamed": 1, "expected": 29319, "owed": 29319}, (
        "held money is not"
    )
    assert rows == sorted(rows, key=lambda row: (row["starts_at"] is None, row["starts_at"]))
    for by in ("filled", "registrations", "people", "expected"):
        assert browser("accountant").get("/api/staff/activities", params={"sort": by}).json()[0]["key"] == COCKTAIL
    titles = [row["title_fr"] for row in browser("accountant").get("/api/staff/activities?sort=title").json()]
    assert titles == sorted(titles, key=sort_key)
    page = browser("accountant").get("/staff/activities?sort=people").text
    assert 'aria-sort="descending"><a href="http://registration.test/staff/activities">' in page
    found = browser("accountant").get("/api/staff/activities", params={"q": "equipementiers"}).json()
    assert [row["key"] for row in found] == [COCKTAIL]


def test_activities_of_the_past_are_listed_apart(service: Any, browser: Browser, clock: FakeClock) -> None:
    coming = len(browser("director").get("/api/staff/activities").json())
    clock.advance(days=60)
    past = browser("director").get("/api/staff/activities", params={"past": True}).json()
    assert past == sorted(past, key=lambda row: row["starts_at"], reverse=True)
    assert len(past) + len(browser("director").get("/api/staff/activities").json()) == coming
    assert past and all(row["state"] == "past" for row in past)


def test_registrations_are_narrowed_and_sorted(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, signed_up: Any
) -> None:
    first, held, last = signed_up
    assert listed(browser, cocktail) == [last, held, first]
    assert listed(browser, cocktail, sort="oldest") == [first, held, last]
    assert listed(browser, cocktail, q="NOEL fonderie") == [last]
    assert listed(browser, cocktail, status="held") == [held]
    assert listed(browser, cocktail, method="card") == [held]
    assert listed(browser, cocktail, unnamed=True) == [first]
    assert listed(browser, cocktail, unpaid=True) == [last, first]
    change(service, registrations, last, paid_at=clock())
    change(service, registrations, held, status="expired")
    assert listed(browser, cocktail, unpaid=True) == [first]
    assert listed(browser, cocktail) == [last, first]
    assert listed(browser, cocktail, status="expired") == [held]


def test_attendees_are_narrowed_and_sorted(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, signed_up: Any
) -> None:
    def names(**narrowed: Any) -> list[str]:
        answer = browser("coordinator").get(f"/api/staff/activities/{cocktail}/attendees", params=narrowed)
        return [row["name"] for row in answer.json()["attendees"]]

    elise = places(service, signed_up[0])[0]
    with service.db.write() as session:
        checkin.check_in(session, Gesture(cocktail, elise.id, 1), Caller(frozenset(), "u", "Anne"), clock())
    assert names() == ["", "Élise Côté", "Zoé Roy"]
    assert names(sort="name_desc") == ["Zoé Roy", "Élise Côté", ""]
    assert names(q="elise") == names(show="arrived") == ["Élise Côté"]
    assert names(show="absent") == ["", "Zoé Roy"]
    assert names(show="unnamed") == [""]
    assert names(show="held") == ["Karl Carte"]
    change(service, attendees, elise.id, status="cancelled")
    assert names(show="cancelled") == ["Élise Côté"]


def test_registration_page_shows_everything(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, signed_up: Any
) -> None:
    elise = places(service, signed_up[0])[0]
    with service.db.write() as session:
        checkin.check_in(session, Gesture(cocktail, elise.id, 1), Caller(frozenset(), "u", "Anne"), clock())
    page = browser("coordinator").get(f"/staff/registrations/{signed_up[0]}")
    assert page.status_code == 200
    for text in (
        "Maude Contact",
        "Élise Côté",
        "Nom à venir",
        elise.code,
        "195,46",
        "Entrée",
        "Anne",
        "Inscription confirmée",
    ):
        assert text in page.text
    assert f"/r/{signed_up[0]}/" in page.text
    assert "La facturation ne répond pas" in page.text, "billing is down, and the page says so"
    read = browser("accountant").get(f"/staff/registrations/{signed_up[0]}")
    assert f"/r/{signed_up[0]}/" not in read.text and "resend" not in read.text, "an accountant reads"


def test_registration_api_shows_the_same_as_the_page(browser: Browser, signed_up: Any) -> None:
    found = browser("director").get(f"/api/staff/registrations/{signed_up[0]}").json()
    assert (found["total"], found["billing"], found["order"]) == (19546, "down", None)
    assert [person["name"] for person in found["attendees"]] == ["Élise Côté", ""]
    assert found["history"][-1]["action"] == "registration.confirmed"
    assert browser("director").get(f"/api/staff/registrations/{uuid.uuid4()}").status_code == 404


def test_confidential_answers_are_asked_for_and_recorded_in_history(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    clock.advance(days=60)
    golf = make.registered(
        service.db, GOLF, "golf-souper", ["Élise Côté"], clock(), answers={"q-allergie": "Arachides"}
    )
    coordinator, address = browser("coordinator", name="Anne"), f"/staff/registrations/{golf}"
    assert "Arachides" not in coordinator.get(address).text and "Bœuf" in coordinator.get(address).text
    assert "Arachides" in coordinator.post(address + "/answers").text
    assert "Arachides" not in coordinator.get(address).text
    with service.db.read() as session:
        entry = history.of(session, golf)[0]
    assert (entry.action, entry.actor) == ("registration.sensitive_shown", "Anne")
    given = coordinator.post(f"/api/staff/registrations/{golf}/answers").json()
    assert "Arachides" in [answer["value"] for answer in given]
    assert "Arachides" not in str(coordinator.get(f"/api/staff/registrations/{golf}").json())
    for role in ("accountant", "door"):
        assert browser(role).post(address + "/answers").status_code == 403


def test_cancellation_of_some_says_what_will_happen_then_does_it(
    service: Any, browser: Browser, clock: FakeClock, signed_up: Any
) -> None:
    one = places(service, signed_up[0])[1]
    coordinator, address = browser("coordinator"), f"/staff/registrations/{signed_up[0]}"
    asked = coordinator.get(address + "/cancel", params={"place": str(one.id)}).text
    assert "1 place sera annulée" in asked and "85,00" in asked and one.code in asked
    assert coordinator.get(address).text.count("Annulée") == 0, "asking cancels nothing"
    other = coordinator.get(address + "/cancel", params={"place": str(one.id), "percent": 40}).text
    assert "51,00" in other and "34,00" in other
    done = coordinator.post(address + "/cancel", data={"place": str(one.id), "percent": "40"})
    assert done.status_code == 303
    assert "L’annulation est faite" in coordinator.get(done.headers["location"]).text
    assert [place.status for place in places(service, signed_up[0])] == ["active", "cancelled"]


def test_cancellation_of_all_by_api_sent_again_happens_once(service: Any, browser: Browser, signed_up: Any) -> None:
    director, address = browser("director"), f"/api/staff/registrations/{signed_up[0]}"
    assert director.post(address + "/resend").json() == {"messages": 1}
    done = director.post(address + "/cancel", json={}, headers={"Idempotency-Key": "once"}).json()
    assert done == {"whole": True, "people": 2, "credit": 17000, "kept": 0}
    again = director.post(address + "/cancel", json={}, headers={"Idempotency-Key": "once"})
    assert again.json() == done and again.headers["Idempotent-Replayed"] == "true"
    refused = director.post(address + "/cancel", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "NotInThisState")
    assert director.post(address + "/resend").status_code == 409


def test_activity_pages_for_staff_open(service: Any, browser: Browser, cocktail: uuid.UUID, signed_up: Any) -> None:
    director = browser("director")
    assert "caricatures" in director.get("/staff/activities").text
    assert "Maude Contact" in director.get(f"/staff/activities/{cocktail}").text
    nowhere = director.post(f"/staff/activities/{cocktail}", data={"q": "zzz"}).headers["location"]
    assert "Aucun résultat" in director.get(nowhere).text
    listed = director.get(f"/staff/activities/{cocktail}/attendees").text
    assert "Roy, Zoé" in listed and 'class="tick"' in listed and "personnes confirmées</p>" in listed
    assert "Inscriptions confirmées</span>" in listed and "Personnes confirmées</span>" in listed
    assert "Attendees" in browser("director", lang="en").get(f"/staff/activities/{cocktail}/attendees").text
    assert director.get(f"/staff/activities/{uuid.uuid4()}").status_code == 404


READS: list[Callable[[Any, Any], str]] = [
    lambda _activity, _registration: "/staff/activities",
    lambda activity, _registration: f"/staff/activities/{activity}",
    lambda activity, _registration: f"/staff/activities/{activity}/attendees",
    lambda _activity, registration: f"/staff/registrations/{registration}",
    lambda _activity, registration: f"/api/staff/registrations/{registration}",
]


@pytest.mark.parametrize(
    ("role", "reads", "acts"), [("director", 200, 200), ("accountant", 200, 403), ("door", 403, 403)]
)
def test_office_pages_by_role_open_to_who_may(
    browser: Browser, cocktail: uuid.UUID, signed_up: Any, role: str, reads: int, acts: int
) -> None:
    client = browser(role)
    assert {client.get(path(cocktail, signed_up[0])).status_code for path in READS} == {reads}
    assert client.get(f"/staff/registrations/{signed_up[0]}/cancel").status_code == acts
    assert client.post(f"/api/staff/registrations/{signed_up[0]}/resend").status_code == acts
