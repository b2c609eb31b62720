"""How long a login lasts, what ends it, and what siblings are told of it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kit.auth import PASS_COOKIE, read_pass, service_token
from kit.contracts.callers import Call
from kit.settings import DEVELOPMENT_SECRET
from registration.main import create_app
from registration.settings import RegistrationSettings
from registration.staff import queries
from registration.staff.models import Login
from tests import make
from tests.fakes.absent import nobody
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, Browser
from tests.registration.test_staff import EMAIL, PASSWORD, post


@pytest.fixture(scope="module")
def password_hash() -> str:
    return make.quick_passwords().make(PASSWORD)


@pytest.fixture
def db(app: FastAPI) -> Any:
    app.state.service.passwords = make.quick_passwords()
    return app.state.service.db


def signed_in(client: TestClient) -> TestClient:
    assert post(client).status_code == 303
    return client


def test_pass_of_changed_account_has_new_roles_at_once(
    db: Any, app: FastAPI, browser: Browser, clock: FakeClock, password_hash: str
) -> None:
    member = make.staff(db, EMAIL, ["director"], clock(), password_hash=password_hash)
    client = signed_in(browser())
    with db.write() as session:
        session.merge(member).roles = ["door"]
    assert client.get("/staff/people").status_code == 403
    assert client.get("/staff/account").status_code == 200
    caller, fresh = read_pass(
        app.state.service.settings.public_keys("registration"), client.cookies[PASS_COOKIE], clock()
    )
    assert (caller.roles, fresh) == ({"door"}, True)


@pytest.mark.parametrize("how", ["closed", "ended", "signed out elsewhere", "two weeks"])
def test_login_ended_closes_pages_within_minutes(
    db: Any, browser: Browser, clock: FakeClock, password_hash: str, how: str
) -> None:
    volunteer = clock() + timedelta(minutes=4)
    member = make.staff(db, EMAIL, ["door"], clock(), password_hash=password_hash, expires_at=volunteer)
    client = signed_in(browser())
    with db.write() as session:
        row = session.merge(member)
        row.expires_at = volunteer if how == "ended" else None
        row.disabled_at = clock() if how == "closed" else None
        if how == "signed out elsewhere":
            session.exec(Login.__table__.update().values(ended_at=clock()))  # type: ignore[attr-defined]
    clock.advance(days=14 if how == "two weeks" else 0, minutes=6)
    assert client.get("/staff/account").status_code == 401


def test_login_in_use_lasts_two_weeks_at_most(db: Any, browser: Browser, clock: FakeClock, password_hash: str) -> None:
    make.staff(db, EMAIL, ["door"], clock(), password_hash=password_hash)
    client = signed_in(browser())
    clock.advance(days=13, hours=23)
    assert client.get("/staff/account").status_code == 200


def test_sign_out_with_stale_pass_leaves_no_fresh_pass(
    db: Any, browser: Browser, clock: FakeClock, password_hash: str
) -> None:
    make.staff(db, EMAIL, ["door"], clock(), password_hash=password_hash)
    client = signed_in(browser())
    clock.advance(minutes=6)
    client.post("/staff/sign-out")
    assert PASS_COOKIE not in client.cookies


@pytest.fixture
def sibling(app: FastAPI, clock: FakeClock) -> Iterator[Callable[..., Any]]:
    """Calls `/passes/renew` as a sibling does."""
    client = TestClient(app, base_url=HOME)

    def renew(login: str, issuer: str = "billing") -> Any:
        body = f'{{"login": "{login}"}}'.encode()
        call = Call(issuer, "registration", "POST", "/passes/renew", body)
        token = service_token(DEVELOPMENT_SECRET, call, clock())
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        return client.post("/passes/renew", content=body, headers=headers)

    yield renew
    client.close()


def test_pass_renewed_by_sibling_names_the_caller(
    db: Any, app: FastAPI, browser: Browser, clock: FakeClock, password_hash: str, sibling: Callable[..., Any]
) -> None:
    member = make.staff(db, EMAIL, ["director", "door"], clock(), password_hash=password_hash)
    client = signed_in(browser())
    caller, _ = read_pass(app.state.service.settings.public_keys("registration"), client.cookies[PASS_COOKIE], clock())
    expected = {"id": str(member.id), "name": "Directrice fictive", "roles": ["director", "door"]}
    answer = sibling(caller.login).json()
    renewed, fresh = read_pass(app.state.service.settings.public_keys("registration"), answer.pop("token"), clock())
    assert answer == {**expected, "login": caller.login, "lang": "fr"}
    assert renewed == caller and fresh
    client.post("/staff/sign-out")
    assert sibling(caller.login, "notify").json() is None
    assert sibling("not-a-login").json() is None
    assert sibling(caller.login, "registration").status_code == 403
    assert client.post("/passes/renew", json={"login": caller.login}).status_code == 401


def test_old_logins_and_attempts_purged_are_gone(
    db: Any, browser: Browser, clock: FakeClock, password_hash: str
) -> None:
    from registration.staff import actions

    make.staff(db, EMAIL, ["door"], clock(), password_hash=password_hash)
    signed_in(browser())
    for days, logins in ((13, 1), (120, 0)):
        clock.advance(days=days)
        with db.write() as session:
            actions.purge(session, clock())
            assert session.connection().exec_driver_sql("SELECT count(*) FROM attempt").scalar() == 0
            assert session.connection().exec_driver_sql("SELECT count(*) FROM login").scalar() == logins
    assert queries.caller_by_login(db, "", clock()) is None


def test_cookie_over_https_belongs_to_this_very_host(
    settings: RegistrationSettings, clock: FakeClock, password_hash: str
) -> None:
    """A neighbour under the same domain cannot set one of this name, and a browser sends it by HTTPS only."""
    home = HOME.replace("http:", "https:")
    app = create_app(settings.model_copy(update={"registration_public_url": home}), clock, nobody)
    app.state.service.passwords = make.quick_passwords()
    make.staff(app.state.service.db, EMAIL, ["director"], clock(), password_hash=password_hash)
    client = TestClient(app, base_url=home, follow_redirects=False)
    cookie = post(client).headers["Set-Cookie"]
    assert cookie.startswith("__Host-guichet_pass=") and "Secure" in cookie and "Path=/;" in cookie
    assert "Domain" not in cookie
    assert client.get("/staff/people").status_code == 200
    app.state.service.close()
