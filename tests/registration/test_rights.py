"""What somebody may do is read when they do it: rights taken away are gone with the next request."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from kit.auth import staff_pass
from registration.access import actions as access
from registration.access.rules import AccountDetails
from registration.staff import actions as logins
from registration.staff import queries
from registration.staff.models import Login, StaffMember
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, Browser

BY = queries.Caller(frozenset({"director"}), "u1", "Directrice fictive")
INVITATION = {"name": "Amie", "email": "amie@example.org", "roles": ["director"]}
TOKEN = {"name": "Programme", "roles": ["director"]}
# Every way of giving access, with the pass that was good a moment ago.
GIVING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/api/staff/people", INVITATION),
    ("/api/staff/tokens", TOKEN),
    ("/api/staff/people/{self}/reopen", {}),
    ("/api/staff/people/{self}/link", {}),
    ("/api/staff/people/{self}", {"name": "Moi", "roles": ["director"]}),
    ("/staff/account/password", {}),
    ("/staff/people/{self}/reopen", {}),
    ("/staff/people/{self}/link", {}),
    ("/staff/people", {}),
    ("/staff/tokens", {}),
)


def closed(session: Any, member: StaffMember, _login: Login, clock: FakeClock) -> None:
    access.close(session, member.id, BY, clock())


def demoted(session: Any, member: StaffMember, _login: Login, clock: FakeClock) -> None:
    details = AccountDetails(member.email, member.name, ("door",), "fr", None)
    access.change(session, member.id, details, BY, clock())


def signed_out(session: Any, _member: StaffMember, login: Login, clock: FakeClock) -> None:
    logins.sign_out(session, str(login.id), clock())


def ended(session: Any, member: StaffMember, _login: Login, clock: FakeClock) -> None:
    session.merge(member).expires_at = clock()


LOSSES: tuple[tuple[Callable[..., None], int], ...] = ((closed, 401), (demoted, 403), (signed_out, 401), (ended, 401))


@pytest.fixture
def director(service: Any, browser: Browser, clock: FakeClock) -> tuple[TestClient, StaffMember, Login]:
    """A director who has just signed in; another one stays."""
    make.staff(service.db, "autre@example.org", ["director"], clock())
    member = make.staff(service.db, "direction@example.org", ["director"], clock())
    with service.db.write() as session:
        login = logins.begin(session, member, clock())
    client = browser()
    token = staff_pass(service.settings.signing_key, queries.caller(member, login.id), clock())
    client.cookies.set("guichet_pass", token)
    return client, member, login


@pytest.mark.parametrize(("loss", "status"), LOSSES, ids=lambda value: getattr(value, "__name__", None))
def test_rights_taken_away_are_gone_with_the_next_request(
    service: Any,
    director: tuple[TestClient, StaffMember, Login],
    clock: FakeClock,
    loss: Callable[..., None],
    status: int,
) -> None:
    client, member, login = director
    assert client.get("/api/staff/people").status_code == 200
    with service.db.write() as session:
        loss(session, member, login, clock)
    assert client.get("/api/staff/people").status_code == status
    for path, body in GIVING:
        if (loss, path) != (demoted, "/staff/account/password"):  # Their own password stays theirs.
            answer = client.post(path.format(self=member.id), json=body)
            assert answer.status_code == status, path
    with service.db.read() as session:
        assert queries.by_email(session, "amie@example.org") is None


def test_token_revoked_is_gone_with_the_next_request(service: Any, browser: Browser, clock: FakeClock) -> None:
    director, program = browser("director"), browser()
    made = director.post("/api/staff/tokens", json=TOKEN).json()
    taken = program.post("/api/token", headers={"Authorization": f"Bearer {made['token']}"}).json()
    program.headers["Authorization"] = f"Bearer {taken['access_token']}"
    assert program.get("/api/staff/people").status_code == 200
    director.post(f"/api/staff/tokens/{made['id']}/revoke")
    assert program.get("/api/staff/people").status_code == 401
    assert program.post("/api/staff/people", json=INVITATION).status_code == 401


def test_new_role_is_good_with_the_next_request_and_the_pass_follows(
    service: Any, director: tuple[TestClient, StaffMember, Login], clock: FakeClock
) -> None:
    client, member, _ = director
    with service.db.write() as session:
        session.merge(member).roles = ["accountant", "director"]
    assert client.get("/api/staff/people").headers["set-cookie"].startswith("guichet_pass=")
    assert "set-cookie" not in client.get("/api/staff/people").headers
    assert str(client.base_url).rstrip("/") == HOME
