"""Activities written by a program: sections with their marks, dates that make no sense, drafts deleted."""

from typing import Any

from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from kit.auth import PASS_COOKIE
from registration.catalog.models import Activity
from tests.fakes.clock import FakeClock
from tests.registration.conftest import pass_of


def program(app: FastAPI, clock: FakeClock) -> TestClient:
    client = TestClient(app, base_url="http://registration.test")
    client.cookies.set(PASS_COOKIE, pass_of(app, clock(), "coordinator"))
    return client


def told(client: TestClient, activity_id: object) -> dict[str, Any]:
    answer = client.get(f"/api/staff/activities/{activity_id}/draft")
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def test_decision_after_the_start_and_a_minimum_of_nobody_are_refused(
    app: FastAPI, service: Any, clock: FakeClock
) -> None:
    client = program(app, clock)
    begun = client.post("/api/staff/activities", json={"preset": "cohort", "title_fr": "Relève", "day": "2027-05-06"})
    address = f"/api/staff/activities/{begun.json()['id']}"
    dates = told(client, begun.json()["id"])["dates"]
    late = client.put(f"{address}/dates", json={**dates, "min_people": 6, "decides_on": "2027-05-07"})
    assert late.status_code == 422 and list(late.json()["errors"]) == ["decides_on"]
    assert client.put(f"{address}/dates", json={**dates, "min_people": 0}).status_code == 422
    assert (
        client.put(f"{address}/dates", json={**dates, "min_people": 6, "decides_on": "2027-04-29"}).status_code == 200
    )
    essentials = told(client, begun.json()["id"])["essentials"]
    assert client.put(f"{address}/essentials", json={**essentials, "axis": "Mobilisation"}).status_code == 200
    said = told(client, begun.json()["id"])
    assert (said["dates"]["decides_on"], said["essentials"]["axis"]) == ("2027-04-29", "Mobilisation")


def test_section_sent_with_an_old_mark_is_refused(app: FastAPI, service: Any, clock: FakeClock) -> None:
    client = program(app, clock)
    begun = client.post(
        "/api/staff/activities",
        json={"preset": "visit", "title_fr": "Visite de l’usine", "day": "2027-05-06", "place": "Usine"},
    ).json()
    said = told(client, begun["id"])
    address = f"/api/staff/activities/{begun['id']}/welcome"
    assert client.put(address, json={"points": [{"key": "barriere"}]}).status_code == 200
    late = client.put(f"{address}?mark={said['marks']['welcome']}", json={"points": []})
    assert late.status_code == 409 and late.json()["code"] == "SectionChanged"


def test_draft_deleted_is_gone_with_all_its_parts(app: FastAPI, service: Any, clock: FakeClock) -> None:
    client = program(app, clock)
    begun = client.post("/api/staff/activities", json={"preset": "golf", "title_fr": "Tournoi", "day": "2027-08-05"})
    address = f"/api/staff/activities/{begun.json()['id']}"
    assert client.post(f"{address}/delete").status_code == 200
    assert client.get(f"{address}/draft").status_code == 404
    with service.db.read() as session:
        golf = session.exec(select(Activity).where(Activity.key == "golf-2027")).one()
    assert client.post(f"/api/staff/activities/{golf.id}/delete").json()["code"] == "NotADraft"
