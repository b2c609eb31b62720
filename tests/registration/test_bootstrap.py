"""The first director comes in by the link of the settings, once; whoever runs the service lets them in again."""

from argparse import Namespace
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from kit.settings import MissingSetting
from registration.__main__ import bootstrap
from registration.main import create_app, create_service
from registration.settings import RegistrationSettings
from registration.staff.models import StaffMember
from tests import make
from tests.fakes.absent import nobody
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, Browser
from tests.registration.opening import PASSWORD, TOKEN, db, settings, told

__all__ = ["db", "settings"]


def test_bootstrap_link_first_use_opens_the_director_account(db: Any, browser: Browser) -> None:
    client = browser()
    page = client.get(f"/staff/bootstrap/{TOKEN}")
    assert page.status_code == 200
    with db.read() as session:
        assert session.exec(select(StaffMember)).all() == []  # A scanner that follows links changes nothing.
    for _ in range(2):
        assert client.post(f"/staff/bootstrap/{TOKEN}").headers["location"] == f"{HOME}/staff/home"
    assert client.get("/staff/people").status_code == 200
    with db.read() as session:
        member = session.exec(select(StaffMember)).one()
    assert (member.email, member.roles, member.password_hash) == ("premiere@example.org", ["director"], None)
    entered = ("staff.let_in", "premiere")
    assert told(db, member) == [("staff.invited", ""), entered, entered]


@pytest.mark.parametrize("closed", [False, True])
def test_bootstrap_link_is_dead_once_a_director_has_a_password(
    db: Any, browser: Browser, clock: FakeClock, closed: bool
) -> None:
    gone = {"disabled_at": clock()} if closed else {}
    make.staff(db, "autre@example.org", ["director"], clock(), password_hash="a hash", **gone)
    client = browser()
    assert client.get(f"/staff/bootstrap/{TOKEN}").status_code == 404
    assert client.post(f"/staff/bootstrap/{TOKEN}").status_code == 404
    assert client.get("/staff/people").status_code == 401


def test_bootstrap_command_lets_the_director_in_again_once(
    db: Any, service: Any, browser: Browser, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    member = make.staff(db, "premiere@example.org", ["door"], clock(), password_hash="lost", disabled_at=clock())
    assert bootstrap(service, Namespace()) == 0
    link, client = capsys.readouterr().out.strip().removeprefix(HOME), browser()
    assert client.post(link, data={"password": PASSWORD}).status_code == 303
    assert client.get("/staff/people").status_code == 200
    assert browser().post(link, data={"password": PASSWORD}).status_code == 404
    given = [("staff.bootstrapped", "Directrice fictive"), ("staff.readmitted", "")]
    assert told(db, member) == [*given, ("staff.password_set", "Directrice fictive")]


def test_bootstrap_command_link_is_dead_after_an_hour(
    db: Any, service: Any, browser: Browser, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap(service, Namespace())
    clock.advance(hours=1, seconds=1)
    assert browser().get(capsys.readouterr().out.strip().removeprefix(HOME)).status_code == 404


def test_bootstrap_command_without_an_address_names_the_setting(settings: RegistrationSettings) -> None:
    service = create_service(settings.model_copy(update={"bootstrap_admin_email": ""}))
    with pytest.raises(MissingSetting, match="BOOTSTRAP_ADMIN_EMAIL"):
        bootstrap(service, Namespace())
    service.close()


def test_bootstrap_link_of_closed_account_is_refused(db: Any, browser: Browser, clock: FakeClock) -> None:
    member = make.staff(db, "premiere@example.org", ["door"], clock())
    assert browser().post(f"/staff/bootstrap/{TOKEN}").status_code == 303
    assert told(db, member) == [("staff.bootstrapped", "Directrice fictive"), ("staff.let_in", "Directrice fictive")]
    with db.write() as session:
        session.get(StaffMember, member.id).disabled_at = clock()
    assert browser().post(f"/staff/bootstrap/{TOKEN}").status_code == 401


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_bootstrap_link_with_another_token_is_not_found(db: Any, browser: Browser, method: str) -> None:
    assert browser().request(method, f"/staff/bootstrap/{TOKEN}x").status_code == 404


@pytest.mark.parametrize("missing", ["bootstrap_admin_token", "bootstrap_admin_email"])
def test_bootstrap_link_without_settings_fails(settings: RegistrationSettings, clock: FakeClock, missing: str) -> None:
    app = create_app(settings.model_copy(update={missing: ""}), clock, nobody)
    client = TestClient(app, base_url=HOME)
    assert client.get(f"/staff/bootstrap/{TOKEN}").status_code == 404
    assert client.get("/staff/bootstrap/").status_code == 404
    app.state.service.close()


def test_bootstrap_link_guessed_too_often_is_slowed_down(settings: RegistrationSettings, clock: FakeClock) -> None:
    app = create_app(settings.model_copy(update={"rate_limit": 2}), clock, nobody)
    client = TestClient(app, base_url=HOME)
    assert [client.get(f"/staff/bootstrap/{n}").status_code for n in range(3)] == [404, 404, 429]
    app.state.service.close()
