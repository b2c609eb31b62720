"""HR's pages of a plan: who is covered changes, and what she prints of it."""

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader
from sqlmodel import select
from starlette.testclient import TestClient

from registration.members.models import Person
from registration.members.rules import Role
from registration.plans.covering.flows import end_of_cancelled
from registration.plans.eligibility.models import Eligibility
from registration.plans.models import Coverage
from registration.registrations.models import Registration
from registration.registrations.rules import RegistrationStatus
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.plan_lists import (
    SPREADSHEET,
    URL,
    acting_for,
    as_file,
    covered,
    in_september,
    one_of,
    pay,
    recognised,
    send_file,
    shown,
    twelve,
)


@pytest.fixture
def hr(service: Any) -> Person:
    return acting_for(service, "c15", Role.HR)


@pytest.fixture
def page(service: Any, browser: Browser, hr: Person) -> TestClient:
    return recognised(service, browser(), hr)


def test_september_adds_one_person_for_the_full_price(
    service: Any, page: TestClient, clock: FakeClock, hr: Person
) -> None:
    twelve(page)
    in_september(service, page, clock, hr)
    fresh = [*SPREADSHEET.rows, ["Maïka", "Ronceblanche", "maika.ronceblanche@example.org", "FR", "113"]]
    send_file(page, as_file(fresh, "utf-8-sig", ","))
    listed = shown(page, "/list")
    assert "1 personne à couvrir" in listed and "65,00" in listed and "74,73" in listed
    assert pay(page).headers["location"].endswith("?done=covered")
    assert "13 personnes couvertes" in shown(page) and "Du 7 septembre 2027 au 31 mars 2028" in shown(page)


def test_replacing_keeps_the_paid_place(service: Any, page: TestClient, clock: FakeClock, hr: Person) -> None:
    twelve(page)
    in_september(service, page, clock, hr)
    leaving = one_of(service, "Nadia")
    newcomer = {"first_name": "Łukasz", "last_name": "Ŵœłowski", "email": "lukasz@example.org"}
    done = page.post(f"{URL}/people/{leaving.id}/replace", data=newcomer)
    assert done.headers["location"].endswith("?done=replaced")
    assert "Łukasz" in shown(page) and "Nadia" not in shown(page)
    assert "Remplacée" in shown(page, "?show=past")
    assert one_of(service, "Łukasz").registration_id == leaving.registration_id
    again = page.post(f"{URL}/people/{leaving.id}/replace", data=newcomer)
    assert again.status_code == 409 and "plus couverte" in again.text


def test_replacement_with_a_wrong_address_comes_back_with_what_was_typed(service: Any, page: TestClient) -> None:
    twelve(page)
    wrong = {"first_name": "Ève", "last_name": "Pic", "email": "eve.example.org"}
    refused = page.post(f"{URL}/people/{one_of(service, 'Nadia').id}/replace", data=wrong)
    assert refused.status_code == 422 and 'value="Ève"' in refused.text and "eve.example.org" in refused.text


def test_person_who_leaves_frees_a_place_that_the_next_takes_for_nothing(
    service: Any, page: TestClient, clock: FakeClock, hr: Person
) -> None:
    twelve(page)
    in_september(service, page, clock, hr)
    done = page.post(f"{URL}/people/{one_of(service, 'Nadia').id}/stop")
    assert done.headers["location"].endswith("?done=ended")
    assert "1 place payée attend quelqu’un" in shown(page)
    page.post(f"{URL}/add/person", data={"first_name": "Zoé", "last_name": "Roy"})
    assert "1 place déjà payée" in shown(page, "/list")
    assert pay(page, method="").headers["location"].endswith("?done=covered")
    assert "12 personnes couvertes" in shown(page)


def test_person_taken_off_before_the_plan_begins_is_credited(service: Any, page: TestClient) -> None:
    twelve(page)
    nadia = one_of(service, "Nadia")
    assert "sont crédités" in shown(page, f"/people/{nadia.id}")
    assert page.post(f"{URL}/people/{nadia.id}/stop").headers["location"].endswith("?done=taken_off")
    assert "11 personnes couvertes" in shown(page)


def test_address_is_corrected_and_the_code_leaves_again(service: Any, page: TestClient) -> None:
    twelve(page)
    nadia = one_of(service, "Nadia")
    with service.db.write() as session:
        session.get(Coverage, nadia.id).undelivered = True
    assert "Courriel non remis" in shown(page) and "1 courriel n’a pas été remis" in shown(page)
    done = page.post(f"{URL}/people/{nadia.id}/address", data={"email": " Nadia.B@Example.org"})
    assert done.headers["location"].endswith("?done=address")
    assert one_of(service, "Nadia").email == "nadia.b@example.org" and "non remis" not in shown(page)
    assert page.post(f"{URL}/people/{nadia.id}/letter").headers["location"].endswith("?done=sent")
    assert one_of(service, "Nadia").letter_version == nadia.letter_version + 2
    done = page.post(f"{URL}/people/{nadia.id}/address", data={"email": ""})
    assert done.headers["location"].endswith("?done=on_card")


def test_changed_row_is_taken_when_she_says_so(service: Any, page: TestClient) -> None:
    twelve(page)
    moved = [row[:] for row in SPREADSHEET.rows]
    moved[3][2] = "kevin.hautemaree@example.org"
    send_file(page, as_file(moved))
    assert "Adresse : kevin.hautemaree@example.org" in shown(page, "/list")
    done = page.post(f"{URL}/list/rows/4", data={"do": "correct"})
    assert "done=corrected" in done.headers["location"]
    assert one_of(service, "Kévin").email == "kevin.hautemaree@example.org"
    assert "Rien à changer" in shown(page, "/list")
    assert page.post(f"{URL}/list/rows/4", data={"do": "correct"}).status_code == 404


def test_person_absent_from_the_file_is_asked_about_and_stays(service: Any, page: TestClient, hr: Person) -> None:
    twelve(page)
    send_file(page, as_file(SPREADSHEET.rows[:-1]))
    listed = shown(page, "/list")
    assert "1 personne couverte n’est pas dans votre fichier" in listed and "Mettre fin?" in listed
    assert len(covered(service, hr.company_id)) == 12


def test_waiting_person_is_taken_off_the_list(service: Any, browser: Browser) -> None:
    page = recognised(service, browser(), acting_for(service, "c12", Role.DELEGATE))
    send_file(page, SPREADSHEET.content)
    pay(page)
    nadia = one_of(service, "Nadia")
    assert page.post(f"{URL}/people/{nadia.id}/off-list").headers["location"].endswith("?done=off_list")
    assert "Nadia" not in shown(page)


def test_roster_names_people_and_no_code(page: TestClient) -> None:
    twelve(page)
    text = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(page.get(f"{URL}/roster").content)).pages)
    assert "Œilneuf, Cœline" in text and "Fiche à remettre" in text and "AIF-" not in text


def test_poster_is_one_sheet_and_names_no_company(page: TestClient) -> None:
    pages = PdfReader(io.BytesIO(page.get(f"{URL}/poster").content)).pages
    text = " ".join(pages[0].extract_text().split())
    assert len(pages) == 1 and "Pointenoire" not in text
    assert "ne savent si vous consultez" in text and "418 555-0190" in text.replace("\u00a0", " ")


def test_cards_without_anybody_to_hand_them_to_are_not_there(page: TestClient) -> None:
    assert page.get(f"{URL}/cards").status_code == 404


def test_model_is_a_list_that_is_read_back(page: TestClient) -> None:
    model = page.get(f"{URL}/model")
    assert model.status_code == 200 and model.content.startswith(b"PK")
    assert "ne nomme personne" in send_file(page, model.content).text


def test_purchase_is_not_added_to_or_cancelled_as_a_whole(service: Any, page: TestClient, hr: Person) -> None:
    twelve(page)
    bought = re.search(rf'href="{service.home}(/r/[^"]+)"', page.get(URL).text)
    assert bought
    own = page.get(bought[1]).text
    assert "Mon programme" in own and f"{bought[1]}/cancel" not in own and f"{bought[1]}/add" not in own
    for address in ("/cancel", "/add"):
        assert [page.get(bought[1] + address).status_code, page.post(bought[1] + address).status_code] == [409, 409]
    registration, token = bought[1].split("/")[2:]
    link = {"X-Link-Token": token}
    refused = page.post(f"/api/registrations/{registration}/cancel", headers=link)
    assert refused.json()["code"] == "CoveredOneByOne" and len(covered(service, hr.company_id)) == 12


def test_purchase_cancelled_by_staff_covers_nobody(
    service: Any, page: TestClient, hr: Person, clock: FakeClock
) -> None:
    twelve(page)
    nadia = one_of(service, "Nadia")
    with service.db.write() as session:
        session.get(Registration, nadia.registration_id).status = RegistrationStatus.CANCELLED
        session.get(Registration, nadia.registration_id).ended_at = clock()
    assert end_of_cancelled(service) and not end_of_cancelled(service)
    assert covered(service, hr.company_id) == []
    with service.db.read() as session:
        assert session.exec(select(Eligibility)).all() == []
    assert "0 personne couverte" in shown(page)
