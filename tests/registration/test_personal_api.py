"""What holders of a link do by the API: the same as on their pages, and no more."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from registration.catalog.models import Question
from registration.changes.flows import PlaceChange, write_place
from registration.changes.rules import PersonNamed
from registration.history import queries as history
from registration.links import Links
from registration.registrations.queries import place
from registration.registrations.rules import NotInThisState
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, HOME, Browser
from tests.tables import attendees, registrations

GOLF_OPEN = datetime(2027, 5, 20, 16, tzinfo=UTC)
ZOE = {"first_name": "Zoé", "last_name": "Roy", "email": "zoe@example.org"}


@pytest.fixture
def mine(service: Any, clock: FakeClock) -> uuid.UUID:
    """A confirmed registration: Élise, and a place without a name."""
    return make.registered(service.db, COCKTAIL, "car", ["Élise Côté", ""], clock())


def holder(service: Any, browser: Browser, registration_id: uuid.UUID) -> TestClient:
    """Whoever has the contact's link."""
    client = browser()
    url = Links(HOME, service.settings.ticket_key).registration(registration_id, 1)
    client.headers["X-Link-Token"] = url.rsplit("/", 1)[1]
    return client


def test_places_are_read_and_named_by_api(service: Any, browser: Browser, mine: uuid.UUID) -> None:
    client, address = holder(service, browser, mine), f"/api/registrations/{mine}/attendees"
    first, second = client.get(address).json()
    assert (first["first_name"], second["first_name"], "/T/" in first["ticket"]) == ("Élise", "", True)
    once = {"Idempotency-Key": "name"}
    asked = {**ZOE, "answers": {"q-titre": "Directrice"}}
    named = client.post(f"{address}/{second['id']}", json=asked, headers=once).json()
    assert (named["last_name"], named["answers"], named["company"]) == (
        "Roy",
        {"q-titre": "Directrice"},
        second["company"],
    )
    again = client.post(f"{address}/{second['id']}", json=asked, headers=once)
    assert again.headers["Idempotent-Replayed"] == "true" and again.json() == named
    assert client.get(address).json()[1] == named
    wrong = client.post(f"{address}/{second['id']}", json={"first_name": "Zoé", "email": "pas une adresse"})
    assert (wrong.status_code, set(wrong.json()["errors"])) == (422, {"last_name", "email"})
    assert client.post(f"{address}/{uuid.uuid4()}", json=ZOE).status_code == 404


def test_attendee_of_forty_sees_their_own_place_and_no_other(service: Any, browser: Browser, clock: FakeClock) -> None:
    forty = [f"Personne{n} Exemple{n}" for n in range(40)]
    together = make.registered(service.db, COCKTAIL, "car", forty, clock())
    with service.db.read() as session:
        query = sa.select(attendees).where(attendees.c.registration_id == together, attendees.c.position == 18)
        row = session.execute(query).one()
    links, client = Links(HOME, service.settings.ticket_key), browser()
    page = links.attendee(row.id, 1)
    shown = client.get(page, headers={"accept": "text/html"}).text
    assert set(re.findall(r"(?:Personne|Exemple)\d+|Maude", shown)) == {"Personne17", "Exemple17"}
    assert "$" not in shown and str(together) not in shown
    opened = client.get(links.ticket(row.id, 1)[len(HOME) :], headers={"accept": "text/html"}).text
    assert not re.search(r"(?:Personne|Exemple)\d+|Maude", opened), "whoever finds a ticket reads no name"
    token = {"X-Link-Token": page.rsplit("/", 1)[1]}
    assert client.get(f"/api/attendees/{row.id}", headers=token).json()["first_name"] == "Personne17"
    assert client.get(f"/api/registrations/{together}/attendees", headers=token).status_code == 404


def test_attendee_changes_their_own_place(service: Any, browser: Browser, mine: uuid.UUID) -> None:
    with service.db.read() as session:
        row = session.execute(sa.select(attendees).where(attendees.c.registration_id == mine)).first()
    client, address = browser(), f"/api/attendees/{row.id}"
    client.headers["X-Link-Token"] = Links(HOME, service.settings.ticket_key).attendee(row.id, 1).rsplit("/", 1)[1]
    assert client.get(address).json()["last_name"] == "Côté"
    asked = {"first_name": "Élise", "last_name": "Côté", "email": "elise@example.org"}
    assert client.post(address, json=asked).json()["email"] == "elise@example.org"
    assert client.get(address).status_code == 404, "another address, another link"
    assert client.get(f"/api/registrations/{mine}/attendees").status_code == 404, "nothing of the others"


def test_answers_of_the_whole_registration_are_changed(service: Any, browser: Browser, clock: FakeClock) -> None:
    clock.advance(days=60)
    golf = make.registered(service.db, "golf-2027", "golf-ind", ["Élise Côté"], clock())
    client, address = holder(service, browser, golf), f"/api/registrations/{golf}/answers"
    changed = client.post(address, json={"answers": {"q-jumeler": "Zoé Roy"}})
    assert changed.json() == client.get(address).json() == {"q-jumeler": "Zoé Roy"}
    clock.advance(days=200)
    assert client.post(address, json={"answers": {"q-jumeler": "Trop tard"}}).json()["code"] == "TooLate"


def test_cancellation_of_some_then_of_all_ends_the_registration(
    service: Any, browser: Browser, mine: uuid.UUID
) -> None:
    client = holder(service, browser, mine)
    _, second = client.get(f"/api/registrations/{mine}/attendees").json()
    some = client.post(f"/api/registrations/{mine}/cancel", json={"attendees": [second["id"]]})
    assert some.json()["status"] == "confirmed"
    told = client.get(f"/api/registrations/{mine}/attendees").json()
    assert [row["status"] for row in told] == ["active", "cancelled"]
    assert client.post(f"/api/registrations/{mine}/cancel").json()["status"] == "cancelled"


def test_registration_that_has_started_is_changed_by_staff_only(
    service: Any, browser: Browser, clock: FakeClock, mine: uuid.UUID
) -> None:
    """As on the page: a link that cancels after the evening would give money back for a place that was used."""
    with service.db.read() as session:
        starts = make.offer_of(service.db, COCKTAIL).activity.starts_at
    clock.set(starts + timedelta(minutes=1))
    client = holder(service, browser, mine)
    refused = client.post(f"/api/registrations/{mine}/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "TooLate")
    with service.db.read() as session:
        rows = session.execute(sa.select(registrations.c.status).where(registrations.c.id == mine))
        assert rows.scalar_one() == "confirmed"


def test_hold_is_let_go_by_api(service: Any, browser: Browser, clock: FakeClock) -> None:
    held = make.registered(service.db, COCKTAIL, "car", ["Karl Carte"], clock(), method="card")
    client = holder(service, browser, held)
    assert client.post(f"/api/registrations/{held}/let-go").status_code == 200
    with service.db.read() as session:
        assert history.of(session, held)[0].action == "registration.let_go"
    assert client.post(f"/api/registrations/{held}/cancel").json()["code"] == "NotInThisState"


def test_personal_api_without_its_link_answers_nothing(browser: Browser, mine: uuid.UUID) -> None:
    for verb in ("attendees", "answers"):
        assert browser().get(f"/api/registrations/{mine}/{verb}").status_code == 404
    for verb in ("let-go", "cancel", f"attendees/{uuid.uuid4()}"):
        assert browser("director").post(f"/api/registrations/{mine}/{verb}", json=ZOE).status_code in (404, 422), verb


def test_question_under_a_condition_follows_the_answers_of_now(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    """The answer that shows it may change in the same form: then it must be answered, or is forgotten."""
    questions: Any = Question.__table__  # type: ignore[attr-defined]
    with service.db.write() as session:
        change = {"show_if": {"question": "q-repas", "is": ["veg"]}, "required": True}
        session.execute(questions.update().where(questions.c.key == "q-allergie").values(change))
    mine = make.registered(service.db, "golf-2027", "golf-ind", ["Élise Côté"], GOLF_OPEN, answers={"q-repas": "boeuf"})
    client, address = holder(service, browser, mine), f"/api/registrations/{mine}/attendees"
    [place] = client.get(address).json()

    def say(**answers: str) -> Any:
        names = {"first_name": "Élise", "last_name": "Côté"}
        given = {key.replace("_", "-"): value for key, value in answers.items()}
        return client.post(f"{address}/{place['id']}", json={**names, "answers": given})

    assert say(q_repas="veg").json()["errors"].keys() == {"answers.q-allergie"}
    assert say(q_repas="veg", q_allergie="noix").json()["answers"] == {"q-repas": "veg", "q-allergie": "noix"}
    assert say(q_repas="boeuf", q_allergie="noix").json()["answers"] == {"q-repas": "boeuf"}


def test_answers_of_cancelled_places_stay(service: Any, browser: Browser, mine: uuid.UUID) -> None:
    client = holder(service, browser, mine)
    assert client.post(f"/api/registrations/{mine}/cancel").status_code == 200
    refused = client.post(f"/api/registrations/{mine}/answers", json={"answers": {}})
    assert (refused.status_code, refused.json().get("code")) == (409, "NotInThisState")


def test_attendee_replaced_while_they_write_changes_nothing(
    service: Any, browser: Browser, mine: uuid.UUID, clock: FakeClock
) -> None:
    """Their link was good when the request came; the contact's replacement is committed before theirs is written."""
    client, address = holder(service, browser, mine), f"/api/registrations/{mine}/attendees"
    place_id = uuid.UUID(client.get(address).json()[0]["id"])
    with service.db.read() as session:
        found, row = place(session, place_id, service.offers)
    named = client.post(f"{address}/{place_id}", json={**ZOE, "answers": {"q-titre": "Directrice"}})
    assert named.status_code == 200
    late = PlaceChange(PersonNamed("Élise", "Côté", "elise@example.org"), {})
    with pytest.raises(NotInThisState), service.db.write() as session:
        write_place(service, session, found, row, late)
    assert client.get(address).json()[0] == named.json()
