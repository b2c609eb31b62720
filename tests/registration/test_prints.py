"""What staff print of an activity: the list of the door, the poster."""

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient

from kit.print import PDF
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.test_association import form
from tests.registration.test_logo import files
from tests.registration.uploading import picture


def printed(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == PDF
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())


def test_door_list_names_who_comes_last_name_first_and_names_to_come_at_the_end(
    browser: Browser, cocktail: uuid.UUID, signed_up: Any
) -> None:
    client = browser("coordinator")
    told = printed(client, f"/staff/activities/{cocktail}/door-list")
    assert "Côté, Élise" in told and "Roy, Zoé" in told and "Fonderie Noël" in told
    assert told.index("Côté, Élise") < told.index("Roy, Zoé") < told.index("Nom à venir (Maude Contact)")
    assert "Carte" not in told.replace("Page", ""), "who has not paid by card yet has no place"
    assert "3 personnes attendues" in told and "Page 1 de 1" in told
    english = printed(client, f"/api/staff/activities/{cocktail}/door-list?lang=en&paper=a4")
    assert "3 people expected" in english and "Name to come" in english


def test_door_list_is_for_who_reads_the_list_and_for_who_welcomes(
    browser: Browser, cocktail: uuid.UUID, signed_up: Any
) -> None:
    for prefix in ("", "/api"):
        address = f"{prefix}/staff/activities/{cocktail}/door-list"
        for role in ("director", "coordinator", "accountant", "door"):
            assert browser(role).get(address).status_code == 200
        assert browser().get(address).status_code in (303, 401)
    assert browser("director").get(f"/staff/activities/{uuid.uuid4()}/door-list").status_code == 404


def test_poster_says_what_when_where_how_much_and_leads_to_the_activity(browser: Browser, cocktail: uuid.UUID) -> None:
    client = browser("coordinator")
    told = printed(client, f"/staff/activities/{cocktail}/poster")
    for words in ("La société régionale en caricatures", "Regional society in caricatures", "17 mars 2027"):
        assert words in told
    assert "Membres" in told and "Non-members" in told and "taxes en sus" in told and "$" in told
    assert "registration.test/fr/activites/" in told.replace(" ", "") and "S’inscrire en ligne" in told
    assert printed(client, f"/api/staff/activities/{cocktail}/poster") == told
    assert browser("door").get(f"/staff/activities/{cocktail}/poster").status_code == 403
    assert browser("director").get(f"/staff/activities/{uuid.uuid4()}/poster").status_code == 404


def test_list_page_leads_to_what_is_printed(browser: Browser, cocktail: uuid.UUID, signed_up: Any) -> None:
    page = browser("coordinator").get(f"/staff/activities/{cocktail}/attendees").text
    assert f"/staff/activities/{cocktail}/door-list" in page and f"/staff/activities/{cocktail}/sharing" in page


@pytest.mark.parametrize("form", ["door-list", "poster"])
def test_printed_files_have_names_without_anybody_in_them(
    browser: Browser, service: Any, clock: FakeClock, cocktail: uuid.UUID, form: str
) -> None:
    make.registered(service.db, COCKTAIL, "car", ["Jean Tremblay"], clock() + timedelta(minutes=1))
    answer = browser("coordinator").get(f"/staff/activities/{cocktail}/{form}")
    named = {"door-list": "accueil", "poster": "affiche"}[form]
    assert answer.headers["content-disposition"] == f'inline; filename="{named}-caricatures-2027.pdf"'


def test_poster_shows_the_logo_that_was_uploaded(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    director = browser("director")

    def pictures() -> int:
        answer = director.get(f"/staff/activities/{cocktail}/poster")
        return sum(len(page.images) for page in PdfReader(io.BytesIO(answer.content)).pages)

    before = pictures()
    typed = form(service)
    assert director.post("/staff/association", data=typed, files=files(picture())).status_code == 303
    clock.advance(seconds=5)  # Pages remember the profile for two seconds.
    assert pictures() == before + 1
