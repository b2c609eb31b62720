"""The API makes all that the file does: activities rebuilt by a program equal what `seed` loads."""

import uuid
from typing import Any

from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from kit.auth import PASS_COOKIE
from registration.catalog.models import Activity, Series
from registration.catalog.sections.queries import draft
from registration.catalog.sections.schemas import SectionName
from tests.fakes.clock import FakeClock
from tests.registration.conftest import pass_of

# An activity has its own key and addresses, which nobody else may have.
OWN = ("slug",)


def program(app: FastAPI, clock: FakeClock) -> TestClient:
    client = TestClient(app, base_url="http://registration.test")
    client.cookies.set(PASS_COOKIE, pass_of(app, clock(), "coordinator"))
    return client


def told(client: TestClient, activity_id: object) -> dict[str, Any]:
    answer = client.get(f"/api/staff/activities/{activity_id}/draft")
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def test_activities_rebuilt_by_the_api_equal_those_of_the_file(app: FastAPI, service: Any, clock: FakeClock) -> None:
    client = program(app, clock)
    with service.db.read() as session:
        rows = {row.key: row.id for row in session.exec(select(Activity)).all()}
        series = {row.key: row for row in session.exec(select(Series)).all()}
    for key, row in series.items():
        body = {
            "key": f"{key}-anew",
            "title": {"fr": row.title_fr, "en": row.title_en},
            "slug": {"fr": f"{row.slug_fr}-anew", "en": f"{row.slug_en}-anew"},
            "summary": {"fr": row.summary_fr, "en": row.summary_en},
        }
        assert client.post("/api/staff/series", json=body).status_code == 201
    for key, activity_id in rows.items():
        said = told(client, activity_id)
        title = said["essentials"]["title"]["fr"]
        new = client.post("/api/staff/activities", json={"kind": said["kind"], "key": f"{key}-anew", "title_fr": title})
        assert new.status_code == 201, new.text
        anew = uuid.UUID(new.json()["id"])
        said["essentials"]["slug"] = {"fr": f"{key}-anew", "en": f"{key}-anew"}
        if said["essentials"]["series"]:
            said["essentials"]["series"] += "-anew"
        for name in SectionName:
            put = client.put(f"/api/staff/activities/{anew}/{name.value}", json=said[name.value])
            assert put.status_code == 200, (key, name, put.text)
        with service.db.read() as session:
            first, second = draft(session, activity_id), draft(session, anew)
        assert first and second
        for name in SectionName:
            one, other = (whole.section(name).model_dump(exclude=set(OWN)) for whole in (first, second))
            if name is SectionName.ESSENTIALS and one["series"]:
                one["series"] += "-anew"
            assert one == other, (key, name)


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
