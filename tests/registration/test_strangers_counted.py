"""What strangers do is counted whole, for as long as it counts, and against nobody else."""

import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI

from registration.catalog.models import Activity
from registration.jobs import end_holds
from registration.strangers.actions import spend
from registration.strangers.rules import Allowances, Stranger
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.registration.strangers import ONE, client_from, post, signup, state

ALLOWED = Allowances(
    seconds=3600,
    places=10,
    letters=50,
    letters_to_one=2,
    letters_of_activity=50,
    share=80,
    retrievals=9,
    retrievals_of_one=9,
)


def test_letters_to_one_written_in_many_cases_are_each_counted(few: FastAPI) -> None:
    cases = [
        "victim@example.org",
        "Victim@example.org",
        "VIctim@example.org",
        "VICtim@example.org",
        "VICTim@example.org",
    ]
    people = [{"first_name": "A", "last_name": "B", "email": email} for email in cases]
    items = [ONE | {"quantity": len(people), "attendees": people}]
    answer = post(few, "192.0.2.1", signup("sender@example.org", items=items, method="invoice"))
    assert answer.status_code == 429, "three letters to one recipient are the limit"


def test_budget_written_while_the_clock_ran_ahead_is_over_once_it_is_right(service: Any, clock: FakeClock) -> None:
    stranger = Stranger("192.0.2.1", ALLOWED, "k")
    right = clock()
    with service.db.write() as session:
        spend(session, stranger.of_places(10, ""), right + timedelta(days=3650))
    with service.db.write() as session:
        spend(session, stranger.of_places(10, ""), right)
    with service.db.write() as session:
        spend(session, stranger.of_places(1, ""), right + timedelta(days=1))


def test_key_of_a_visitor_is_not_taken_over_by_naming_their_address(few: FastAPI) -> None:
    mine = signup(registration_id=str(uuid.uuid4()), method="invoice")
    path, key = f"/api/activities/{COCKTAIL}/registrations", {"Idempotency-Key": "form-1"}
    assert client_from(few, "192.0.2.1").post(path, json=mine, headers=key).status_code == 201
    foreign = client_from(few, "198.51.100.7")
    answer = foreign.post(path, json=mine, headers=key | {"X-Link-Token": "visitor 192.0.2.1"})
    assert "idempotent-replayed" not in answer.headers, answer.text


def test_company_is_not_kept_from_invoices_by_strangers_who_gave_its_name(few: FastAPI, clock: FakeClock) -> None:
    """Held places that nobody confirmed go back after 48 hours; the company's count does not for 400 days."""
    service = few.state.service
    with service.db.write() as session:
        session.execute(sa.update(Activity).where(Activity.key == COCKTAIL).values(company_places=15, version=99))
    bad = signup("bad@example.org", items=[ONE | {"quantity": 14}], method="invoice")
    made = post(few, "192.0.2.1", bad).json()
    assert made["status"] == "held", made
    clock.advance(days=3)
    end_holds(service)
    assert state(service, made["id"]) == "expired"
    answer = post(
        few, "203.0.113.5", signup("vraie@usinage.example.org", items=[ONE | {"quantity": 2}], method="invoice")
    )
    assert answer.status_code == 201, answer.text
