"""Partners of an activity: named, ordered, with logos that wait for a yes; on the page, in the mail, on the ticket."""

import uuid
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from kit.db import new_id
from registration.catalog.codes.models import Code
from registration.catalog.partners.models import Organisation, Partnership
from registration.catalog.partners.rules import MOST_PARTNERS
from registration.catalog.queries import offer
from registration.files.actions import purge
from registration.invariants import invariants
from registration.jobs import files_in_use
from registration.letters.flows import letter_context
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration import uploading
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.test_signup import ONE, asked

PAGE = f"/fr/activites/{COCKTAIL}"
SHOWN = {"name": "Chambre du Fjord", "website": "https://chambre.example.org", "role": "co_organises"}


@pytest.fixture
def staff(browser: Browser) -> TestClient:
    return browser("coordinator")


@pytest.fixture
def golf(service: Any) -> uuid.UUID:
    with service.db.read() as session:
        return make.activity_id(session, "golf-2027")


def named(staff: TestClient, activity: uuid.UUID, **changes: Any) -> str:
    answer = staff.post(f"/api/staff/activities/{activity}/partners", json=SHOWN | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def listed(staff: TestClient, activity: uuid.UUID) -> list[Any]:
    return list(staff.get(f"/api/staff/activities/{activity}/partners").json())


def names(staff: TestClient, activity: uuid.UUID) -> list[str]:
    return [one["name"] for one in listed(staff, activity)]


def test_partner_named_on_the_page_shows_once_its_logo_is_approved(
    browser: Browser, staff: TestClient, cocktail: uuid.UUID, clock: FakeClock
) -> None:
    address = f"/staff/activities/{cocktail}/partners"
    sent = staff.post(address, data=SHOWN, files={"logo": ("logo.png", uploading.picture())})
    assert sent.status_code == 303, sent.text
    assert "Logo à approuver" in staff.get(address).text
    public = browser().get(PAGE).text
    assert (
        "Coorganisé avec" in public and "Chambre du Fjord" in public and 'href="https://chambre.example.org"' in public
    )
    assert listed(staff, cocktail)[0]["logo_url"] not in public
    [one] = listed(staff, cocktail)
    assert staff.post(f"{address}/{one['id']}/logo/approve").status_code == 303
    clock.advance(seconds=3)
    assert one["logo_url"] in browser().get(PAGE).text
    assert staff.post(f"{address}/{one['id']}/logo/approve").status_code == 409
    assert "Partenaire ajouté" in staff.get(f"/staff/activities/{cocktail}/edit").text


def test_partner_is_named_in_mail_and_on_the_ticket(
    service: Any, browser: Browser, staff: TestClient, cocktail: uuid.UUID
) -> None:
    file = staff.post("/api/files?purpose=logo", content=uploading.picture()).json()
    key = named(staff, cocktail)
    given = staff.post(f"/api/staff/partners/{key}/logo", json={"file_id": file["id"], "approved": True})
    assert given.status_code == 200, given.text
    named(staff, cocktail, name="Cégep fictif", role="presents", website="")
    with service.db.read() as session:
        known = offer(session, cocktail)
    assert known is not None
    texts = letter_context(service, known).activity("en")
    assert [(one.role, one.names) for one in texts.partners] == [
        ("Presented by", ("Cégep fictif",)),
        ("Organised with", ("Chambre du Fjord",)),
    ]
    assert texts.partners[1].logos[0].picture_url == file["url"]
    answer = browser().post(f"/api/activities/{COCKTAIL}/registrations", json=asked(items=[ONE]))
    page = browser().get(answer.json()["personal_url"]).text
    assert '<p class="ticket-partners">Présenté par <bdi>Cégep fictif</bdi></p>' in page


def test_partners_are_ordered_changed_and_taken_off(staff: TestClient, cocktail: uuid.UUID) -> None:
    first, second = named(staff, cocktail), named(staff, cocktail, name="Cégep fictif", role="collaborates")
    assert staff.post(f"/api/staff/partners/{second}/move", json={"up": True}).status_code == 200
    assert staff.post(f"/api/staff/partners/{second}/move", json={"up": True}).status_code == 200
    assert names(staff, cocktail) == ["Cégep fictif", "Chambre du Fjord"]
    page = f"/staff/activities/{cocktail}/partners/{second}"
    assert staff.post(f"{page}/move", data={}).status_code == 303
    assert names(staff, cocktail) == ["Chambre du Fjord", "Cégep fictif"]
    assert staff.post(page, data={"name": "Cégep du Nord", "role": "presents", "website": ""}).status_code == 303
    assert names(staff, cocktail) == ["Chambre du Fjord", "Cégep du Nord"]
    assert staff.post(f"/staff/activities/{cocktail}/partners/{first}/remove").status_code == 303
    assert names(staff, cocktail) == ["Cégep du Nord"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Écrivez le nom"),
        ({"name": "x" * 500}, "trop long"),
        ({"name": "…"}, "Écrivez le nom"),
        ({"website": "javascript:alert(1)"}, "adresse Web complète"),
        ({"website": "//chambre"}, "adresse Web complète"),
        ({"role": "boss"}, ""),
        ({"name": "CHAMBRE du fjord"}, "déjà partenaire"),
    ],
)
def test_partner_refused_gives_the_form_back(
    staff: TestClient, cocktail: uuid.UUID, typed: dict[str, str], sentence: str
) -> None:
    named(staff, cocktail)
    answer = staff.post(f"/staff/activities/{cocktail}/partners", data={**SHOWN, "name": "Autre", **typed})
    assert answer.status_code in (409, 422) and sentence in answer.text
    assert len(names(staff, cocktail)) == 1


def test_logo_that_is_no_picture_is_refused_and_nobody_is_named(staff: TestClient, cocktail: uuid.UUID) -> None:
    answer = staff.post(
        f"/staff/activities/{cocktail}/partners", data=SHOWN, files={"logo": ("a.png", b"not a picture")}
    )
    assert answer.status_code == 422 and 'value="Chambre du Fjord"' in answer.text
    assert names(staff, cocktail) == []


def test_organisation_changed_is_changed_in_all_its_activities(
    service: Any, browser: Browser, staff: TestClient, cocktail: uuid.UUID, golf: uuid.UUID, clock: FakeClock
) -> None:
    key, there = named(staff, cocktail), named(staff, golf, role="presents")
    assert "Chambre du Fjord" in browser().get("/fr/activites/tournoi-golf-2027").text
    changed = staff.post(f"/api/staff/partners/{key}", json=SHOWN | {"name": "Chambre <b>neuve</b>"})
    assert changed.status_code == 200
    clock.advance(seconds=3)
    page = browser().get("/fr/activites/tournoi-golf-2027").text
    assert "Chambre &lt;b&gt;neuve&lt;/b&gt;" in page and "Présenté par" in page
    with service.db.read() as session:
        assert len(session.exec(select(Organisation)).all()) == 1
        assert {str(row.id) for row in session.exec(select(Partnership)).all()} == {key, there}


def test_copied_activity_begins_with_the_same_partners(staff: TestClient, cocktail: uuid.UUID) -> None:
    named(staff, cocktail)
    copied = staff.post("/api/staff/activities", json={"copy_of": str(cocktail), "day": "2028-03-16"})
    assert copied.status_code == 201, copied.text
    draft = uuid.UUID(copied.json()["id"])
    assert names(staff, draft) == ["Chambre du Fjord"]
    assert staff.post(f"/api/staff/activities/{draft}/delete").status_code == 200
    assert names(staff, cocktail) == ["Chambre du Fjord"]


def test_logo_in_use_is_never_cleared_away(
    service: Any, staff: TestClient, cocktail: uuid.UUID, clock: FakeClock
) -> None:
    key = named(staff, cocktail)
    file = staff.post("/api/files?purpose=logo", content=uploading.picture()).json()
    staff.post(f"/api/staff/partners/{key}/logo", json={"file_id": file["id"]})
    unknown = staff.post(f"/api/staff/partners/{key}/logo", json={"file_id": str(new_id())})
    assert unknown.status_code == 422
    clock.advance(days=3)
    with service.db.write() as session:
        purge(session, clock(), files_in_use)
    assert staff.get(file["url"]).status_code == 200


def test_code_of_a_co_organiser_gives_members_prices_and_is_counted(
    service: Any, browser: Browser, staff: TestClient, cocktail: uuid.UUID
) -> None:
    key = named(staff, cocktail)
    address = f"/staff/activities/{cocktail}/partners/{key}/codes"
    assert staff.post(address, data={"count": "0", "max_units": "2"}).status_code == 422
    assert staff.post(address, data={"count": "3", "max_units": "2"}).status_code == 303
    with service.db.read() as session:
        rows = session.exec(select(Code).where(Code.note == "Chambre du Fjord")).all()
    assert len(rows) == 3
    word = rows[0].word
    as_member = ONE | {"who": "member"}
    there = f"/api/activities/{COCKTAIL}/registrations"
    assert browser().post(there, json=asked(items=[as_member])).status_code == 422
    taken = browser().post(there, json=asked(items=[as_member, ONE], code=word))
    assert taken.status_code == 201, taken.text
    assert taken.json()["subtotal"] == 5500 + 8500
    assert "55,00" in browser().get(f"{PAGE}/inscription?code={word}").text
    over = browser().post(there, json=asked(items=[as_member | {"quantity": 2}], code=word))
    assert over.status_code == 409
    with service.db.read() as session:
        assert session.get_one(Code, rows[0].id).used == 1
    assert invariants(service.db) == []
    assert "Prix des membres" in staff.get(f"/staff/activities/{cocktail}/codes").text


def test_codes_of_who_only_collaborates_are_not_made(staff: TestClient, cocktail: uuid.UUID) -> None:
    key = named(staff, cocktail, role="collaborates")
    made = staff.post(f"/staff/activities/{cocktail}/partners/{key}/codes", data={"count": "1", "max_units": "1"})
    assert made.status_code == 404


def test_partner_of_another_activity_is_not_found(staff: TestClient, cocktail: uuid.UUID) -> None:
    assert staff.post(f"/api/staff/partners/{new_id()}/remove").status_code == 404
    assert staff.get(f"/api/staff/activities/{new_id()}/partners").status_code == 404


def test_partner_named_twice_is_refused_and_forty_are_enough(staff: TestClient, cocktail: uuid.UUID) -> None:
    address = f"/api/staff/activities/{cocktail}/partners"
    named(staff, cocktail)
    again = staff.post(address, json=SHOWN | {"name": "CHAMBRE du fjord"})
    assert (again.status_code, again.json()["code"]) == (409, "AlreadyPartner")
    for number in range(2, MOST_PARTNERS + 1):
        named(staff, cocktail, name=f"Partenaire {number}")
    refused = staff.post(address, json=SHOWN | {"name": "Un de trop"})
    assert (refused.status_code, refused.json()["code"]) == (409, "TooManyPartners")
    assert len(listed(staff, cocktail)) == MOST_PARTNERS


def test_partner_given_the_name_of_another_organisation_is_refused(
    staff: TestClient, cocktail: uuid.UUID, golf: uuid.UUID
) -> None:
    first, second = named(staff, cocktail), named(staff, golf, name="Société du Lac")
    same = staff.post(f"/api/staff/partners/{first}", json=SHOWN)
    assert same.status_code == 200, "as it was: nothing to do"
    refused = staff.post(f"/api/staff/partners/{second}", json=SHOWN)
    assert (refused.status_code, refused.json()["code"]) == (409, "AlreadyPartner")
    assert names(staff, golf) == ["Société du Lac"]


def test_organisation_named_again_with_another_site_has_it_everywhere(
    staff: TestClient, cocktail: uuid.UUID, golf: uuid.UUID
) -> None:
    named(staff, cocktail)
    named(staff, golf, website="https://nouvelle.example.org")
    assert [one["website"] for one in listed(staff, cocktail)] == ["https://nouvelle.example.org"]
