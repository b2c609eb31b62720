"""House templates: an activity kept as one makes others, which it does not touch afterwards."""

import json
import uuid
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from kit.errors import InvalidInput
from registration.catalog.house_templates.rules import as_kept, kept, template_name
from registration.catalog.house_templates.view import begun_from
from registration.catalog.presets.view import Basics
from registration.catalog.sections.queries import draft
from registration.catalog.sections.rules import Draft
from registration.catalog.sections.schemas import SectionName, Title
from tests import make
from tests.registration.conftest import Browser

MISSING = uuid.UUID(int=7)


def read(service: Any, activity_id: uuid.UUID) -> Draft:
    with service.db.read() as session:
        found = draft(session, activity_id)
        assert found is not None
        return found


def golf(service: Any) -> uuid.UUID:
    with service.db.read() as session:
        return make.activity_id(session, "golf-2027")


@pytest.fixture
def staff(browser: Browser) -> TestClient:
    return browser("coordinator")


def keep(staff: TestClient, activity: uuid.UUID, name: str = "Notre tournoi") -> str:
    answer = staff.post(f"/api/staff/activities/{activity}/template", json={"name": name})
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


def begin(staff: TestClient, template: str, **said: str) -> uuid.UUID:
    answer = staff.post("/api/staff/activities", json={"template": template, "title_fr": "Tournoi des amis", **said})
    assert answer.status_code == 201, answer.text
    return uuid.UUID(answer.json()["id"])


def test_activity_from_a_template_is_the_one_it_was_kept_from_on_another_day(service: Any, staff: TestClient) -> None:
    source = read(service, golf(service))
    made = read(service, begin(staff, keep(staff, golf(service)), day="2028-06-08"))
    assert (made.kind, made.essentials.title.fr, made.essentials.slug.fr) == (
        source.kind,
        "Tournoi des amis",
        "tournoi-des-amis",
    )
    assert made.essentials.edition is None and made.key == "tournoi-des-amis"
    for name in (SectionName.RESOURCES, SectionName.QUESTIONS, SectionName.WELCOME):
        assert made.section(name) == source.section(name)
    amounts = [[price.amount for price in product.prices] for product in source.prices.products]
    assert [[price.amount for price in product.prices] for product in made.prices.products] == amounts
    starts = made.dates.starts or made.dates.sessions[0].day
    assert str(starts).startswith("2028-06-08")


def test_template_and_activities_do_not_touch_each_other(service: Any, staff: TestClient) -> None:
    template = keep(staff, golf(service))
    made = begin(staff, template, day="2028-06-08")
    before = read(service, made)
    fewer = {"points": [{"key": "accueil"}]}
    assert staff.put(f"/api/staff/activities/{golf(service)}/welcome", json=fewer).status_code == 200
    assert read(service, begin(staff, template, day="2028-06-08")).welcome == before.welcome, "as it was kept"
    assert staff.post(f"/api/staff/templates/{template}/delete").status_code == 200
    assert read(service, made) == before
    assert staff.get("/api/staff/templates").json() == []
    gone = staff.post("/api/staff/activities", json={"template": template, "title_fr": "Tournoi", "day": "2028-06-08"})
    assert gone.status_code == 404


def test_template_is_kept_on_a_page_and_offered_beside_the_presets(service: Any, staff: TestClient) -> None:
    address = f"/staff/activities/{golf(service)}/template"
    assert 'value="Tournoi de golf' in staff.get(address).text
    saved = staff.post(address, data={"name": "  Notre   tournoi "})
    assert saved.status_code == 303 and "Modèle enregistré" in staff.get(saved.headers["location"]).text
    (row,) = staff.get("/api/staff/templates").json()
    assert (row["name"], row["kind"]) == ("Notre tournoi", "golf_tournament")
    chosen = f'value="template-{row["id"]}"'
    assert f"{chosen} checked" not in staff.get("/staff/new-activity").text
    assert f"{chosen} checked" in staff.get(f"/staff/new-activity?template={row['id']}").text
    typed = {"preset": f"template-{row['id']}", "title_fr": "Tournoi des amis", "place": "Club de la Baie"}
    refused = staff.post("/staff/new-activity", data=typed)
    assert refused.status_code == 422 and f"{chosen} checked" in refused.text and "Club de la Baie" in refused.text
    begun = staff.post("/staff/new-activity", data={**typed, "day": "2028-06-08"})
    assert begun.status_code == 303
    made = read(service, uuid.UUID(begun.headers["location"].split("/")[-2]))
    assert made.essentials.place.name == "Club de la Baie" and not made.essentials.place.address
    assert "Enregistrée comme modèle" in staff.get(f"/staff/activities/{golf(service)}/edit").text
    assert staff.post(f"/staff/templates/{row['id']}/delete").status_code == 303
    assert "Aucun modèle" in staff.get("/staff/templates").text


def test_template_whose_name_is_taken_or_missing_is_refused_with_what_was_typed(
    service: Any, staff: TestClient
) -> None:
    keep(staff, golf(service))
    address = f"/staff/activities/{golf(service)}/template"
    taken = staff.post(address, data={"name": "Notre tournoi"})
    assert taken.status_code == 409 and 'value="Notre tournoi"' in taken.text and "porte ce nom" in taken.text
    for name in ("  ", "t" * 81):
        assert staff.post(address, data={"name": name}).status_code == 422
    assert staff.post(f"/api{address}", json={"name": "Notre tournoi"}).status_code == 409


def test_template_of_nothing_is_not_found(staff: TestClient) -> None:
    for method, address in (
        ("POST", f"/api/staff/activities/{MISSING}/template"),
        ("POST", f"/api/staff/templates/{MISSING}/delete"),
        ("POST", f"/staff/activities/{MISSING}/template"),
        ("GET", f"/staff/activities/{MISSING}/template"),
    ):
        sent = {"json": {"name": "Notre tournoi"}} if "/api/" in address else {}
        assert staff.request(method, address, **sent).status_code == 404, address


def test_templates_are_kept_and_deleted_by_authors_only(service: Any, staff: TestClient, browser: Browser) -> None:
    template = keep(staff, golf(service))
    for role in ("accountant", "door"):
        client = browser(role)
        assert client.get("/staff/templates").status_code == 403
        assert client.get("/api/staff/templates").status_code == 403
        assert client.post(f"/api/staff/activities/{golf(service)}/template", json={"name": "x"}).status_code == 403
        assert client.post(f"/api/staff/templates/{template}/delete").status_code == 403


def test_sample_activity_kept_and_read_again_is_the_same(service: Any) -> None:
    with service.db.read() as session:
        keys = ("golf-2027", "caricatures-2027", "ef2-chicoutimi-2027")
        drafts = [read(service, make.activity_id(session, key)) for key in keys]
    for source in drafts:
        again = as_kept(source.kind, source.timezone, kept(source))
        for name in SectionName:
            if name is not SectionName.ESSENTIALS:
                assert again.section(name) == source.section(name)
        own = {"slug": Title(), "edition": None}
        assert again.essentials == source.essentials.model_copy(update=own)


def test_template_kept_before_a_section_existed_reads_it_as_new() -> None:
    sections = json.loads(kept(Draft(key="", kind="webinar", timezone="America/Toronto")))
    del sections["welcome"]
    assert as_kept("webinar", "America/Toronto", json.dumps(sections)).welcome.points == ()


def test_template_without_a_date_needs_no_day_but_a_title() -> None:
    undated = Draft(key="", kind="survey", timezone="America/Toronto")
    assert begun_from(undated, Basics(Title(fr="Sondage"), None, "")).essentials.title.fr == "Sondage"
    with pytest.raises(InvalidInput):
        begun_from(undated, Basics(Title(), date(2028, 6, 8), ""))
    assert template_name(" Notre   tournoi ") == "Notre tournoi"
