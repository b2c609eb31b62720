"""What nobody types and a program may send: half characters, forms in pieces, days at the end of all calendars."""

import json
from typing import Any

import pytest

from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.test_stored_answers import SIGNUP

FORM = f"/fr/activites/{COCKTAIL}/inscription"
PART = b'Content-Disposition: form-data; name="a"\r\n\r\nx\r\n--B'
DAYS = ("9999-12-31", "2200-01-01", "1899-12-31", "0001-01-01")


@pytest.mark.parametrize("change", [{"company": "\ud800"}, {"answers": {"x": "\ud800"}}])
def test_half_a_character_is_refused_by_the_signup(browser: Browser, change: dict[str, Any]) -> None:
    body = json.dumps({**SIGNUP, **change}).encode()
    answer = browser().post(
        f"/api/activities/{COCKTAIL}/registrations", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (415, 422)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=B", b"x"),
        ("multipart/form-data; boundary=B", b"--B\r\nbad header\r\n\r\nx\r\n--B--"),
        ("multipart/form-data; boundary=B", b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--"),
        ("multipart/form-data; boundary=B", b"--B\r\n" + b"\r\n".join([PART] * 3000) + b"--"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(3000))),
    ],
)
def test_form_that_cannot_be_read_is_a_bad_request(browser: Browser, kind: str, body: bytes) -> None:
    assert browser().post(FORM, content=body, headers={"Content-Type": kind}).status_code == 400


@pytest.mark.parametrize("charset", ["punycode", "unicode_escape", "idna"])
def test_form_in_another_encoding_is_refused(browser: Browser, charset: str) -> None:
    part = b'--B\r\nContent-Disposition: form-data; name="first_name"\r\n\r\n\\ud800\r\n--B--'
    kind = f"multipart/form-data; boundary=B; charset={charset}"
    assert browser().post(FORM, content=part, headers={"Content-Type": kind}).status_code == 415


@pytest.mark.parametrize("day", DAYS)
def test_last_day_beyond_what_calendars_hold_is_refused(browser: Browser, day: str) -> None:
    director = browser("director")
    account = {"name": "Ami", "email": "ami@example.org", "roles": ["door"], "until": day}
    for path in ("/api/staff/people", "/api/staff/tokens"):
        body = account if "people" in path else {"name": "Programme", "roles": ["door"], "until": day}
        answer = director.post(path, json=body)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["until"]), path
    for path in ("/staff/people", "/staff/tokens"):
        assert director.post(path, data={**account, "roles": "door"}).status_code in (200, 422), path
        assert "ami@example.org" not in director.get("/api/staff/people").text
