"""Codes that staff hold: none leaves by any way until they release them, and HR still says who is to be covered."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from registration.invariants import invariants
from registration.members.rules import Role
from registration.plans.keeping.actions import hold, lift
from registration.plans.models import Plan
from registration.plans.rules import CoverageRow, CoverageState, PlanMode
from tests.covering import acting, bought, covered, enrolled, everybody, listed, person, renewed, scalar
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.plan_lists import URL, Program, acting_for, recognised, shown

MARCH, SEPTEMBER = datetime(2027, 3, 8, 16, tzinfo=UTC), datetime(2027, 9, 14, 16, tzinfo=UTC)
END = date(2028, 3, 31)


@pytest.fixture(autouse=True)
def in_march(clock: FakeClock, service: Any) -> None:
    clock.set(MARCH)
    renewed(service)


@pytest.fixture
def program(service: Any, app: FastAPI) -> Program:
    return Program(service, app, acting_for(service, "c15", Role.HR))


def held(service: Any) -> None:
    with service.db.write() as session:
        hold(session, enrolled(service).whose, acting(service))


def released(service: Any) -> int:
    with service.db.write() as session:
        return lift(session, enrolled(service).whose, acting(service))


def sent(service: Any) -> int:
    return int(scalar(service, "SELECT count(*) FROM outbox"))


def codes(service: Any) -> int:
    return int(scalar(service, "SELECT count(*) FROM eligibility"))


def in_state(service: Any, state: CoverageState) -> list[CoverageRow]:
    return everybody(service, enrolled(service).whose, state)


def test_free_place_taken_while_codes_are_held_waits_and_is_released(
    service: Any, program: Program, clock: FakeClock
) -> None:
    one = bought(service, "c15", [person(1)]).covered[0]
    clock.set(SEPTEMBER)
    assert program.post(f"/coverages/{one.id}/end").status_code == 200
    held(service)
    before = sent(service), codes(service)
    done = bought(service, "c15", [person(2)], method="")
    assert (done.registration, done.covered) == (None, ())
    assert (sent(service), codes(service)) == before
    assert len(in_state(service, CoverageState.LISTED)) == 1 and not covered(service, enrolled(service).whose)
    assert invariants(service.db) == []
    assert released(service) == 1
    now = covered(service, enrolled(service).whose)[0]
    assert (now.first_name, now.ends_on, codes(service)) == ("Prénom2", END, before[1] + 1)
    assert invariants(service.db) == []


def test_newcomer_in_somebodys_stead_waits_while_codes_are_held(service: Any, program: Program) -> None:
    one = bought(service, "c15", [person(1)]).covered[0]
    held(service)
    before = sent(service)
    answer = program.post(f"/coverages/{one.id}/replacement", {"first_name": "Ève", "last_name": "Pic"})
    assert (answer.status_code, answer.json()["state"]) == (201, "listed")
    assert (sent(service), codes(service)) == (before, 0)
    assert invariants(service.db) == []
    assert released(service) == 1
    assert [each.first_name for each in covered(service, enrolled(service).whose)] == ["Ève"]
    assert codes(service) == 1 and invariants(service.db) == []


def test_person_whose_code_is_held_is_replaced_and_the_newcomer_waits(service: Any, program: Program) -> None:
    held(service)
    bought(service, "c15", [person(1)])
    one = in_state(service, CoverageState.LISTED)[0]
    answer = program.post(
        f"/coverages/{one.id}/replacement",
        {"first_name": "Ève", "last_name": "Pic", "email": "eve@example.org"},
    )
    assert (answer.status_code, answer.json()["state"]) == (201, "listed")
    assert codes(service) == 0 and invariants(service.db) == []
    assert released(service) == 1
    assert [each.first_name for each in covered(service, enrolled(service).whose)] == ["Ève"]
    assert [each.first_name for each in in_state(service, CoverageState.REPLACED)] == ["Prénom1"]


def test_person_whose_code_is_held_is_taken_off_with_credit(service: Any, program: Program) -> None:
    held(service)
    bought(service, "c15", [person(1), person(2)])
    one, other = in_state(service, CoverageState.LISTED)
    assert program.post(f"/coverages/{one.id}/end").status_code == 200
    posted = "SELECT count(*) FROM outbox WHERE type = 'CreditOrder'"
    assert scalar(service, posted) == 1
    assert invariants(service.db) == []
    assert program.post(f"/coverages/{one.id}/end").status_code == 409
    assert released(service) == 1
    assert [each.id for each in covered(service, enrolled(service).whose)] == [other.id]


def test_person_whose_code_is_held_in_september_frees_the_place(
    service: Any, program: Program, clock: FakeClock
) -> None:
    clock.set(SEPTEMBER)
    held(service)
    bought(service, "c15", [person(1)])
    one = in_state(service, CoverageState.LISTED)[0]
    assert program.post(f"/coverages/{one.id}/end").json()["state"] == "ended"
    assert in_state(service, CoverageState.ENDED)[0].free_until == END
    assert released(service) == 0 and codes(service) == 0 and invariants(service.db) == []


def test_place_of_twelve_months_taken_while_held_ends_when_it_was_paid_until(
    service: Any, program: Program, clock: FakeClock
) -> None:
    with service.db.write() as session:
        plan = enrolled(service).whose.plan
        row = session.get(Plan, plan.id)
        row.mode, row.ends = PlanMode.TWELVE_MONTHS, None
        session.add(row)
    clock.set(SEPTEMBER)
    one = bought(service, "c15", [person(1)]).covered[0]
    held(service)
    program.post(f"/coverages/{one.id}/replacement", {"first_name": "Ève", "last_name": "Pic"})
    clock.advance(days=30)
    assert released(service) == 1
    now = covered(service, enrolled(service).whose)[0]
    assert (now.first_name, now.starts_on, now.ends_on) == ("Ève", date(2027, 10, 14), one.ends_on)


def test_person_waiting_for_a_card_payment_is_neither_replaced_nor_ended(service: Any, program: Program) -> None:
    bought(service, "c15", [person(1)], method="card")
    one = in_state(service, CoverageState.LISTED)[0]
    assert program.post(f"/coverages/{one.id}/end").status_code == 409
    replaced = program.post(f"/coverages/{one.id}/replacement", {"first_name": "Ève", "last_name": "Pic"})
    assert (replaced.status_code, replaced.json()["code"]) == (409, "NotCovered")


def test_page_of_a_person_whose_code_is_held_offers_what_hr_can_do(service: Any, browser: Browser) -> None:
    page: TestClient = recognised(service, browser(), acting_for(service, "c15", Role.HR))
    held(service)
    bought(service, "c15", [person(1)])
    one = in_state(service, CoverageState.LISTED)[0]
    said = shown(page)
    assert "Code retenu" in said and "sont retenus" in said
    assert "Remplacer" in shown(page, f"/people/{one.id}")
    answer = page.post(f"{URL}/people/{one.id}/stop")
    assert answer.headers["location"].endswith("?done=taken_off")
    listed(service, enrolled(service), [person(3)])
    assert "Sur la liste, à payer" in shown(page)
