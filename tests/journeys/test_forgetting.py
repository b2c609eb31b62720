"""What was told in confidence: sealed while it stands, shown to whoever needs it, gone on its day without a trace."""

import json
import logging
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import text

from kit.auth import PASS_COOKIE, staff_pass
from registration.privacy.flows_retention import forget
from registration.privacy.models import AnswerKey
from tests import make
from tests.fakes.house import House
from tests.journeys.signing import COMPANY, sign_up

CANARY = "arachides CANARI"
FIELDS = {"q.car.non_member": "1", "a.car.non_member.0.answer.q-allergie": CANARY, **COMPANY}
DAY = datetime(2027, 4, 16, 5, 0, tzinfo=UTC)  # One in the morning in Saguenay, thirty days after 17 March.


@pytest.fixture
def files(tmp_path: Path, house: House) -> Path:
    """Where the databases are: SQLite's files with their logs, or the whole folder of PostgreSQL."""
    if house.registration.db.is_sqlite:
        return tmp_path
    with house.registration.db.read() as session:
        return Path(str(session.execute(text("SHOW data_directory")).scalar_one()))


def places_of(words: bytes, folder: Path) -> list[str]:
    """The files in which these words stand."""
    every = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in every if words in path.read_bytes()]


def staff_headers(house: House, *roles: str) -> dict[str, str]:
    caller = make.program(house.registration.db, roles, house.clock(), name="Coordonnatrice fictive")
    made = staff_pass(house.registration.settings.signing_key, caller, house.clock())
    return {"Cookie": f"{PASS_COOKIE}={made}", "Accept": "text/html"}


def accountant(house: House) -> dict[str, str]:
    return staff_headers(house, "accountant") | {"Accept": "application/json"}


def registration_id(house: House) -> uuid.UUID:
    with house.registration.db.read() as session:
        return uuid.UUID(str(session.execute(text("SELECT id FROM registration")).scalar_one()))


def keys(house: House) -> list[AnswerKey]:
    with house.registration.db.read() as session:
        return list(session.scalars(sa.select(AnswerKey)).all())


def settled(house: House) -> None:
    """Everything on disk: what the databases still hold in memory is written."""
    house.settle()
    for service in (house.registration, house.billing, house.notify):
        if not service.db.is_sqlite:
            with service.db.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("CHECKPOINT"))


def test_answer_in_confidence_stands_sealed_and_is_gone_on_its_day(
    house: House, files: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = sign_up(house.visitor(), "caricatures-2027", FIELDS)
    assert page.has("C’est confirmé"), page.text
    settled(house)
    assert places_of(b"CANARI", files) == [], "while it stands it is found only sealed"
    assert CANARY in house.visitor().get(page.url).text, "the person's own page shows it"
    [key] = keys(house)
    desk, one = house.clients["registration"], registration_id(house)
    shown = desk.get(f"/staff/registrations/{one}", headers=staff_headers(house, "coordinator")).text
    assert CANARY not in shown and "Confidentiel" in shown
    for role in ("accountant", "door"):
        refused = desk.post(f"/staff/registrations/{one}/answers", headers=staff_headers(house, role))
        assert refused.status_code == 403
    opened = desk.post(f"/staff/registrations/{one}/answers", headers=staff_headers(house, "coordinator")).text
    assert CANARY in opened and "Coordonnatrice fictive" in opened, "with a line in the history"
    program = staff_headers(house, "coordinator") | {"Accept": "application/json", "Idempotency-Key": "look"}
    assert CANARY in desk.post(f"/api/staff/registrations/{one}/answers", headers=program).text

    house.clock.set(datetime(2027, 4, 15, 12, 0, tzinfo=UTC))
    settled(house)
    looked = desk.post(f"/staff/registrations/{one}/answers", headers=staff_headers(house, "coordinator"))
    assert CANARY in looked.text, "the day before it is there"
    house.clock.set(DAY)
    settled(house)
    assert keys(house) == []
    assert places_of(b"CANARI", files) == []
    if house.registration.db.is_sqlite:
        assert places_of(bytes(key.wrapped), files) == [], "nor is its key left behind"
    assert CANARY not in caplog.text
    assert all(CANARY not in str(letter) for letter in house.mail.letters)
    gone = house.visitor().get(page.url)
    assert gone.status == 200 and CANARY not in gone.text
    after = desk.get(f"/staff/registrations/{one}", headers=staff_headers(house, "coordinator")).text
    assert "Allergies" in after and "Effacée après l’activité" in after
    again = forget(house.registration)
    assert again is False and house.invariants() == []


def test_answer_given_later_by_a_program_is_kept_nowhere_but_sealed(house: House, files: Path) -> None:
    page = sign_up(house.visitor(), "caricatures-2027", {"q.car.non_member": "1", **COMPANY})
    one, token = registration_id(house), page.url.rsplit("/", 1)[1].split("?")[0]
    client, proof = house.clients["registration"], {"X-Link-Token": token}
    [place] = client.get(f"/api/registrations/{one}/attendees", headers=proof).json()
    person = {"first_name": "Chloé", "last_name": "Saint-Fjord", "email": "chloe@example.org"}
    body: dict[str, Any] = person | {"answers": {"q-allergie": CANARY}}
    address, keyed = f"/api/registrations/{one}/attendees/{place['id']}", proof | {"Idempotency-Key": "name-1"}
    first, again = (client.post(address, json=body, headers=keyed) for _ in range(2))
    assert first.json()["answers"]["q-allergie"] == CANARY
    assert (again.headers["idempotent-replayed"], again.json()) == ("true", first.json())
    settled(house)
    assert places_of(b"CANARI", files) == []
    assert json.dumps(client.get(f"/api/registrations/{one}/attendees", headers=proof).json()).count("CANARI") == 1


def test_forgetting_waits_while_a_refund_is_open_and_says_why(house: House) -> None:
    page = sign_up(house.visitor(), "caricatures-2027", {**FIELDS, "q.car.non_member": "2"})
    house.settle()
    one = registration_id(house)
    paid = {"method": "cheque", "amount": 19546, "received_on": "2027-02-20", "reference": "123"}
    house.clock.set(datetime(2027, 2, 20, 17, 0, tzinfo=UTC))
    answer = house.clients["billing"].post(f"/api/orders/{one}/payments", json=paid, headers=accountant(house))
    assert answer.is_success, answer.text
    house.settle()
    house.visitor().post(page.url.split("?")[0] + "/cancel", {"place": "2"})
    house.settle()
    house.clock.set(DAY)
    house.settle()
    [key] = keys(house)
    assert key.waits_for == "refund"
    desk = staff_headers(house, "director")
    assert (
        "la fin d’un remboursement"
        in house.clients["registration"].get(f"/staff/activities/{key.activity_id}", headers=desk).text
    )
    with house.billing.db.read() as session:
        refund = uuid.UUID(str(session.execute(text("SELECT id FROM refund")).scalar_one()))
    done = {"how": "cheque", "reference": "456"}
    answer = house.clients["billing"].post(f"/api/refunds/{refund}/done", json=done, headers=accountant(house))
    assert answer.is_success, answer.text
    house.settle()
    assert keys(house) == []


def test_forgetting_waits_while_billing_cannot_say(house: House) -> None:
    sign_up(house.visitor(), "caricatures-2027", FIELDS)
    house.settle()
    house.clock.set(DAY)
    house.down.add("billing")
    forget(house.registration)
    [key] = keys(house)
    assert key.waits_for == "unknown"
    house.down.clear()
    forget(house.registration)
    assert keys(house) == []
