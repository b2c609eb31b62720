"""Billing refuses registration's token, as halfway through a change of keys: only the card is missed."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from registration.main import create_app
from registration.settings import RegistrationSettings
from tests.fakes.clock import FakeClock
from tests.journeys.signing import COMPANY, WHO
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.test_signup import sign_up

FORM = f"/fr/activites/{COCKTAIL}/inscription"
CARD = 'value="card"'


class Refusing(httpx.BaseTransport):
    """Billing with other keys; once `agreed`, with ours."""

    def __init__(self) -> None:
        self.agreed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not self.agreed:
            return httpx.Response(401, json={"code": "BadToken"})
        assert request.url.path == "/card", request.url
        return httpx.Response(200, json={"offered": True})


@pytest.fixture
def billing() -> Refusing:
    return Refusing()


@pytest.fixture
def app(settings: RegistrationSettings, clock: FakeClock, billing: Refusing) -> Iterator[FastAPI]:
    built = create_app(settings, clock, lambda _sibling: billing)
    yield built
    built.state.service.close()


def statuses(app: FastAPI) -> list[str]:
    with app.state.service.db.read() as session:
        return list(session.execute(text("SELECT status FROM registration")).scalars())


def test_form_while_billing_refuses_offers_an_invoice_and_no_card(browser: Browser) -> None:
    page = browser().get(FORM)
    assert page.status_code == 200
    assert 'value="invoice"' in page.text and CARD not in page.text


def test_form_by_invoice_while_billing_refuses_is_confirmed(app: FastAPI, browser: Browser) -> None:
    visitor = browser()
    token = visitor.get(FORM).text.split('name="form" value="')[1].split('"')[0]
    sent = visitor.post(FORM, data={"form": token, "q.car.non_member": "1", **WHO, **COMPANY})
    assert (sent.status_code, statuses(app)) == (303, ["confirmed"]), sent.text
    assert "/r/" in sent.headers["location"]


def test_api_by_invoice_while_billing_refuses_is_confirmed(app: FastAPI, browser: Browser) -> None:
    made = sign_up(browser)
    assert (made.status_code, statuses(app)) == (201, ["confirmed"]), made.text


def test_api_by_card_while_billing_refuses_says_that_no_card_is_taken(app: FastAPI, browser: Browser) -> None:
    refused = sign_up(browser, method="card")
    assert (refused.status_code, refused.json()["code"], statuses(app)) == (422, "InvalidInput", [])


def test_door_while_billing_refuses_takes_coins(browser: Browser, cocktail: object) -> None:
    page = browser("door").get(f"/staff/check-in/{cocktail}/walk-in")
    assert (page.status_code, 'value="cash"' in page.text, CARD in page.text) == (200, True, False)


def test_form_after_the_keys_agree_again_offers_the_card_within_a_minute(
    browser: Browser, clock: FakeClock, billing: Refusing
) -> None:
    browser().get(FORM)
    billing.agreed = True
    clock.advance(minutes=1)
    assert CARD in browser().get(FORM).text


def test_form_when_billing_refuses_after_it_took_cards_offers_none(
    browser: Browser, clock: FakeClock, billing: Refusing
) -> None:
    billing.agreed = True
    assert CARD in browser().get(FORM).text
    billing.agreed = False
    clock.advance(minutes=1)
    page = browser().get(FORM)
    assert (page.status_code, CARD in page.text) == (200, False)
