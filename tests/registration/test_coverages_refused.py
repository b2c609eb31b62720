"""What cannot be done about somebody on a company's list, with the sentence that says so; nothing changes by it."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from kit.errors import Busy, NotFound
from registration.history.queries import of as history_of
from registration.invariants import invariants
from registration.members.rules import Role
from registration.plans.actions import take_off_list
from registration.plans.buying.flows_kept import buy_kept
from registration.plans.covering.actions import attach, end, fill, release, replace_person
from registration.plans.covering.actions_credits import take_off
from registration.plans.queries import free_places
from registration.plans.rules import CoverageState, ListChanged, Newcomer, NotCovered, Whose, year_after
from registration.registrations.models import Registration, RegistrationLine
from tests import make
from tests.covering import acting, bought, covered, enrolled, everybody, fee_paid, listed, person, renewed, scalar
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.plan_lists import Program, acting_for
from tests.registration.test_plan_office import WRITTEN

MARCH, SEPTEMBER, AFTER = (
    datetime(year, month, 8, 16, tzinfo=UTC) for year, month in ((2027, 3), (2027, 9), (2028, 4))
)


@pytest.fixture(autouse=True)
def in_march(clock: FakeClock, service: Any) -> None:
    clock.set(MARCH)
    renewed(service)


@pytest.fixture
def program(service: Any, app: FastAPI) -> Program:
    return Program(service, app, acting_for(service, "c15", Role.HR))


def refused(answer: Any) -> tuple[int, str, str]:
    told = answer.json()
    return answer.status_code, told["code"], told["detail"]


NOT_COVERED = (409, "NotCovered", "Cette personne n’est pas ou n’est plus couverte.")


@pytest.mark.parametrize(("gesture", "said"), [("letter", None), ("address", {"email": "neuve@example.org"})])
def test_person_covered_no_more_is_not_written_to_again(
    service: Any, program: Program, clock: FakeClock, gesture: str, said: Any
) -> None:
    one = bought(service, "c15", [person(1)]).covered[0]
    clock.set(SEPTEMBER)
    assert program.post(f"/coverages/{one.id}/end").status_code == 200
    letters = scalar(service, "SELECT count(*) FROM outbox")
    assert refused(program.post(f"/coverages/{one.id}/{gesture}", said)) == NOT_COVERED
    assert scalar(service, "SELECT count(*) FROM outbox") == letters
    assert everybody(service, enrolled(service).whose)[0].email == one.email


def test_code_on_a_card_leaves_by_no_letter(service: Any, program: Program) -> None:
    one = bought(service, "c15", [Newcomer("Zoé", "Roy")]).covered[0]
    said = "Cette personne n’a pas de courriel : son code est sur une fiche à remettre.".replace(" :", "\u00a0:")
    assert refused(program.post(f"/coverages/{one.id}/letter")) == (409, "NoAddress", said)


def test_replacement_after_the_plans_last_day_is_refused(service: Any, program: Program, clock: FakeClock) -> None:
    one = bought(service, "c15", [person(1)]).covered[0]
    clock.set(AFTER)
    answer = program.post(f"/coverages/{one.id}/replacement", {"first_name": "Ève", "last_name": "Pic"})
    assert refused(answer) == (409, "PlanEnded", "La période du programme est terminée.")
    assert len(everybody(service, enrolled(service).whose)) == 1


def test_replacement_by_somebody_covered_already_is_refused_and_both_stay(service: Any, program: Program) -> None:
    leaving, other = bought(service, "c15", [person(1), person(2)]).covered
    known = {"first_name": other.first_name, "last_name": other.last_name, "email": other.email}
    answer = program.post(f"/coverages/{leaving.id}/replacement", known)
    assert refused(answer) == (409, "AlreadyCovered", "Cette personne est déjà sur la liste.")
    assert {one.id for one in covered(service, enrolled(service).whose)} == {leaving.id, other.id}
    assert invariants(service.db) == []


def test_address_of_somebody_of_the_same_name_on_the_list_is_refused(service: Any, program: Program) -> None:
    one = bought(service, "c15", [Newcomer("Zoé", "Roy", "zoe@example.org")]).covered[0]
    bought(service, "c15", [Newcomer("Zoe", "ROY", "accueil@example.org")])
    answer = program.post(f"/coverages/{one.id}/address", {"email": "Accueil@example.org"})
    assert refused(answer)[:2] == (409, "AlreadyCovered")


def test_code_on_a_card_is_corrected_to_an_address_and_back_to_its_own_card(service: Any, program: Program) -> None:
    one = bought(service, "c15", [Newcomer("Zoé", "Roy")]).covered[0]
    assert one.card_number == 1
    letters = scalar(service, "SELECT count(*) FROM outbox")
    moved = program.post(f"/coverages/{one.id}/address", {"email": "accueil@example.org"}).json()
    assert (moved["email"], moved["card_number"]) == ("accueil@example.org", 1)
    assert scalar(service, "SELECT count(*) FROM outbox") == letters + 1
    assert program.post(f"/coverages/{one.id}/address", {"email": ""}).json()["card_number"] == 1
    assert scalar(service, "SELECT count(*) FROM outbox") == letters + 1, "nobody is written to at no address"


def test_address_of_somebody_who_waits_for_a_fee_is_corrected_and_no_code_leaves(service: Any, app: FastAPI) -> None:
    mine = enrolled(service, "c12")
    one = listed(service, mine, [person(1)])[0]
    program = Program(service, app, acting_for(service, "c12", Role.DELEGATE))
    letters = scalar(service, "SELECT count(*) FROM outbox")
    assert program.post(f"/coverages/{one.id}/address", {"email": "neuve@example.org"}).json()["state"] == "listed"
    assert scalar(service, "SELECT count(*) FROM outbox") == letters


def test_person_of_a_purchase_that_staff_cancelled_is_not_credited_again(service: Any, program: Program) -> None:
    one = bought(service, "c15", [person(1)]).covered[0]
    with service.db.write() as session:
        session.execute(sa.update(RegistrationLine).values(cancelled=1))
    credits = "SELECT count(*) FROM outbox WHERE type = 'CreditOrder'"
    assert refused(program.post(f"/coverages/{one.id}/end")) == NOT_COVERED
    assert scalar(service, credits) == 0


def test_person_who_only_waits_is_neither_replaced_nor_taken_off_with_a_credit(service: Any, program: Program) -> None:
    one = listed(service, enrolled(service), [person(1)])[0]
    assert refused(program.post(f"/coverages/{one.id}/end")) == NOT_COVERED
    answer = program.post(f"/coverages/{one.id}/replacement", {"first_name": "Ève", "last_name": "Pic"})
    assert refused(answer) == NOT_COVERED
    assert scalar(service, "SELECT count(*) FROM coverage") == 1


def test_last_person_taken_off_cancels_the_purchase_and_one_of_two_does_not(service: Any, clock: FakeClock) -> None:
    done = bought(service, "c15", [person(1), person(2)])
    whose = enrolled(service).whose
    states = []
    for one in done.covered:
        with service.db.write() as session:
            take_off(session, whose, one.id, acting(service))
            states.append(session.get_one(Registration, one.registration_id).status.value)
    assert states == ["confirmed", "cancelled"]
    with service.db.read() as session:
        assert free_places(session, whose, date(2027, 3, 8)) == 0, "what is credited is no place that waits"
    assert invariants(service.db) == []


def test_code_that_is_not_there_is_not_said_to_be_revoked(service: Any) -> None:
    done = bought(service, "c15", [person(1), person(2)])
    whose = enrolled(service).whose
    with service.db.write() as session:
        session.execute(sa.text("DELETE FROM eligibility"))
    with pytest.raises(Busy), service.db.write() as session:
        end(session, whose, done.covered[0].id, acting(service))
    assert len(covered(service, whose)) == 2


def test_purchase_of_somebody_who_is_not_on_the_list_is_refused(service: Any) -> None:
    mine = enrolled(service)
    one, other = listed(service, mine, [person(1), person(2)])
    with service.db.write() as session:
        take_off_list(session, mine.whose, [other.id], acting(service))
    registration = bought(service, "c15", [person(3)]).registration
    assert registration
    with pytest.raises(ListChanged), service.db.write() as session:
        attach(session, mine.whose, [one.id, other.id], registration.id)
    assert scalar(service, "SELECT count(*) FROM coverage WHERE registration_id IS NOT NULL") == 1


def test_purchase_confirmed_twice_covers_everybody_once(service: Any) -> None:
    mine = enrolled(service)
    done = bought(service, "c15", [person(1)])
    assert done.registration
    letters = scalar(service, "SELECT count(*) FROM outbox")
    with service.db.write() as session:
        assert release(session, mine.whose.plan, done.registration.id, acting(service)) == []
    assert scalar(service, "SELECT count(*) FROM outbox") == letters


def test_free_places_are_given_as_long_as_there_are_any(service: Any, clock: FakeClock) -> None:
    done = bought(service, "c15", [person(1), person(2)])
    clock.set(SEPTEMBER)
    mine = enrolled(service)
    with service.db.write() as session:
        end(session, mine.whose, done.covered[0].id, acting(service))
    waiting = listed(service, mine, [person(8), person(9)])
    with service.db.write() as session:
        filled = fill(session, mine.whose, [one.id for one in waiting], acting(service))
        assert [(one.id, one.replaces_id) for one in filled] == [(waiting[0].id, done.covered[0].id)]
        assert fill(session, mine.whose, [waiting[1].id], acting(service)) == []
    entries = [entry.action for entry in history(service, mine.whose.company_id)]
    assert entries.count("plan.covered") == 2, "nothing is said of nobody"
    assert invariants(service.db) == []


def test_free_place_is_not_for_somebody_who_was_taken_off_the_list(service: Any, clock: FakeClock) -> None:
    done = bought(service, "c15", [person(1)])
    clock.set(SEPTEMBER)
    mine = enrolled(service)
    with service.db.write() as session:
        end(session, mine.whose, done.covered[0].id, acting(service))
    with pytest.raises(ListChanged), service.db.write() as session:
        fill(session, mine.whose, [uuid.uuid4()], acting(service))
    with service.db.read() as session:
        assert free_places(session, mine.whose, date(2027, 9, 8)) == 1, "the place still waits"


def history(service: Any, company: uuid.UUID) -> Any:
    with service.db.read() as session:
        return history_of(session, company)


def test_list_of_a_company_that_is_gone_is_not_found(service: Any) -> None:
    gone = Whose(enrolled(service).whose.plan, uuid.uuid4())
    with pytest.raises(NotFound), service.db.write() as session:
        attach(session, gone, [], uuid.uuid4())
    for act in (end, take_off):
        with pytest.raises((NotFound, NotCovered)), service.db.write() as session:
            act(session, gone, uuid.uuid4(), acting(service))


def test_person_ended_twice_is_ended_once(service: Any, clock: FakeClock) -> None:
    one = bought(service, "c15", [person(1)]).covered[0]
    clock.set(SEPTEMBER)
    whose = enrolled(service).whose
    with service.db.write() as session:
        end(session, whose, one.id, acting(service))
    for again in (
        lambda session: end(session, whose, one.id, acting(service)),
        lambda session: replace_person(session, whose, one.id, person(2), acting(service)),
    ):
        with pytest.raises(NotCovered), service.db.write() as session:
            again(session)
    with service.db.read() as session:
        assert free_places(session, whose, date(2027, 9, 8)) == 1


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (date(2027, 4, 1), date(2028, 3, 31)),
        (date(2027, 1, 1), date(2027, 12, 31)),
        (date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_year_after_a_day_ends_on_its_eve_and_after_29_february_on_the_28th(begins: date, ends: date) -> None:
    assert year_after(begins) == ends


def desk(browser: Browser, service: Any) -> tuple[Any, str]:
    with service.db.read() as session:
        activity = make.activity_id(session, "pae-2027")
    company = enrolled(service).whose.company_id
    return browser("coordinator"), f"/staff/activities/{activity}/plan/companies/{company}"


def test_codes_held_twice_are_held_once_and_released_once(service: Any, browser: Browser) -> None:
    staff, address = desk(browser, service)
    company = enrolled(service).whose.company_id
    for gesture in ("release", "hold", "hold", "release", "release"):
        assert staff.post(f"{address}/{gesture}").status_code == 303
    told = [entry.action for entry in history(service, company) if entry.action in ("plan.held", "plan.released")]
    assert sorted(told) == ["plan.held", "plan.released"]


def test_codes_held_until_the_plan_is_over_cover_nobody(service: Any, browser: Browser, clock: FakeClock) -> None:
    staff, address = desk(browser, service)
    staff.post(f"{address}/hold")
    bought(service, "c15", [person(1)])
    clock.set(AFTER)
    staff = browser("coordinator")
    assert staff.post(f"{address}/release").status_code == 303
    assert covered(service, enrolled(service).whose) == []
    assert scalar(service, "SELECT count(*) FROM plan_hold") == 1


def test_plan_of_an_activity_that_does_not_exist_is_not_found(service: Any, browser: Browser) -> None:
    staff = browser("coordinator")
    answer = staff.put(f"/api/staff/activities/{uuid.uuid4()}/plan", json=WRITTEN)
    assert (answer.status_code, answer.json()["code"]) == (404, "NotFound")


def test_list_kept_again_is_the_one_that_counts(service: Any) -> None:
    bought(service, "c12", [person(1), person(2)])
    bought(service, "c12", [person(3)])
    assert scalar(service, "SELECT count(*) FROM kept_list") == 1
    fee_paid(service, "c12")
    buy_kept(service)
    assert [one.first_name for one in covered(service, enrolled(service, "c12").whose)] == ["Prénom3"]
    assert len(everybody(service, enrolled(service, "c12").whose, CoverageState.LISTED)) == 2
