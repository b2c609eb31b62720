"""What is counted says so on every answer; numbers of money and people, and times, are what they say they are."""

import uuid
from typing import Any

import pytest

from kit.errors import TooMany
from registration.settings import RegistrationSettings
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.test_signup_api import asked

LIMITED = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


@pytest.fixture
def settings(settings: RegistrationSettings) -> RegistrationSettings:
    """Two attempts a minute."""
    return settings.model_copy(update={"rate_limit": 2})


def test_answers_that_are_counted_say_what_is_left(browser: Browser, clock: FakeClock) -> None:
    clock.advance(seconds=45 - clock().second)
    client, wrong = browser(), {"Authorization": "Bearer nothing-we-know"}
    answers = [client.post("/api/token", headers=wrong) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    said = [tuple(answer.headers[name] for name in LIMITED) for answer in answers]
    assert said == [("2", "1", "15"), ("2", "0", "15"), ("2", "0", "15")]
    assert answers[2].json()["code"] == TooMany.__name__
    assert answers[2].headers["Retry-After"] == "15"

    clock.advance(seconds=15)
    again = client.post("/api/token", headers=wrong)
    assert (again.status_code, again.headers["RateLimit-Remaining"]) == (401, "1")


def test_company_code_attempt_is_counted_and_a_plain_look_is_not(browser: Browser) -> None:
    client, address = browser(), f"/api/activities/{COCKTAIL}"
    assert client.get(address, headers={"X-Company-Code": "AAAAABBBBB"}).headers["RateLimit-Remaining"] == "1"
    assert "RateLimit-Limit" not in client.get(address).headers


@pytest.mark.parametrize("quantity", ["1", True, 1.0])
def test_quantity_that_is_no_integer_is_refused(browser: Browser, quantity: Any) -> None:
    items = [{"product": "car", "who": "non_member", "quantity": quantity}]
    answer = browser().post(f"/api/activities/{COCKTAIL}/registrations", json=asked(items))
    assert (answer.status_code, answer.json()["errors"]) == (422, {"items[0].quantity": "int_type"})


@pytest.mark.parametrize("total", ["7473", True])
def test_expected_total_that_is_no_integer_is_refused(browser: Browser, total: Any) -> None:
    items = [{"product": "car", "who": "non_member", "quantity": 1}]
    answer = browser().post(f"/api/activities/{COCKTAIL}/registrations", json=asked(items, expected_total=total))
    assert (answer.status_code, answer.json()["errors"]) == (422, {"expected_total": "int_type"})


@pytest.mark.parametrize("moment", [1234567, "1234567", 1.5])
def test_moment_given_as_a_number_is_refused(browser: Browser, cocktail: uuid.UUID, moment: Any) -> None:
    body = {"code": "CAR-0001", "at": moment}
    answer = browser("door").post(f"/api/activities/{cocktail}/check-ins", json=body)
    assert (answer.status_code, answer.json()["errors"]) == (422, {"at": "not_a_time"})


@pytest.mark.parametrize("path", ["/openapi-internal.json", "/internal-registration.json"])
def test_routes_for_siblings_and_operators_are_not_published(browser: Browser, path: str) -> None:
    client = browser()
    assert client.get(path).status_code == 404
    paths = client.get("/openapi.json").json()["paths"]
    assert [name for name in paths if not name.startswith("/api/")] == []
