"""Signing in and out: who may enter, what a refusal tells, how long it lasts, in all three services."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kit.auth import PASS_COOKIE
from kit.errors import Busy
from registration.main import create_app
from registration.passwords import NOBODYS_HASH, Passwords
from registration.settings import RegistrationSettings
from registration.staff import actions
from registration.staff.rules import WrongSignIn, own_address
from tests import make
from tests.fakes.absent import nobody
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, Browser

PASSWORD = "quatre mots sans lien"
EMAIL = "direction@example.org"


@pytest.fixture(scope="module")
def password_hash() -> str:
    return make.quick_passwords().make(PASSWORD)


@pytest.fixture
def db(app: FastAPI) -> Any:
    app.state.service.passwords = make.quick_passwords()
    return app.state.service.db


def post(client: TestClient, **form: str) -> Any:
    return client.post("/staff/sign-in", data={"email": EMAIL, "password": PASSWORD, **form})


def test_staff_pages_after_sign_in_open_until_sign_out(
    db: Any, browser: Browser, clock: FakeClock, password_hash: str
) -> None:
    make.staff(db, EMAIL, ["director"], clock(), password_hash=password_hash, lang="en")
    client = browser()
    assert client.get("/staff/account", headers={"accept": "text/html"}).status_code == 303
    answer = post(client, email=" Direction@Example.org ")
    assert answer.headers["location"] == f"{HOME}/staff/home"
    assert "HttpOnly" in answer.headers["set-cookie"] and "SameSite=lax" in answer.headers["set-cookie"]
    page = client.get("/staff/account")
    assert "Directrice fictive" in page.text and "My account" in page.text
    assert client.post("/staff/sign-out").headers["location"] == f"{HOME}/staff/sign-in"
    assert client.get("/staff/account").status_code == 401


@pytest.mark.parametrize(
    ("roles", "page"),
    [
        (["door"], f"{HOME}/staff/check-in"),
        (["accountant"], "http://127.0.0.1:8002/staff/orders"),
        (["door", "coordinator"], f"{HOME}/staff/home"),
    ],
)
def test_sign_in_by_role_leads_to_its_first_page(
    db: Any, browser: Browser, clock: FakeClock, password_hash: str, roles: list[str], page: str
) -> None:
    make.staff(db, EMAIL, roles, clock(), password_hash=password_hash)
    client = browser()
    assert post(client).headers["location"] == page
    assert client.get("/staff").headers["location"] == page


def refused_accounts(db: Any, clock: FakeClock, password_hash: str) -> dict[str, dict[str, str]]:
    """What one types, and why it must be refused."""
    past, more = clock() - timedelta(seconds=1), {"password_hash": password_hash}
    make.staff(db, EMAIL, ["director"], clock(), **more)
    make.staff(db, "ended@example.org", ["door"], clock(), expires_at=past, **more)
    make.staff(db, "closed@example.org", ["door"], clock(), disabled_at=past, **more)
    make.staff(db, "invited@example.org", ["door"], clock())
    return {
        "wrong password": {"password": "autre chose que cela"},
        "nobody": {"email": "personne@example.org"},
        "past the last day": {"email": "ended@example.org"},
        "closed": {"email": "closed@example.org"},
        "no password yet": {"email": "invited@example.org"},
        "nothing typed": {"email": "", "password": ""},
    }


def test_sign_in_refused_says_and_costs_the_same(
    db: Any, app: FastAPI, browser: Browser, clock: FakeClock, password_hash: str
) -> None:
    """Exactly one hash is computed whatever the reason, so that time says nothing of which addresses have accounts."""
    passwords = CountingPasswords(*make.quick_hasher())
    app.state.service.passwords = passwords
    client, said = browser(), set()
    for reason, typed in refused_accounts(db, clock, password_hash).items():
        before = passwords.computed
        answer = post(client, **typed)
        assert answer.status_code == 401, reason
        assert passwords.computed == before + 1, reason
        said.add(answer.text.replace(typed.get("email", EMAIL), "").replace(answer.headers["x-request-id"], ""))
        assert PASS_COOKIE not in client.cookies
    assert len(said) == 1
    assert "n’ouvrent pas de compte" in said.pop()


def test_sign_in_with_password_changed_meanwhile_is_refused(db: Any, clock: FakeClock, password_hash: str) -> None:
    member = make.staff(db, EMAIL, ["door"], clock(), password_hash=password_hash)
    with db.write() as session:
        session.merge(member).password_hash = "another"
    with db.write() as session, pytest.raises(WrongSignIn):
        actions.sign_in(session, member, None, clock())


class CountingPasswords(Passwords):
    def __init__(self, *hasher: Any) -> None:
        super().__init__(*hasher)
        self.computed = 0

    def compare(self, password: str, kept: str | None) -> tuple[bool, str | None]:
        self.computed += 1
        return super().compare(password, kept)


def test_hash_of_nobody_has_the_cost_of_a_real_one() -> None:
    passwords = Passwords()
    ours = passwords.make(PASSWORD)
    assert ours.split("$")[:4] == NOBODYS_HASH.split("$")[:4]
    assert passwords.compare(PASSWORD, ours) == (True, None)
    assert passwords.compare(PASSWORD, None) == (False, None)


def test_sign_in_with_weak_hash_stores_a_stronger_one(
    db: Any, app: FastAPI, browser: Browser, clock: FakeClock
) -> None:
    app.state.service.passwords = Passwords()
    weak = make.quick_passwords().make(PASSWORD)
    member = make.staff(db, EMAIL, ["door"], clock(), password_hash=weak)
    assert post(browser()).status_code == 303
    with db.read() as session:
        kept = session.get(type(member), member.id).password_hash
    assert kept != weak and Passwords().compare(PASSWORD, kept) == (True, None)


def test_passwords_beyond_room_are_refused_as_busy() -> None:
    """Two hashes at work and two waiting; the fifth caller is told at once instead of holding a thread."""
    passwords = HeldPasswords()
    threads = [threading.Thread(target=passwords.compare, args=(PASSWORD, None)) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert passwords.two_at_work.wait(5)
    while passwords.in_the_room < 4:
        threading.Event().wait(0.001)
    with pytest.raises(Busy):
        passwords.compare(PASSWORD, None)
    passwords.go.set()
    for thread in threads:
        thread.join()
    assert passwords.most_at_once == 2


class HeldPasswords(Passwords):
    """Hashes that wait until told to go."""

    def __init__(self) -> None:
        super().__init__()
        self.go, self.two_at_work = threading.Event(), threading.Event()
        self.at_once = self.most_at_once = 0
        self._hasher = self  # type: ignore[assignment]

    @property
    def in_the_room(self) -> int:
        return 4 - self._room._value

    def verify_and_update(self, _password: str, _kept: str) -> tuple[bool, None]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if self.at_once == 2:
            self.two_at_work.set()
        self.go.wait(5)
        self.at_once -= 1
        return False, None


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (f"{HOME}/staff/members?q=a", True),
        ("http://127.0.0.1:8002/staff/orders", True),
        ("http://127.0.0.1:8002.evil.example/staff", False),
        ("https://evil.example/", False),
        ("//evil.example/", False),
        (f"{HOME}@evil.example/", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_sign_in_with_foreign_next_page_leads_to_own_page(
    db: Any, browser: Browser, clock: FakeClock, password_hash: str, url: str, kept: bool
) -> None:
    make.staff(db, EMAIL, ["door"], clock(), password_hash=password_hash)
    client = browser()
    assert (f'name="next" value="{url}"' in client.get("/staff/sign-in", params={"next": url}).text) is (
        kept or not url
    )
    assert post(client, next=url).headers["location"] == (url if kept else f"{HOME}/staff/check-in")


def test_own_address_elsewhere_is_empty() -> None:
    assert own_address("http://a.example/x", ["http://a.example"]) == "http://a.example/x"
    assert own_address("http://a.example.evil/x", ["http://a.example"]) == ""


def test_sign_in_with_next_page_leads_back_to_it(browser: Browser) -> None:
    answer = browser().get("/staff/people", headers={"accept": "text/html"})
    assert answer.headers["location"] == f"{HOME}/staff/sign-in?next=http%3A//registration.test/staff/people"


def test_sign_in_attempts_across_processes_are_counted_together(
    settings: RegistrationSettings, clock: FakeClock
) -> None:
    """Two applications on one database are two processes: five tries, whoever answers, and the sixth is refused."""
    few = settings.model_copy(update={"rate_limit": 5})
    apps = [create_app(few, clock, nobody), create_app(few, clock, nobody)]
    for app in apps:
        app.state.service.passwords = make.quick_passwords()
    clients = [TestClient(app, base_url=HOME, client=(f"192.0.2.{n}", 1)) for n, app in enumerate(apps)]
    for n in range(5):
        assert post(clients[n % 2], email="quelquun@example.org").status_code == 401
    assert post(clients[0], email="QUELQUUN@example.org").status_code == 429
    limited = post(clients[1], email=" quelquun@example.org")
    assert limited.status_code == 429 and limited.headers["retry-after"] == "60"
    assert post(clients[1], email="autre@example.org").status_code == 401
    for n in range(3):
        post(clients[0], email=f"n{n}@example.org")
    assert post(clients[0], email="encore@example.org").status_code == 429  # The address has used up its five.
    clock.advance(minutes=1)
    assert post(clients[0], email="encore@example.org").status_code == 401
    with apps[0].state.service.db.read() as session:
        kept = " ".join(str(row) for row in session.connection().exec_driver_sql("SELECT bucket FROM attempt"))
    assert "example" not in kept and "192.0.2" not in kept
    for app in apps:
        app.state.service.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:8002"}, 303),  # A page of billing.
        ({"origin": HOME}, 303),
    ],
)
def test_sign_in_form_of_another_site_is_refused(browser: Browser, headers: dict[str, str], status: int) -> None:
    assert browser("door").post("/staff/sign-out", headers=headers).status_code == status
