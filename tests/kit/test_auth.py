"""Who may call, and the proofs they show: passes, tokens between services, links, the operator's bearer."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from kit.auth import PASS_COOKIE, PASS_LIFE, check_link, link_token, service_token, staff_pass
from kit.contracts.callers import Call, Caller
from kit.errors import NotFound
from kit.signing import public_key
from tests.fakes.clock import FakeClock
from tests.keys import OPS_TOKEN, SIGNING_KEYS
from tests.kit.conftest import HOME, SECRET, Make

ID = uuid.UUID("018f0000-0000-7000-8000-000000000001")
BODY = b'{"a": 1}'


def heard(client: TestClient, token: str, body: bytes = BODY) -> int:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return client.post("/siblings", content=body, headers=headers).status_code


CALL = Call("registration", "notify", "POST", "/siblings", BODY)


def token_of(clock: FakeClock, key: str = SECRET, **changed: str) -> str:
    return service_token(key, replace(CALL, **changed), clock())


def test_service_token_is_for_one_call_and_one_minute(client: TestClient, clock: FakeClock) -> None:
    good = token_of(clock)
    assert heard(client, good) == 200
    assert heard(client, good, b'{"a": 2}') == 401
    assert heard(client, token_of(clock, receiver="billing")) == 401
    assert heard(client, token_of(clock, method="PUT")) == 401
    assert heard(client, token_of(clock, path="/siblings?all=1")) == 401
    assert heard(client, token_of(clock, key="another-secret")) == 401
    assert heard(client, token_of(clock, key=SIGNING_KEYS["billing"], sender="billing")) == 403
    assert heard(client, staff_pass(SECRET, Caller(frozenset({"director"})), clock())) == 401
    assert heard(client, "no.token") == 401
    clock.advance(seconds=91)
    assert heard(client, good) == 401


def test_service_cannot_speak_in_the_name_of_another(client: TestClient, clock: FakeClock) -> None:
    """Each signs with a key of its own: the others can check it, and none can use it."""
    for liar in ("billing", "notify"):
        assert heard(client, token_of(clock, key=SIGNING_KEYS[liar])) == 401


def test_service_token_of_a_clock_a_little_apart_is_accepted(client: TestClient, clock: FakeClock) -> None:
    for apart in (-25, 25):
        token = service_token(SECRET, CALL, clock() + timedelta(seconds=apart))
        assert heard(client, token) == 200


def test_service_key_is_replaced_without_a_gap(make_app: Make, clock: FakeClock) -> None:
    both = ", ".join(f"registration:{public_key(key)}" for key in ("new", "old"))
    with TestClient(make_app(service_keys=both, ops_token="new, old")) as client:
        for key in ("new", "old"):
            assert heard(client, token_of(clock, key=key)) == 200
            assert client.get("/ops/pending", headers={"Authorization": f"Bearer {key}"}).status_code == 200
        for key in ("older", "new, old", ""):
            assert client.get("/ops/pending", headers={"Authorization": f"Bearer {key}"}).status_code == 401


@pytest.mark.parametrize("path", ["/ops/pending", "/ops/invariants", "/metrics"])
def test_operator_routes_without_the_bearer_are_refused(client: TestClient, clock: FakeClock, path: str) -> None:
    director = staff_pass(SECRET, Caller(frozenset({"director"})), clock())
    client.cookies.set(f"__Host-{PASS_COOKIE}", director)
    refused: list[dict[str, str]] = [{}, {"Authorization": OPS_TOKEN}, {"Authorization": f"Basic {OPS_TOKEN}"}]
    refused += [{"Authorization": f"Bearer {director}"}, {"Authorization": "Bearer"}]
    assert [client.get(path, headers=one).status_code for one in refused] == [401] * 5
    assert client.get(path, headers={"Authorization": f"Bearer {OPS_TOKEN}"}).status_code == 200


@pytest.mark.parametrize("token", ["", "é", "é" * 24, "\udcff", "A" * 24, "x" * 10_000])
def test_link_that_is_none_of_ours_is_nothing_and_no_bug(token: str) -> None:
    with pytest.raises(NotFound):
        check_link(SECRET, "registration", ID, 1, token)


def test_link_is_revoked_by_its_version_and_outlives_a_key_replaced() -> None:
    token = link_token("old", "registration", ID, 1)
    check_link("new,old", "registration", ID, 1, token)
    for kind, version in (("registration", 2), ("attendee", 1)):
        with pytest.raises(NotFound):
            check_link("new,old", kind, ID, version, token)


def test_pass_gone_stale_asks_registration_again(client: TestClient, clock: FakeClock) -> None:
    client.cookies.set(f"__Host-{PASS_COOKIE}", staff_pass(SECRET, Caller(frozenset({"director"}), login="l"), clock()))
    assert client.get("/staff/page").status_code == 200
    clock.advance(seconds=PASS_LIFE.total_seconds() + 1)
    assert client.get("/staff/page").status_code == 401


def test_visitor_is_sent_to_sign_in_and_back_to_a_page_of_ours(client: TestClient) -> None:
    answer = client.get("/staff/page?search=elise", headers={"Accept": "text/html", "Host": "evil.example.com"})
    assert answer.headers["Location"] == f"{HOME}/staff/sign-in?next={HOME.replace(':', '%3A')}/notify/staff/page"


FORM: list[tuple[dict[str, str], int]] = [
    ({}, 200),  # A program, or a browser of another age, which SameSite keeps from bringing the cookie.
    ({"Origin": HOME, "Sec-Fetch-Site": "same-origin"}, 200),
    ({"Sec-Fetch-Site": "same-origin"}, 200),
    ({"Sec-Fetch-Site": "none"}, 200),
    ({"Origin": HOME}, 200),
    ({"Origin": "https://evil.example.com"}, 403),
    ({"Origin": "https://evil.example.com", "Sec-Fetch-Site": "cross-site"}, 403),
    ({"Origin": "https://other.example.org", "Sec-Fetch-Site": "same-site"}, 403),
    ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
    ({"Origin": "null"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Origin": HOME + ".evil.example.com", "Sec-Fetch-Site": "cross-site"}, 403),
    ({"Origin": HOME.replace("https", "http"), "Sec-Fetch-Site": "same-site"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), FORM)
def test_form_of_another_site_is_refused(client: TestClient, headers: dict[str, Any], status: int) -> None:
    answer = client.post("/fr/form", data={"name": "x"}, headers=headers)
    assert answer.status_code == status


def test_forms_between_the_three_services_on_three_ports_are_accepted(make_app: Make) -> None:
    urls = {f"{name}_public_url": f"http://localhost:{port}" for name, port in (("registration", 1), ("billing", 2))}
    with TestClient(make_app(**urls, notify_public_url="http://localhost:3")) as client:
        sent = {"Origin": "http://localhost:2", "Sec-Fetch-Site": "same-site"}
        assert client.post("/fr/form", headers=sent).status_code == 200
