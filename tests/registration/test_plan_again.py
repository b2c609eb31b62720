"""« Reprendre ma liste »: the next plan's list begins with whom the company covers."""

import uuid
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from registration.invariants import invariants
from registration.members.rules import Role
from registration.plans.covering.actions import end
from registration.plans.keeping.flows import forget
from registration.plans.rules import SEALED, Newcomer
from tests.covering import acting, bought, covered, enrolled, person, renewed, scalar
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.ending import COMPANY, at, next_plan, of_plan, purchase, sql, write
from tests.registration.plan_lists import acting_for, pay, recognised

NEXT = "pae-2028"
FEBRUARY = date(2028, 2, 8)


@pytest.fixture(autouse=True)
def in_march(service: Any, clock: FakeClock) -> None:
    at(clock, date(2027, 3, 8), 11)
    renewed(service)


@pytest.fixture
def following(service: Any, clock: FakeClock, browser: Browser) -> uuid.UUID:
    """Twelve people and two sealed codes are covered; it is February, and the next plan is sold."""
    purchase(service)
    bought(service, COMPANY, [SEALED, SEALED])
    at(clock, FEBRUARY)
    return next_plan(service, browser("coordinator"))


@pytest.fixture
def page(service: Any, browser: Browser, following: uuid.UUID) -> TestClient:
    return recognised(service, browser(), acting_for(service, COMPANY, Role.HR))


def read(page: TestClient, address: str) -> str:
    answer = page.get(address)
    assert answer.status_code == 200, answer.headers.get("location")
    return " ".join(answer.text.replace("\u00a0", " ").split())


def again(page: TestClient, plan: str = NEXT) -> str:
    location: str = page.post(f"/plans/{plan}/list/again").headers["location"]
    return location


def test_list_that_ends_is_taken_up_corrected_and_paid(service: Any, page: TestClient) -> None:
    assert "Reprenez votre liste : 14 personnes" in read(page, f"/plans/{NEXT}")
    assert again(page).endswith(f"/plans/{NEXT}/list")
    listed = read(page, f"/plans/{NEXT}/list")
    assert "14 personnes, taxes incluses" in listed and "910,00" in listed and "1 046,27" in listed
    page.post(f"/plans/{NEXT}/list/rows/1", data={"do": "left_out"})
    assert "13 personnes, taxes incluses" in read(page, f"/plans/{NEXT}/list")
    assert pay(page, plan=NEXT).headers["location"].endswith("?done=covered")
    new = covered(service, enrolled(service, plan=NEXT).whose)
    assert len(new) == 13 and {str(one.starts_on) for one in new} == {"2028-04-01"}
    assert len(covered(service, enrolled(service).whose)) == 14, "those of this year are covered to its end"
    assert invariants(service.db) == []
    assert "Reprenez votre liste : 1 personne" in read(page, f"/plans/{NEXT}"), "who was left out is still offered"


def test_people_who_left_before_the_end_are_not_taken_up(service: Any, page: TestClient) -> None:
    mine = enrolled(service)
    with service.db.write() as session:
        end(session, mine.whose, covered(service, mine.whose)[0].id, acting(service))
    again(page)
    assert "13 personnes, taxes incluses" in read(page, f"/plans/{NEXT}/list")


def test_list_taken_up_twice_is_the_same_and_somebody_elses_is_shown_first(
    service: Any, page: TestClient, browser: Browser
) -> None:
    again(page)
    assert again(page).endswith(f"/plans/{NEXT}/list")
    assert "14 personnes, taxes incluses" in read(page, f"/plans/{NEXT}/list")
    other = recognised(service, browser(), acting_for(service, COMPANY, Role.DELEGATE))
    assert again(other).endswith("?done=theirs")
    assert "Reprenez votre liste" not in read(other, f"/plans/{NEXT}")


def test_two_who_share_an_address_are_both_taken_up(service: Any, page: TestClient, clock: FakeClock) -> None:
    bought(service, COMPANY, [Newcomer("Ada", "Roy", "roy@example.org"), Newcomer("Léo", "Roy", "roy@example.org")])
    again(page)
    assert "16 personnes, taxes incluses" in read(page, f"/plans/{NEXT}/list")


def test_company_that_covered_nobody_has_nothing_to_take_up(
    service: Any, browser: Browser, following: uuid.UUID
) -> None:
    page = recognised(service, browser(), acting_for(service, "c04", Role.DELEGATE))
    assert "Reprenez votre liste" not in read(page, f"/plans/{NEXT}")
    assert again(page).endswith("/add")


def test_plan_that_goes_on_leads_to_the_next_and_back(page: TestClient, service: Any, clock: FakeClock) -> None:
    assert page.get("/plans").headers["location"].endswith("/plans/pae-2027"), "the one that has begun"
    now = read(page, "/plans/pae-2027")
    assert "La suite est ouverte" in now and f"/plans/{NEXT}" in now and "Reprenez" not in now
    assert "/plans/pae-2027" in read(page, f"/plans/{NEXT}")
    at(clock, date(2028, 4, 3))
    recognised(service, page, acting_for(service, COMPANY, Role.HR))
    assert page.get("/plans").headers["location"].endswith(f"/plans/{NEXT}")
    assert "Reprenez votre liste : 14 personnes" in read(page, f"/plans/{NEXT}"), "for ninety days more"
    at(clock, date(2028, 5, 15))
    forget(service)
    recognised(service, page, acting_for(service, COMPANY, Role.HR))
    assert "Reprenez votre liste : 14 personnes" in read(page, f"/plans/{NEXT}"), "once ended by the clock as well"
    at(clock, date(2028, 7, 1))
    recognised(service, page, acting_for(service, COMPANY, Role.HR))
    assert "Reprenez" not in read(page, f"/plans/{NEXT}")


def test_draft_of_the_next_plan_is_not_the_one_people_mean(service: Any, page: TestClient) -> None:
    sql(service, "UPDATE activity SET status = 'draft' WHERE key = :key", key=NEXT)
    assert page.get("/plans").headers["location"].endswith("/plans/pae-2027")
    assert "La suite est ouverte" not in read(page, "/plans/pae-2027")


def test_twelve_months_that_are_over_are_taken_up_in_the_same_plan(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    write(service, of_plan(service), date(2027, 3, 1), None)
    purchase(service, 3)
    bought(service, COMPANY, [SEALED])
    at(clock, date(2027, 9, 14), 11)
    purchase(service, 2, first=40)
    at(clock, date(2028, 3, 7))
    page = recognised(service, browser(), acting_for(service, COMPANY, Role.HR))
    assert "Reprenez" not in read(page, "/plans/pae-2027"), "their last day is today"
    at(clock, date(2028, 3, 8))
    assert "Reprenez votre liste : 4 personnes" in read(page, "/plans/pae-2027")
    again(page, "pae-2027")
    assert "4 personnes, taxes incluses" in read(page, "/plans/pae-2027/list")
    assert pay(page).headers["location"].endswith("?done=covered")
    assert len(covered(service, enrolled(service).whose)) == 6
    assert scalar(service, "SELECT count(*) FROM eligibility") == 6, "the codes that were over are gone"
    assert invariants(service.db) == []
    assert "Reprenez" not in read(page, "/plans/pae-2027")


def test_program_takes_up_the_list_once_for_one_key(service: Any, following: uuid.UUID, app: Any) -> None:
    hr = acting_for(service, COMPANY, Role.HR)
    client = TestClient(app, base_url=service.home, follow_redirects=False)
    link = service.links.person(hr.id, hr.link_version).rsplit("/", 1)[1]
    address = f"/api/people/{hr.id}/plans/{NEXT}/list/again"
    headers = {"X-Link-Token": link, "Idempotency-Key": "again-1"}
    for _ in range(2):
        answer = client.post(address, headers=headers)
        assert answer.status_code == 201, answer.text
        assert (len(answer.json()["rows"]), answer.json()["sealed"], answer.json()["total"]) == (12, 2, 104627)
    client.post(f"/api/people/{hr.id}/plans/{NEXT}/list/drop", headers={**headers, "Idempotency-Key": "drop-1"})
    other = client.post(address, headers={**headers, "Idempotency-Key": "again-2"})
    assert other.status_code == 201
    missing = f"/api/people/{hr.id}/plans/pae-2027/list/again"
    refused = client.post(missing, headers={**headers, "Idempotency-Key": "again-3"})
    assert (refused.status_code, refused.json()["code"]) == (409, "NobodyChosen")


def test_person_of_the_list_is_known_again_by_name_and_address(service: Any, page: TestClient) -> None:
    bought(service, COMPANY, [person(1), person(2)], plan=NEXT)
    assert "Reprenez votre liste : 12 personnes" in read(page, f"/plans/{NEXT}")
    again(page)
    assert "12 personnes, taxes incluses" in read(page, f"/plans/{NEXT}/list")
