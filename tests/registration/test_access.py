"""One’s own access: the first director, links that set a password, one’s account; tokens of programs."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select
from starlette.testclient import TestClient

from kit.contracts import SendMessage
from kit.contracts.letters.links import StaffInvite, StaffReset
from kit.errors import NotFound
from kit.mailbox import Outbox
from registration.access import actions
from registration.links import Signed
from registration.staff.models import StaffMember
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, Browser
from tests.registration.opening import PASSWORD, TOKEN, db, settings, told

__all__ = ["db", "settings"]


def letters(db: Any) -> list[SendMessage]:
    with db.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.to == "notify").order_by(Outbox.id)).all()
        return [SendMessage.model_validate(row.body) for row in rows]


def path(letter: SendMessage) -> str:
    return letter.values.model_dump()["url"].removeprefix(HOME)


def send_link(db: Any, app: FastAPI, member: StaffMember, letter: type[StaffInvite | StaffReset] = StaffInvite) -> str:
    """Send a link and answer its path."""
    service = app.state.service
    with db.write() as session:
        actions.send_link(session, member, letter, HOME, service.settings.session_secret, service.clock())
    return path(letters(db)[-1])


def test_password_link_used_sets_password_and_signs_in(
    db: Any, app: FastAPI, browser: Browser, clock: FakeClock
) -> None:
    member = make.staff(db, "zoe@example.org", ["door"], clock(), lang="en", name="Zoé O'Brume")
    link = send_link(db, app, member)
    letter = letters(db)[0]
    assert (letter.kind, letter.to, letter.lang, letter.entity) == ("staff_invite", "zoe@example.org", "en", member.id)
    assert letter.values.model_dump()["until"] == clock() + timedelta(hours=72)
    client = browser()
    page = client.get(link)
    assert page.status_code == 200 and "zoe@example.org" in page.text and "Choose a password" in page.text
    short = client.post(link, data={"password": "onze lettre"})
    assert short.status_code == 422 and "at least 12" in short.text and "onze lettre" not in short.text
    assert client.post(link, data={"password": PASSWORD}).headers["location"] == f"{HOME}/staff/check-in"
    assert client.get("/staff/account").status_code == 200
    assert client.get(link).status_code == 404
    assert client.post(link, data={"password": PASSWORD + "!"}).status_code == 404
    again = browser().post("/staff/sign-in", data={"email": "zoe@example.org", "password": PASSWORD})
    assert again.status_code == 303
    assert told(db, member) == [("staff.password_set", "Zoé O'Brume")]


def test_password_link_used_ends_links_and_logins(db: Any, app: FastAPI, browser: Browser, clock: FakeClock) -> None:
    member = make.staff(db, "zoe@example.org", ["door"], clock())
    first = send_link(db, app, member)
    clock.advance(minutes=10)
    second = send_link(db, app, member, StaffReset)
    assert first != second
    earlier = browser()
    earlier.post(first, data={"password": PASSWORD})
    assert browser().get(second).status_code == 404
    with db.read() as session:
        member = session.get(StaffMember, member.id)
    third = send_link(db, app, member, StaffReset)
    assert browser().post(third, data={"password": PASSWORD}).status_code == 303
    clock.advance(minutes=6)
    assert earlier.get("/staff/account").status_code == 401


@pytest.mark.parametrize("how", ["too old", "closed", "ended", "another purpose", "altered"])
def test_password_link_dead_says_so(db: Any, app: FastAPI, browser: Browser, clock: FakeClock, how: str) -> None:
    ends = clock() + timedelta(days=1) if how == "ended" else None
    member = make.staff(db, "zoe@example.org", ["door"], clock(), expires_at=ends)
    link = send_link(db, app, member)
    if how == "too old":
        clock.advance(hours=72, seconds=1)
    if how == "ended":
        clock.advance(days=1)
    if how == "closed":
        with db.write() as session:
            session.get(StaffMember, member.id).disabled_at = clock()
    if how == "another purpose":
        secret = app.state.service.settings.session_secret
        token = Signed(secret, "member").make({"id": str(member.id), "v": 1}, clock() + timedelta(hours=1))
        link = f"/staff/password/{token}"
    if how == "altered":
        link = link[:-2]
    answer = browser().get(link, headers={"accept": "text/html"})
    assert answer.status_code == 404 and "plus valide" in answer.text


def test_password_link_used_twice_at_once_sets_one_password(db: Any, app: FastAPI, clock: FakeClock) -> None:
    """Both passed the first reading; the second, under lock, lets one through."""
    member = make.staff(db, "zoe@example.org", ["door"], clock())
    link = send_link(db, app, member).rpartition("/")[2]
    secret = app.state.service.settings.session_secret

    def use(session: Session) -> None:
        actions.set_password(session, actions.read_link(session, link, secret, clock(), lock=True), "hash", clock())

    with db.write() as session:
        use(session)
    with db.write() as session, pytest.raises(NotFound):
        use(session)


def test_forgotten_password_of_any_address_is_answered_the_same(db: Any, browser: Browser, clock: FakeClock) -> None:
    make.staff(db, "zoe@example.org", ["door"], clock())
    make.staff(db, "closed@example.org", ["door"], clock(), disabled_at=clock())
    make.staff(db, "ended@example.org", ["door"], clock(), expires_at=clock())
    client, said = browser(), set()
    assert client.get("/staff/forgotten").status_code == 200
    for email in ("zoe@example.org", "nobody@example.org", "closed@example.org", "ended@example.org", ""):
        answer = client.post("/staff/forgotten", data={"email": email})
        assert answer.status_code == 200
        said.add(answer.text)
    assert len(said) == 1
    assert [(letter.kind, letter.to) for letter in letters(db)] == [("staff_reset", "zoe@example.org")]


def test_forgotten_password_asked_twice_at_once_sends_one_letter(db: Any, browser: Browser, clock: FakeClock) -> None:
    """The two messages carry one version, of which notify says one; later there is another."""
    make.staff(db, "zoe@example.org", ["door"], clock())
    client = browser()
    for wait in (30, 3600):
        client.post("/staff/forgotten", data={"email": "zoe@example.org"})
        clock.advance(seconds=wait)
    client.post("/staff/forgotten", data={"email": "zoe@example.org"})
    assert len(letters(db)) == 3
    assert len({letter.version for letter in letters(db)}) == 2


@pytest.fixture
def mine(db: Any, browser: Browser) -> TestClient:
    """The first director, signed in, without a password."""
    client = browser()
    client.post(f"/staff/bootstrap/{TOKEN}")
    return client


def test_own_account_changed_has_new_language_and_password(db: Any, browser: Browser, mine: TestClient) -> None:
    assert "n’a pas encore de mot de passe" in mine.get("/staff/account").text
    mine.post("/staff/account", data={"lang": "en"})
    assert "has no password yet" in mine.get("/staff/account").text
    too_short = mine.post("/staff/account/password", data={"password": "court"})
    assert too_short.status_code == 422
    answer = mine.post("/staff/account/password", data={"password": PASSWORD})
    assert answer.headers["location"].endswith("/staff/account?done=password")
    wrong = mine.post("/staff/account/password", data={"present": "autre", "password": "encore quatre autres mots"})
    assert wrong.status_code == 422 and "not the current password" in wrong.text
    right = mine.post("/staff/account/password", data={"present": PASSWORD, "password": "encore quatre autres mots"})
    assert right.status_code == 303 and mine.get("/staff/account?done=password").status_code == 200
    with db.read() as session:
        member = session.exec(select(StaffMember)).one()
    actions_told = [action for action, _ in told(db, member)]
    assert actions_told == [
        "staff.invited",
        "staff.let_in",
        "staff.changed",
        "staff.password_set",
        "staff.password_set",
    ]
    signed = browser().post("/staff/sign-in", data={"email": member.email, "password": "encore quatre autres mots"})
    assert signed.status_code == 303


def make_token(mine: TestClient, **form: Any) -> str:
    page = mine.post("/staff/tokens", data={"name": "Site Web", "roles": ["coordinator"], **form})
    assert page.status_code == 200
    return page.text.split('value="guichet_')[1].split('"')[0]


def exchange(browser: Browser, token: str) -> Any:
    return browser().post("/api/token", headers={"authorization": f"Bearer guichet_{token}"})


def test_api_token_made_is_shown_once_and_exchanged_for_a_pass(db: Any, browser: Browser, mine: TestClient) -> None:
    token = make_token(mine)
    assert token not in mine.get("/staff/tokens").text
    with db.read() as session:
        assert token not in str(session.connection().exec_driver_sql("SELECT * FROM api_token").all())
    answer = exchange(browser, token).json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 300)
    bearer = {"authorization": f"Bearer {answer['access_token']}"}
    assert browser().get("/staff", headers=bearer).status_code == 303
    assert browser().get("/staff/people", headers=bearer).status_code == 403
    assert browser().get("/staff/account", headers=bearer).status_code == 404
    assert browser().post("/staff/sign-out", headers=bearer).status_code == 303


def test_api_token_past_its_day_or_revoked_opens_nothing(browser: Browser, mine: TestClient, clock: FakeClock) -> None:
    revoked = make_token(mine)
    row = mine.get("/staff/tokens").text.split('action="/staff/tokens/')[1].split("/")[0]
    short = make_token(mine, until="2027-02-18")
    bearer = {"authorization": f"Bearer {exchange(browser, revoked).json()['access_token']}"}
    for _ in range(2):
        assert mine.post(f"/staff/tokens/{row}/revoke").status_code == 303
    assert mine.post("/staff/tokens/01a200c5-2ff0-72f2-8cde-45fc988f7a4e/revoke").status_code == 404
    assert exchange(browser, revoked).status_code == 401
    assert browser().get("/staff", headers=bearer).status_code == 401
    assert exchange(browser, short).status_code == 200
    clock.advance(days=2)
    assert exchange(browser, short).status_code == 401
    assert exchange(browser, "never made").status_code == 401
    assert browser().post("/api/token").status_code == 401


def test_api_token_without_name_role_or_future_day_is_refused(mine: TestClient) -> None:
    for form, problem in (
        ({"name": " "}, "Nommez le jeton."),
        ({"roles": []}, "au moins un rôle"),
        ({"roles": ["emperor"]}, "au moins un rôle"),
        ({"until": "2027-02-16"}, "une date à venir"),
        ({"until": "demain"}, "une date à venir"),
    ):
        page = mine.post("/staff/tokens", data={"name": "Site Web", "roles": ["door"], **form})
        assert page.status_code == 422 and problem in page.text


def test_page_that_a_role_does_not_open_leads_back_to_its_own(browser: Browser) -> None:
    refused = browser("checkin").get("/staff/people", headers={"Accept": "text/html"})
    assert refused.status_code == 403
    assert f'href="{HOME}/staff">Aller à mes pages' in refused.text
