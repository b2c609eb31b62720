"""What is known of somebody covered, and where; letters that wait, codes that are held, cards that are paid late."""

import logging
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import text

from registration.plans.buying.flows import buy
from registration.plans.covering.actions_credits import take_off
from registration.plans.rules import Newcomer
from registration.registrations.actions import release
from registration.signup.flows import pay_address
from tests.covering import (
    HR,
    acting,
    bought,
    covered,
    enrolled,
    listed,
    person,
    purchase,
    renewed,
)
from tests.fakes.house import House
from tests.journeys.test_office import staff
from tests.journeys.test_plans import CONTACT_ADDRESS, asks, at, billed, code_in, pay, rows, text_of


@pytest.fixture(autouse=True)
def in_march(house: House) -> None:
    """Before the plan begins, while it is sold."""
    at(house, 2027, 3, 8)
    renewed(house.registration)


CANARIES = Newcomer("CANARIPRENOM", "CANARINOM", "canaricourriel@example.org", "fr", "CANARINUMERO")


def everything(service: Any) -> dict[str, str]:
    """Every table of a database, as text."""
    with service.db.read() as session:
        names = sa.inspect(session.connection()).get_table_names()
        return {name: str(session.execute(text(f'SELECT * FROM "{name}"')).all()) for name in names}


def where(words: str, *services: Any) -> set[str]:
    """The tables in which these words stand."""
    return {f"{one.name}.{name}" for one in services for name, rows in everything(one).items() if words in rows}


def test_person_covered_is_known_to_the_coverage_and_the_letter_only(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    here, services = house.registration, (house.registration, house.billing, house.notify)
    done = bought(here, "c15", [CANARIES], method="card")
    assert done.registration
    pay(house, done.registration.id)
    code = code_in(house.mail.text(CANARIES.email))
    asks(house, code)
    letter = {"registration.coverage", "notify.message"}
    assert where("CANARIPRENOM", *services) == where("CANARINOM", *services) == letter
    assert where("canaricourriel", *services) == letter
    assert where("CANARINUMERO", *services) == {"registration.coverage"}
    assert where(code[4:], *services) == where(code.replace("-", "")[3:], *services) == set()
    assert not [one for one in ("CANARI", "canari", code, code[4:]) if one in caplog.text]
    subjects = [str(one["Subject"]) for one in house.mail.letters]
    assert not [one for one in subjects if "CANARI" in one or ("Programme" in one and "Alliance" in one)]
    assert house.stripe and "CANARI" not in str(house.stripe.events())
    assert house.mail.to(CONTACT_ADDRESS) and not [
        one for one in house.mail.to(CONTACT_ADDRESS) if "CANARI" in one.as_string()
    ]


def test_letter_with_a_code_shows_no_code_to_staff(house: House) -> None:
    bought(house.registration, "c15", [person(1)])
    house.settle()
    code = code_in(house.mail.text("personne-1@example.org"))
    desk = house.clients["notify"]
    found = rows(house, "notify", "SELECT id FROM message WHERE kind = 'coverage_code'")
    content = desk.get(f"/staff/messages/{uuid.UUID(str(found[0][0]))}/content", headers=staff(house, "coordinator"))
    assert content.status_code == 200 and "gardé nulle part" in content.text and code not in content.text


def test_letter_of_somebody_who_left_before_it_was_sent_is_not_sent(house: House) -> None:
    here = house.registration
    house.mail.down = True
    done = bought(here, "c15", [person(1)])
    house.settle()
    with here.db.write() as session:
        take_off(session, enrolled(here).whose, done.covered[0].id, acting(here))
    house.mail.down = False
    house.clock.advance(hours=2)
    house.settle()
    assert house.mail.to("personne-1@example.org") == []
    assert house.invariants() == []


def test_codes_wait_while_registration_is_away_and_leave_when_it_is_back(house: House) -> None:
    bought(house.registration, "c15", [person(1)])
    house.registration.postman.deliver()
    house.down.add("registration")
    house.settle()
    assert house.mail.to("personne-1@example.org") == []
    house.down.clear()
    house.clock.advance(hours=1)
    house.settle()
    assert code_in(house.mail.text("personne-1@example.org"))
    assert house.invariants() == []


def test_card_paid_after_its_list_was_bought_anew_is_refunded(house: House) -> None:
    here = house.registration
    mine = enrolled(here)
    people = listed(here, mine, [person(1)])
    first = buy(here, mine, purchase(people, "card"), HR)
    assert first.registration and house.stripe
    house.visitor().get(pay_address(here, first.registration.id))
    [session] = house.stripe.client().v1.checkout.sessions.list({}).data
    with here.db.write() as write:
        release(write, first.registration.id, house.clock())
    second = buy(here, mine, purchase(people), HR)
    assert len(second.covered) == 1
    house.stripe.pay(session.id)
    house.webhooks()
    house.settle()
    house.webhooks()
    house.settle()
    assert rows(house, "billing", "SELECT refunded FROM contract_orders WHERE refunded > 0") == [(7473,)]
    assert len(covered(here, mine.whose)) == 1
    assert house.invariants() == []


def test_card_paid_once_the_plan_is_over_is_refunded(house: House) -> None:
    here = house.registration
    house.clock.set(datetime(2028, 4, 1, 3, 50, tzinfo=UTC))  # Ten to midnight in Saguenay, on the last day.
    first = bought(here, "c15", [person(1)], method="card")
    assert first.registration and house.stripe
    house.visitor().get(pay_address(here, first.registration.id))
    [session] = house.stripe.client().v1.checkout.sessions.list({}).data
    house.clock.set(datetime(2028, 4, 1, 4, 5, tzinfo=UTC))
    house.stripe.pay(session.id)
    house.webhooks()
    house.settle()
    house.webhooks()
    house.settle()
    assert rows(house, "billing", "SELECT refunded FROM contract_orders WHERE refunded > 0") == [(7473,)]
    assert covered(here, enrolled(here).whose) == []
    assert house.invariants() == []


def test_staff_hold_and_release_the_codes_of_a_company(house: House) -> None:
    here = house.registration
    whose, desk = enrolled(here).whose, house.clients["registration"]
    address = f"/api/staff/activities/{whose.plan.activity_id}/plan"
    headers = staff(house, "coordinator")
    assert desk.post(f"{address}/companies/{whose.company_id}/hold", headers=headers).status_code == 200
    bought(here, "c15", [person(1), person(2)])
    house.settle()
    assert billed(house) == [(13000, 650, 1297, 14947)] and house.mail.to("personne-1@example.org") == []
    assert "dès que nous les aurons libérés" in text_of(house, "plan_confirmed")
    [company] = desk.get(address, headers=headers).json()["companies"]
    assert (company["covered"], company["waiting"], company["held"], company["amount"]) == (0, 2, True, 14947)
    released = desk.post(f"{address}/companies/{whose.company_id}/release", headers=headers)
    assert released.json() == {"covered": 2}
    house.settle()
    assert code_in(house.mail.text("personne-1@example.org"))
    plan = desk.get(address, headers=headers).json()
    assert (plan["companies_enrolled"], plan["people_covered"]) == (1, 2)
    assert house.invariants() == []
