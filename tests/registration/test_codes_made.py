"""Staff make codes: an honouree is invited, a batch is drawn, a code is given more, or closed."""

import uuid
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kit.auth import PASS_COOKIE
from tests.fakes.clock import FakeClock
from tests.registration.conftest import pass_of


@pytest.fixture
def staff(app: FastAPI, clock: FakeClock) -> TestClient:
    client = TestClient(app, base_url="http://registration.test", follow_redirects=False)
    client.cookies.set(PASS_COOKIE, pass_of(app, clock(), "coordinator"))
    return client


def page(cocktail: uuid.UUID) -> str:
    return f"/staff/activities/{cocktail}/codes"


def listed(staff: TestClient, cocktail: uuid.UUID) -> dict[str, dict[str, Any]]:
    rows = staff.get(f"/api{page(cocktail)}").json()
    return {row["word"]: row for row in rows}


def test_code_made_on_the_page_opens_the_reserved_price(staff: TestClient, cocktail: uuid.UUID) -> None:
    form = {"opens": "car-hon", "word": "belle fête 27", "max_units": "3", "note": "Personnalité honorée"}
    refused = staff.post(page(cocktail), data=form)
    assert refused.status_code == 422 and "lettres sans accent" in refused.text and "belle fête 27" in refused.text
    assert staff.post(page(cocktail), data={**form, "word": "belle fete 27"}).status_code == 303
    made = listed(staff, cocktail)["BELLEFETE27"]
    assert (made["opens"], made["max_units"], made["used"], made["note"]) == ("car-hon", 3, 0, "Personnalité honorée")
    # Whoever has the word is offered what nobody else is.
    form_address = "/fr/activites/caricatures-2027/inscription"
    opened = staff.post(form_address, data={"code": "belle-fete-27", "action": "update"})
    assert 'name="q.car.code"' in opened.text
    assert 'name="q.car.code"' not in staff.post(form_address, data={"code": "", "action": "update"}).text


def test_limits_of_a_new_code_are_folded_until_one_is_filled_or_wrong(staff: TestClient, cocktail: uuid.UUID) -> None:
    def is_open(text: str) -> bool:
        [before, _after] = text.split("Limites</summary>")
        return before.rsplit("<details", 1)[1].split(">", 1)[0].endswith(" open")

    assert not is_open(staff.get(page(cocktail)).text)
    word = {"opens": "car-hon", "word": "belle fête 27"}  # It is refused for its accent.
    assert not is_open(staff.post(page(cocktail), data=word).text)
    assert is_open(staff.post(page(cocktail), data={**word, "per_company": "2"}).text)
    assert is_open(staff.post(page(cocktail), data={**word, "until": "plus tard"}).text)


def test_batch_of_codes_has_words_of_its_own(staff: TestClient, cocktail: uuid.UUID) -> None:
    before = listed(staff, cocktail)
    made = staff.post(f"/api{page(cocktail)}", json={"count": 25, "percent_off": 10, "note": "Partenaires"})
    assert made.status_code == 201
    assert len(set(made.json()["words"])) == 25
    assert listed(staff, cocktail).keys() == before.keys() | set(made.json()["words"])


def test_code_with_a_word_that_is_taken_is_refused(staff: TestClient, cocktail: uuid.UUID) -> None:
    first = {"opens": "car-hon", "word": "AMIS27"}
    assert staff.post(page(cocktail), data=first).status_code == 303
    again = staff.post(page(cocktail), data={**first, "word": "amis-27"})
    assert again.status_code == 409 and "est déjà ce mot" in again.text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"opens": "percent", "percent_off": "0"}, "rabais de 1 à 100"),
        ({"opens": "percent", "percent_off": "120"}, "rabais de 1 à 100"),
        ({"opens": "car-m"}, "pas réservé à un code"),
        ({"opens": "car-hon", "max_units": "beaucoup"}, "nombre entier"),
        ({"opens": "car-hon", "count": "900"}, "200 codes"),
        ({"opens": "car-hon", "until": "demain"}, "date et une heure"),
    ],
)
def test_code_that_cannot_be_names_its_field(
    staff: TestClient, cocktail: uuid.UUID, form: dict[str, str], sentence: str
) -> None:
    answer = staff.post(page(cocktail), data=form)
    assert answer.status_code == 422 and sentence in answer.text.replace("\u00a0", " ")


def test_code_is_given_more_and_closed(staff: TestClient, cocktail: uuid.UUID) -> None:
    staff.post(page(cocktail), data={"opens": "car-hon", "word": "AMIS27"})
    code = listed(staff, cocktail)["AMIS27"]["id"]
    assert staff.post(f"{page(cocktail)}/{code}/terms", data={"max_units": "0"}).status_code == 409
    assert staff.post(f"{page(cocktail)}/{code}/terms", data={"max_units": "5"}).status_code == 303
    assert listed(staff, cocktail)["AMIS27"]["max_units"] == 5
    assert staff.post(f"{page(cocktail)}/{code}/close").status_code == 303
    assert "Terminé" in staff.get(page(cocktail)).text


@pytest.mark.parametrize("until", ["9999-12-31T23:59", "2300-01-01T00:00", "0001-01-01T00:00", "demain"])
def test_code_with_a_last_moment_no_calendar_holds_is_refused(
    staff: TestClient, cocktail: uuid.UUID, until: str
) -> None:
    said = {"word": "BIENVENUE", "opens": "percent", "percent_off": "10", "max_units": "3", "until": until}
    assert staff.post(page(cocktail), data=said).status_code == 422
    [first, *_] = listed(staff, cocktail).values()
    terms = staff.post(f"{page(cocktail)}/{first['id']}/terms", data={"max_units": "5", "until": until})
    assert terms.status_code == 422 and listed(staff, cocktail)[first["word"]] == first


def test_code_is_given_no_more_than_codes_have(staff: TestClient, cocktail: uuid.UUID) -> None:
    [first, *_] = listed(staff, cocktail).values()
    answer = staff.post(f"/api/staff/codes/{first['id']}/terms", json={"max_units": 10**12})
    assert (answer.status_code, answer.json()["errors"]) == (422, {"max_units": "problem.code_units"})
