"""A code that a visitor writes: known, or refused beside its field; guessed only a few times a minute, by any door."""

import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from registration.catalog.codes.models import Code
from registration.main import create_app
from registration.members.models import Company
from registration.settings import RegistrationSettings
from tests import make
from tests.fakes.absent import nobody
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, Browser
from tests.registration.test_signup import ONE, asked
from tests.tables import registrations

COCKTAIL = "caricatures-2027"
FORM = f"/fr/activites/{COCKTAIL}/inscription"
API = f"/api/activities/{COCKTAIL}/registrations"
QUOTE = f"/api/activities/{COCKTAIL}/quote"


def rows(service: Any) -> int:
    with service.db.read() as session:
        return len(session.execute(registrations.select()).all())


def test_code_unknown_is_an_error_beside_its_field_with_both_prices(service: Any, browser: Browser) -> None:
    client = browser()
    token = client.get(FORM).text.split('name="form" value="', 1)[1].split('"', 1)[0]
    person = {"contact.first_name": "Luc", "contact.last_name": "Essai", "contact.email": "luc@example.org"}
    form = {"form": token, "q.car.non_member": "1", "company": "Fonderie Noël", "method": "invoice"}
    form |= person | {"contact_attends": "yes", "terms_accepted": "yes", "code": "FAUXCODE", "action": "submit"}
    refused = client.post(FORM, data=form)
    assert refused.status_code == 422 and rows(service) == 0
    assert "97,73\u00a0$, le tarif non-membre (membre\u00a0: 63,24\u00a0$)" in refused.text
    field = refused.text.split('name="code"', 1)[1].split(">", 1)[0]
    assert 'aria-invalid="true"' in field and 'href="#f-code"' in refused.text and 'value="Luc"' in refused.text
    cleared = client.post(FORM, data=form | {"code": ""}, follow_redirects=False)
    assert cleared.status_code == 303 and rows(service) == 1


def test_code_unknown_is_said_at_once_when_the_form_is_updated(browser: Browser) -> None:
    page = browser().post(FORM, data={"q.car.non_member": "1", "code": "FAUXCODE", "action": "update"})
    assert page.status_code == 200 and "Code inconnu ou déjà utilisé" in page.text
    assert 'aria-invalid="true"' in page.text.split('name="code"', 1)[1].split(">", 1)[0]


@pytest.mark.parametrize("word", ["FAUXCODE", "AAAAA-BBBBB", "golfeurs", "=?"])
def test_code_unknown_or_of_another_activity_is_refused_by_the_api(service: Any, browser: Browser, word: str) -> None:
    with service.db.write() as session:
        session.add(
            Code(activity_id=make.activity_id(session, "golf-2027"), word="GOLFEURS", percent_off=10, max_units=9)
        )
    for answer in (
        browser().post(API, json=asked(code=word)),
        browser().post(QUOTE, params={"code": word}, json=[ONE]),
    ):
        assert (answer.status_code, answer.json()["errors"]) == (422, {"code": "problem.code"})
    assert rows(service) == 0


def guess(client: TestClient, door: str, word: str) -> int:
    """One guess by one of the doors; the status."""
    match door:
        case "quote":
            return client.post(QUOTE, params={"code": word}, json=[ONE]).status_code
        case "signup":
            return client.post(API, json=asked(code=word)).status_code
        case "form":
            return client.post(FORM, data={"code": word, "action": "update"}).status_code
        case "header":
            return client.get(f"/api/activities/{COCKTAIL}", headers={"X-Company-Code": word}).status_code
    return client.post("/fr/membre", data={"code": word}).status_code


@pytest.mark.parametrize("door", ["quote", "signup", "form", "header", "page"])
def test_code_guessed_too_often_is_not_looked_at_any_more(
    service: Any, settings: RegistrationSettings, clock: FakeClock, door: str
) -> None:
    """Right ones neither, or guessing would go on; the next minute is another."""
    app = create_app(settings.model_copy(update={"rate_limit": 3}), clock, nobody)
    client = TestClient(app, base_url=HOME)
    with service.db.read() as session:
        right = session.exec(select(Company.access_code)).first() or ""
    assert 429 not in [guess(client, door, right) for _ in range(5)], "right ones are not counted"
    assert 429 not in [guess(client, door, f"FAUX{n}") for n in range(3)]
    assert [guess(client, door, word) for word in ("FAUX4", right)] == [429, 429]
    assert guess(client, door, "") != 429, "whoever writes no code is served"
    clock.advance(minutes=1)
    assert guess(client, door, right) != 429
    app.state.service.close()


def test_code_doors_share_one_count(settings: RegistrationSettings, clock: FakeClock, service: Any) -> None:
    app = create_app(settings.model_copy(update={"rate_limit": 3}), clock, nobody)
    client = TestClient(app, base_url=HOME)
    tried = [
        guess(client, door, f"FAUX{uuid.uuid4().hex[:4]}") for door in ("quote", "form", "header", "page", "signup")
    ]
    assert tried[-1] == 429
    app.state.service.close()


def test_code_until_an_evening_that_is_another_years_in_utc_is_refused(browser: Browser, cocktail: uuid.UUID) -> None:
    """Kept in UTC, it would be one of 2200, which no list could say."""
    client, address = browser("coordinator"), f"/api/staff/activities/{cocktail}/codes"
    asked = {"word": "PARTENAIRE9", "percent_off": 10, "until": "2199-12-31T23:59:00-05:00"}
    assert client.post(address, json=asked).status_code == 422
    assert client.get(address).status_code == 200
