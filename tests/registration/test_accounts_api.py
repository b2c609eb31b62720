"""Accounts, tokens and the association's profile for programs: what the director's pages do."""

from typing import Any

import pytest
from sqlmodel import select

from kit.auth import STAFF
from kit.mailbox import Outbox
from registration.association import queries as association
from registration.settings import RegistrationSettings
from registration.staff.models import ApiToken
from tests import make
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, Browser

ASKED = {"name": "Porte Bénévole", "email": "Porte@example.org", "roles": ["door"], "until": "2027-03-18"}
CHANGED = {"name": "Porte Deux", "roles": ["door", "accountant"], "lang": "en"}
ONCE = {"Idempotency-Key": "once"}
PEOPLE, TOKENS, PROFILE = "/api/staff/people", "/api/staff/tokens", "/api/association"


@pytest.fixture
def director(service: Any, clock: FakeClock, browser: Browser) -> Any:
    make.staff(service.db, "premiere@example.org", ["director"], clock())
    return browser("director", name="Anne")


def refusal(answer: Any) -> tuple[int, str, dict[str, str]]:
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, problem["code"], problem.get("errors", {})


@pytest.mark.parametrize("role", [role for role in STAFF if role != "director"])
def test_accounts_api_by_role_answers_directors_only(browser: Browser, role: str) -> None:
    client, nobody = browser(role), "01a200c5-2ff0-72f2-8cde-45fc988f7a4e"
    for address in (PEOPLE, f"{PEOPLE}/{nobody}", TOKENS, PROFILE):
        assert client.get(address).status_code == 403
    verbs = ("", *(f"/{nobody}{verb}" for verb in ("", "/link", "/close", "/reopen")))
    for address in (*(PEOPLE + verb for verb in verbs), TOKENS, f"{TOKENS}/{nobody}/revoke", PROFILE):
        assert client.post(address, json=ASKED).status_code == 403


def test_account_invited_then_closed_answers_each_state(director: Any, service: Any, clock: FakeClock) -> None:
    first = director.post(PEOPLE, json=ASKED, headers=ONCE)
    again = director.post(PEOPLE, json=ASKED, headers=ONCE)
    made = first.json()
    assert (first.status_code, again.status_code, again.json()) == (201, 201, made)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (made["email"], made["state"], made["expires_at"][:10]) == ("porte@example.org", "invited", "2027-03-19")
    assert made["id"] in [row["id"] for row in director.get(PEOPLE).json()]
    address = f"{PEOPLE}/{made['id']}"
    changed = director.post(address, json={**CHANGED, "until": "2027-03-18"}).json()
    assert (changed["name"], changed["roles"], changed["expires_at"]) == (
        "Porte Deux",
        ["accountant", "door"],
        made["expires_at"],
    )
    assert director.post(address, json=CHANGED).json()["expires_at"] is None
    clock.advance(minutes=5)
    assert director.post(address + "/link").status_code == 200
    assert director.post(address + "/close").json()["state"] == "closed"
    opened = director.post(address + "/reopen").json()
    assert opened == director.get(address).json()
    told = [(entry["action"], entry["actor"]) for entry in opened["history"]]
    assert told == [
        (f"staff.{action}", "Anne") for action in ("reopened", "closed", "link_sent", "changed", "changed", "invited")
    ]
    with service.db.read() as session:
        assert [row.body["kind"] for row in session.exec(select(Outbox)).all()] == ["staff_invite"] * 2


def test_account_refused_by_api_names_each_problem(director: Any) -> None:
    wrong = director.post(PEOPLE, json={"name": " ", "email": "pas une adresse", "roles": [], "until": "2027-02-16"})
    assert refusal(wrong)[:2] == (422, "InvalidInput") and set(refusal(wrong)[2]) == {"name", "email", "roles", "until"}
    assert "pas une adresse" not in wrong.text
    assert director.post(PEOPLE, json=ASKED).status_code == 201
    assert refusal(director.post(PEOPLE, json=ASKED)) == (409, "EmailTaken", {"email": "EmailTaken"})
    nobody = f"{PEOPLE}/01a200c5-2ff0-72f2-8cde-45fc988f7a4e"
    assert refusal(director.get(nobody))[:2] == refusal(director.post(nobody, json=CHANGED))[:2] == (404, "NotFound")


@pytest.fixture
def settings(make_database: MakeDatabase) -> RegistrationSettings:
    """Without the sample's own staff."""
    return RegistrationSettings(database_url=make_database("registration"), registration_url=HOME)


def test_last_director_closed_by_api_is_refused(director: Any) -> None:
    [only] = director.get(PEOPLE).json()
    assert refusal(director.post(f"{PEOPLE}/{only['id']}/close"))[:2] == (409, "LastDirector")
    assert refusal(director.post(f"{PEOPLE}/{only['id']}", json=CHANGED))[:2] == (409, "LastDirector")


def test_api_token_made_is_answered_once_and_opens_until_revoked(director: Any, service: Any) -> None:
    body = {"name": "Site Web", "roles": ["door"], "until": "2027-03-18"}
    made = director.post(TOKENS, json=body, headers=ONCE).json()
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert director.post("/api/token", headers=bearer).status_code == 200
    again = director.post(TOKENS, json=body, headers=ONCE)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == {**made, "token": ""}, "its secret is kept nowhere"
    listed = next(row for row in director.get(TOKENS).json() if row["id"] == made["id"])
    assert listed == {name: value for name, value in made.items() if name != "token"}
    assert director.post(f"{TOKENS}/{made['id']}/revoke").json()["revoked_at"] is not None
    assert director.post("/api/token", headers=bearer).status_code == 401
    assert set(refusal(director.post(TOKENS, json={"name": " ", "roles": ["emperor"], "until": "2027-02-16"}))[2]) == {
        "name",
        "roles",
        "until",
    }
    with service.db.read() as session:
        assert len(session.exec(select(ApiToken)).all()) == 2, "the one made, and that of the director who made it"


def test_profile_changed_by_api_is_stored_and_sent_to_siblings(director: Any, service: Any, clock: FakeClock) -> None:
    make.sample(service.db, clock())
    before = director.get(PROFILE).json()
    asked = {name: value for name, value in before["profile"].items() if name in ASKED_OF_A_PROFILE}
    asked |= {"valid_from": "2027-03-01", "legal_name": "Alliance renommée"}
    kept = director.post(PROFILE, json=asked, headers=ONCE).json()
    assert kept == {**before["profile"], "valid_from": "2027-03-01", "legal_name": "Alliance renommée"}
    assert director.get(PROFILE).json()["profile"] == before["profile"], "not before its day"
    later = director.get(PROFILE, params={"on": "2027-03-01"}).json()
    assert (later["profile"], later["days"][0]) == (kept, "2027-03-01")
    assert later["history"][0]["actor"] == "Anne"
    with service.db.read() as session:
        assert association.profile_on(session, clock().date()).legal_name == before["profile"]["legal_name"]
    wrong = director.post(
        PROFILE, json={**asked, "short_name": {"fr": ""}, "gst_number": "1", "valid_from": "2027-01-01"}
    )
    assert refusal(wrong)[:2] == (422, "InvalidInput")
    assert set(refusal(wrong)[2]) == {"short_name.fr", "gst_number", "valid_from"}


ASKED_OF_A_PROFILE = (
    "legal_name short_name address_lines phone email website logo_url accent tax_registered gst_number qst_number "
    "invoice_days cheque_payable_to e_transfer_to privacy_title privacy_email terms"
).split()
