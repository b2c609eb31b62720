"""The director's pages about staff: who may open them, what they accept, what history keeps."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import select

from kit.auth import STAFF
from kit.contracts.callers import Caller
from kit.db import Database
from kit.mailbox import Outbox
from registration.access import actions
from registration.access.rules import LastDirector
from registration.history import queries as history
from registration.settings import RegistrationSettings
from registration.staff.models import StaffMember
from tests import make
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, Browser

BY = Caller(frozenset({"director"}), "u1", "Directrice fictive")
ASKED = {"name": "Porte Bénévole", "email": "Porte@example.org", "roles": ["door"], "lang": "fr", "until": "2027-03-18"}


@pytest.fixture
def settings(make_database: MakeDatabase) -> RegistrationSettings:
    """Without the sample's own staff."""
    return RegistrationSettings(database_url=make_database("registration"), registration_url=HOME)


@pytest.fixture
def db(app: FastAPI, clock: FakeClock) -> Any:
    make.staff(app.state.service.db, "premiere@example.org", ["director"], clock())
    return app.state.service.db


def by_email(db: Any, email: str) -> StaffMember:
    with db.read() as session:
        return session.exec(select(StaffMember).where(StaffMember.email == email)).one()


def invited(db: Any, browser: Browser) -> StaffMember:
    answer = browser("director").post("/staff/people", data=ASKED)
    assert answer.status_code == 303
    return by_email(db, "porte@example.org")


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize("page", ["/staff/people", "/staff/people/new", "/staff/tokens"])
def test_accounts_pages_by_role_open_for_directors_only(db: Any, browser: Browser, role: str, page: str) -> None:
    assert browser(role).get(page).status_code == (200 if role == "director" else 403)
    assert browser(role, lang="en").get(page).status_code == (200 if role == "director" else 403)


@pytest.mark.parametrize("role", [role for role in STAFF if role != "director"])
def test_accounts_forms_by_role_are_accepted_from_directors_only(db: Any, browser: Browser, role: str) -> None:
    member = by_email(db, "premiere@example.org")
    for path in ("", f"/{member.id}", f"/{member.id}/link", f"/{member.id}/close", f"/{member.id}/reopen"):
        assert browser(role).post("/staff/people" + path, data=ASKED).status_code == 403
    assert browser(role).post("/staff/tokens", data=ASKED).status_code == 403
    assert browser(role).post(f"/staff/tokens/{member.id}/revoke").status_code == 403


def test_invitation_sent_opens_an_account_and_sends_a_link(db: Any, browser: Browser) -> None:
    member = invited(db, browser)
    assert (member.roles, member.password_hash) == (["door"], None)
    assert member.expires_at is not None
    # The last day is included: it ends at midnight in Saguenay, four hours later in UTC.
    assert member.expires_at.isoformat() == "2027-03-19T04:00:00+00:00"
    with db.read() as session:
        letter = session.exec(select(Outbox)).one().body
        entry = history.of(session, member.id)[0]
    assert (letter["kind"], letter["to"], letter["to_name"]) == ("staff_invite", "porte@example.org", "Porte Bénévole")
    assert (entry.action, entry.actor, entry.changes) == (
        "staff.invited",
        "Bénévole",
        [{"field": "roles", "old": [], "new": ["door"]}],
    )
    page = browser("director").get(f"/staff/people/{member.id}?done=invited").text
    assert "Invitation en attente" in page and 'value="2027-03-18"' in page and "Compte ouvert" in page
    assert "Porte Bénévole" in browser("director").get("/staff/people").text


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": " "}, "Indiquez un nom."),
        ({"email": "pas une adresse"}, "adresse courriel complète"),
        ({"roles": []}, "au moins un rôle"),
        ({"roles": ["emperor"]}, "au moins un rôle"),
        ({"until": "2027-02-16"}, "une date à venir"),
        ({"until": "bientôt"}, "une date à venir"),
        ({"email": "Premiere@example.org"}, "porte déjà cette adresse"),
    ],
)
def test_account_form_refused_keeps_what_was_entered(
    db: Any, browser: Browser, change: dict[str, Any], problem: str
) -> None:
    page = browser("director").post("/staff/people", data={**ASKED, **change})
    assert page.status_code in (409, 422) and problem in page.text
    typed = {**ASKED, **change}
    assert all(f'value="{typed[field]}"' in page.text for field in ("name", "email", "until"))
    with db.read() as session:
        assert session.exec(select(Outbox)).all() == []


def test_account_changed_has_old_and_new_values_in_history(db: Any, browser: Browser) -> None:
    member = invited(db, browser)
    change = {"name": "Porte Deux", "roles": ["door", "accountant"], "lang": "en", "until": ""}
    answer = browser("director").post(f"/staff/people/{member.id}", data=change)
    assert answer.headers["location"] == f"{HOME}/staff/people/{member.id}?done=changed"
    page = browser("director").get(f"/staff/people/{member.id}").text
    for word in ("Comptabilité, Accueil", "Porte Deux", "anglais", "vendredi 19 mars 2027"):
        assert word.replace(" ", " ") in page.replace(" ", " "), word
    browser("director").post(f"/staff/people/{member.id}", data=change)
    with db.read() as session:
        assert len(history.of(session, member.id)) == 2  # Nothing changed the second time.


def test_account_with_a_past_end_can_still_be_changed(db: Any, browser: Browser, clock: FakeClock) -> None:
    member = invited(db, browser)
    clock.advance(days=40)
    same = {"name": "Porte Deux", "roles": ["door"], "lang": "fr", "until": "2027-03-18"}
    assert browser("director").post(f"/staff/people/{member.id}", data=same).status_code == 303
    assert by_email(db, "porte@example.org").expires_at == member.expires_at
    later = browser("director").post(f"/staff/people/{member.id}", data={**same, "until": "2027-03-19"})
    assert later.status_code == 422
    assert "Terminé" in browser("director").get("/staff/people").text


def test_account_closed_ends_its_logins_until_reopened(db: Any, browser: Browser) -> None:
    member = invited(db, browser)
    director = browser("director")
    assert director.post(f"/staff/people/{member.id}/close").headers["location"].endswith("done=closed")
    closed = by_email(db, "porte@example.org")
    assert closed.disabled_at is not None and closed.link_version == member.link_version + 1
    assert "Rouvrir le compte" in director.get(f"/staff/people/{member.id}").text
    for _ in range(2):
        assert director.post(f"/staff/people/{member.id}/reopen").status_code == 303
    assert by_email(db, "porte@example.org").disabled_at is None
    with db.read() as session:
        actions_told = [entry.action for entry in history.of(session, member.id)]
    assert actions_told == ["staff.reopened", "staff.closed", "staff.invited"]


def test_account_link_without_password_is_an_invitation(db: Any, browser: Browser, clock: FakeClock) -> None:
    member = invited(db, browser)
    clock.advance(minutes=5)
    browser("director").post(f"/staff/people/{member.id}/link")
    with db.write() as session:
        session.get(StaffMember, member.id).password_hash = "a hash"
    browser("director").post(f"/staff/people/{member.id}/link")
    with db.read() as session:
        kinds = [row.body["kind"] for row in session.exec(select(Outbox).order_by(Outbox.id)).all()]
    assert kinds == ["staff_invite", "staff_invite", "staff_reset"]


def test_last_director_closed_or_demoted_is_refused(db: Any, browser: Browser, clock: FakeClock) -> None:
    make.staff(db, "ended@example.org", ["director"], clock(), expires_at=clock() - timedelta(days=1))
    member = by_email(db, "premiere@example.org")
    director = browser("director")
    demoted = director.post(f"/staff/people/{member.id}", data={"name": "Première", "roles": ["door"]})
    assert demoted.status_code == 409 and "au moins une personne à la direction" in demoted.text
    assert director.post(f"/staff/people/{member.id}/close").status_code == 409
    assert by_email(db, "premiere@example.org").roles == ["director"]


def test_two_directors_closing_each_other_leave_one_director(
    db: Any, settings: RegistrationSettings, clock: FakeClock
) -> None:
    """From two processes at once: one succeeds, the other would leave nobody."""
    first = by_email(db, "premiere@example.org")
    second = make.staff(db, "seconde@example.org", ["director"], clock())
    start, outcomes = threading.Barrier(2), []

    def close(member: StaffMember) -> None:
        own = Database(settings.database_url)
        start.wait()
        try:
            with own.write() as session:
                actions.close(session, member.id, BY, clock())
            outcomes.append("closed")
        except LastDirector:
            outcomes.append("refused")
        own.close()

    threads = [threading.Thread(target=close, args=(member,)) for member in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["closed", "refused"]


def test_account_unknown_is_not_found(db: Any, browser: Browser) -> None:
    nobody = "/staff/people/01a200c5-2ff0-72f2-8cde-45fc988f7a4e"
    director = browser("director")
    assert director.get(nobody).status_code == 404
    for path in ("", "/link", "/close", "/reopen"):
        assert director.post(nobody + path, data=ASKED).status_code == 404


@pytest.mark.parametrize("path", ["/staff/people", "/staff/tokens"])
def test_name_too_long_is_refused_with_its_limit_and_stays(db: Any, browser: Browser, path: str) -> None:
    """A field that cuts what is pasted says nothing: the limit is in the refusal, with all that was typed."""
    answer = browser("director").post(path, data={**ASKED, "name": "é" * 201}, headers={"accept": "text/html"})
    assert answer.status_code == 422 and "200 caractères au plus" in answer.text
    assert 'value="' + "é" * 201 in answer.text
