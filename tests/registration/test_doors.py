"""A door account is for the activities chosen for it: at every other door, on every list, it sees nothing."""

import uuid
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kit.wiring import routes
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus
from registration.staff.rules import bound_to
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, HOME, Browser

GOLF, TRIP = "golf-2027", "delegation-mpa-2027"
DOOR = ("coordinator", "director", "door")


@pytest.fixture
def golf(service: Any) -> uuid.UUID:
    with service.db.read() as session:
        return make.activity_id(session, GOLF)


@pytest.fixture
def volunteer(app: FastAPI, browser: Browser, cocktail: uuid.UUID) -> TestClient:
    """A program for the door of the cocktail alone."""
    terms = {"name": "Porte du cocktail", "roles": ["door"], "activities": [str(cocktail)]}
    made = browser("director").post("/api/staff/tokens", json=terms)
    assert made.status_code == 201 and made.json()["activities"] == [str(cocktail)], made.text
    client = TestClient(app, base_url=HOME, follow_redirects=False, raise_server_exceptions=False)
    answer = client.post("/api/token", headers={"Authorization": f"Bearer {made.json()['token']}"})
    assert answer.status_code == 200, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


def door_routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every route of a door: its method and its path."""
    return [
        (method, route.path)
        for route, allowed in routes(app)
        if allowed and tuple(sorted(allowed.roles)) == DOOR and "{activity_id}" in route.path
        for method in route.methods or ()
    ]


def status(client: TestClient, method: str, path: str, activity: uuid.UUID) -> int:
    address = path.format(activity_id=activity, registration_id=uuid.uuid4())
    return client.request(method, address, params={"q": "roy"}, json={} if "/api/" in path else None).status_code


def test_door_account_opens_every_route_of_its_door_and_none_of_another(
    app: FastAPI, volunteer: TestClient, cocktail: uuid.UUID, golf: uuid.UUID
) -> None:
    every = door_routes(app)
    assert len(every) >= 14
    assert {(route, status(volunteer, *route, golf)) for route in every} == {(route, 403) for route in every}
    assert [route for route in every if status(volunteer, *route, cocktail) in (401, 403)] == []


def test_door_account_sees_its_activities_alone_in_the_list(
    volunteer: TestClient, browser: Browser, clock: FakeClock
) -> None:
    theirs, every = volunteer.get("/staff/check-in").text, browser("door").get("/staff/check-in").text
    assert "caricatures" in theirs and "golf" in every.lower() and "golf" not in theirs.lower()


def test_door_account_undoes_no_arrival_of_another_door(
    service: Any, volunteer: TestClient, browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    def arrived(activity: uuid.UUID, registration: uuid.UUID) -> str:
        places = browser("coordinator").get(f"/api/staff/registrations/{registration}").json()["attendees"]
        entry = browser("door").post(f"/api/activities/{activity}/check-ins", json={"attendee_id": places[0]["id"]})
        return str(entry.json()["check_in_id"])

    with service.db.read() as session:
        trip = make.activity_id(session, TRIP)
    there = arrived(trip, make.registered(service.db, TRIP, "mpa-double", ["Karl Roy"], clock()))
    here = arrived(cocktail, make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock()))
    assert volunteer.post(f"/api/check-ins/{there}/undo").status_code == 404
    form = {"check_in_id": there}
    assert volunteer.post(f"/staff/check-in/{cocktail}/undo", data=form).status_code == 404
    assert volunteer.post(f"/api/check-ins/{here}/undo").status_code == 200


def test_account_page_binds_a_door_to_activities_and_history_says_which(browser: Browser, cocktail: uuid.UUID) -> None:
    director = browser("director")
    account = {"name": "Bénévole", "email": "benevole@example.org", "roles": "door", "activities": str(cocktail)}
    page = director.post("/staff/people", data=account).headers["location"]
    shown = director.get(page).text
    assert f'value="{cocktail}" checked' in shown.replace("\n", " ") and "Arrivées de ces activités" in shown
    everywhere = director.post(page.split("?")[0], data={key: account[key] for key in ("name", "roles")})
    assert "Arrivées de toutes les activités" in director.get(everywhere.headers["location"]).text
    unknown = director.post(
        "/staff/people", data={**account, "activities": str(uuid.uuid4()), "email": "b@example.org"}
    )
    assert unknown.status_code == 422 and "Choisissez parmi les activités offertes." in unknown.text


def test_account_with_another_role_is_bound_to_no_door() -> None:
    assert bound_to(["door"], ["a"]) == {"a"}
    assert bound_to(["coordinator", "door"], ["a"]) == bound_to(["door"], []) == frozenset()


def test_door_of_a_draft_is_not_there_for_anybody(
    app: FastAPI, service: Any, browser: Browser, golf: uuid.UUID
) -> None:
    with service.db.write() as session:
        session.get_one(Activity, golf).status = ActivityStatus.DRAFT
    for role in DOOR:
        client = browser(role)
        # A substitution names a place first: a draft has none.
        shown = [path for method, path in door_routes(app) if method == "GET" and "substitution" not in path]
        found = {path: status(client, "GET", path, golf) for path in shown}
        assert set(found.values()) == {404}, (role, found)
