"""An activity kept as a template: others begin from it, and stay as they are when it goes."""

import re
import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests import make
from tests.registration.conftest import Browser


@pytest.fixture
def golf(service: Any) -> uuid.UUID:
    with service.db.read() as session:
        return make.activity_id(session, "golf-2027")


@pytest.fixture
def staff(browser: Browser) -> TestClient:
    return browser("coordinator")


def draft(staff: TestClient, activity_id: object) -> dict[str, Any]:
    answer = staff.get(f"/api/staff/activities/{activity_id}/draft")
    assert answer.status_code == 200
    return dict(answer.json())


def keep(staff: TestClient, activity_id: uuid.UUID, name: str) -> str:
    answer = staff.post(f"/api/staff/activities/{activity_id}/template", json={"name": name})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_activity_kept_as_a_template_begins_another_on_a_day(staff: TestClient, golf: uuid.UUID) -> None:
    kept = staff.post(f"/staff/activities/{golf}/template", data={"template": "  Golf   de la maison "})
    assert kept.status_code == 303 and kept.headers["location"].endswith("?done=kept#publication")
    assert "Le modèle est enregistré" in staff.get(kept.headers["location"].split("#")[0]).text
    page = staff.get("/staff/new-activity").text
    chosen = re.search(r'name="preset" value="(template-[^"]+)"', page)
    assert chosen and "Golf de la maison" in page
    form = {"preset": chosen[1], "title_fr": "Tournoi des fonderies", "day": "2028-06-08"}
    begun = staff.post("/staff/new-activity", data=form)
    assert begun.status_code == 303
    made, source = draft(staff, begun.headers["location"].split("/")[-2]), draft(staff, golf)
    assert made["essentials"]["title"]["fr"] == "Tournoi des fonderies" and made["status"] == "draft"
    assert (made["dates"]["starts"], made["dates"]["names_due"]) == ("2028-06-08T09:00:00", "2028-06-05T12:00:00")
    assert made["essentials"]["edition"] is None and made["essentials"]["slug"]["fr"] == "tournoi-des-fonderies"
    assert made["essentials"]["place"] == source["essentials"]["place"]
    assert made["resources"] == source["resources"] and made["questions"] == source["questions"]


def test_template_without_a_day_gives_no_old_date(staff: TestClient, golf: uuid.UUID) -> None:
    template = keep(staff, golf, "Golf")
    body = {"template": template, "title_fr": "Tournoi sans date", "place": "Club du Quai"}
    made = draft(staff, staff.post("/api/staff/activities", json=body).json()["id"])
    assert "2027" not in str({name: made[name] for name in ("dates", "prices", "terms")})
    assert made["essentials"]["place"]["name"] == "Club du Quai" and not made["essentials"]["place"]["address"]
    assert [product["key"] for product in made["prices"]["products"]]


def test_template_removed_leaves_what_was_made_from_it(staff: TestClient, golf: uuid.UUID) -> None:
    template = keep(staff, golf, "Golf")
    body = {"template": template, "title_fr": "Tournoi", "day": "2028-06-08"}
    made = staff.post("/api/staff/activities", json=body).json()["id"]
    before = draft(staff, made)
    assert [row["name"] for row in staff.get("/api/staff/templates").json()] == ["Golf"]
    gone = staff.post(f"/staff/templates/{template}/remove")
    assert gone.status_code == 303 and "Le modèle est retiré" in staff.get(gone.headers["location"]).text
    assert staff.get("/api/staff/templates").json() == [] and draft(staff, made) == before
    assert staff.post(f"/api/staff/templates/{template}/remove").status_code == 404
    assert staff.post("/api/staff/activities", json=body).status_code == 404


def test_activity_changed_later_leaves_its_template_as_it_was(staff: TestClient, golf: uuid.UUID) -> None:
    template = keep(staff, golf, "Golf")
    essentials = draft(staff, golf)["essentials"]
    essentials["summary"]["fr"] = "Un tout autre résumé"
    assert staff.put(f"/api/staff/activities/{golf}/essentials", json=essentials).status_code == 200
    made = staff.post("/api/staff/activities", json={"template": template, "title_fr": "T", "day": "2028-06-08"}).json()
    assert draft(staff, made["id"])["essentials"]["summary"]["fr"] != "Un tout autre résumé"


@pytest.mark.parametrize(
    ("name", "status", "why"),
    [("", 422, "Choisissez un nom"), ("x" * 61, 422, "Choisissez un nom"), ("Golf", 409, "porte déjà ce nom")],
)
def test_template_refused_names_its_field(staff: TestClient, golf: uuid.UUID, name: str, status: int, why: str) -> None:
    keep(staff, golf, "Golf")
    answer = staff.post(f"/staff/activities/{golf}/template", data={"template": name})
    assert answer.status_code == status and why in answer.text and f'value="{name}"' in answer.text


def test_templates_are_for_coordinators_only(browser: Browser, golf: uuid.UUID) -> None:
    for role in ("accountant", "door"):
        client = browser(role)
        assert client.get("/api/staff/templates").status_code == 403
        assert client.post(f"/staff/activities/{golf}/template", data={"template": "T"}).status_code == 403
    missing = browser("coordinator").post(f"/staff/activities/{uuid.uuid4()}/template", data={"template": "T"})
    assert missing.status_code == 404
