"""J2 and J8: a company covers its people by the plan, one of them asks the clinic for help, and nobody knows."""

import re
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from registration.plans.actions import correct_address
from registration.plans.covering.actions import end, replace_person
from registration.plans.covering.actions_credits import take_off
from registration.plans.queries import free_places
from registration.plans.rules import SEALED
from registration.signup.flows import pay_address
from tests.covering import (
    acting,
    bought,
    covered,
    enrolled,
    fee_paid,
    listed,
    person,
    renewed,
    sample_spreadsheet,
)
from tests.fakes.house import House
from tests.journeys.test_office import staff
from tests.registration.ending import next_plan

SUBJECTS = {"Un message de l’Alliance pour vous", "A message for you from the Alliance"}
CONTACT_ADDRESS = "carl@example.org"


@pytest.fixture(autouse=True)
def in_march(house: House) -> None:
    """Before the plan begins, while it is sold."""
    at(house, 2027, 3, 8)
    renewed(house.registration)


def at(house: House, year: int, month: int, day: int) -> None:
    house.clock.set(datetime(year, month, day, 16, 0, tzinfo=UTC))
    house.settle()


def rows(house: House, service: str, query: str, **values: Any) -> list[tuple[Any, ...]]:
    with getattr(house, service).db.read() as session:
        return [tuple(row) for row in session.execute(text(query), values)]


def asks(house: House, code: str) -> str:
    """What the clinic reads: the page's answer."""
    plan = enrolled(house.registration).whose.plan
    link = house.registration.links.provider(plan.id, plan.link_version)
    page = house.visitor().post(link, {"code": code})
    assert page.status == 200, page.text
    return page.text


def code_in(letter: Any) -> str:
    found = re.search(r"AIF-[0-9A-Z]{4}-[0-9A-Z]{4}", str(letter))
    assert found, str(letter)
    return found[0]


def text_of(house: House, kind: str) -> str:
    """The text of the newest letter of a kind."""
    of_kind = [one for one in house.mail.letters if str(one["X-Message-Key"]).startswith(f"{kind}:")]
    body = of_kind[-1].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def pay(house: House, registration: uuid.UUID) -> None:
    """The card is paid on Stripe's page."""
    assert house.stripe
    house.visitor().get(pay_address(house.registration, registration))
    [session] = house.stripe.client().v1.checkout.sessions.list({}).data
    house.stripe.pay(session.id)
    house.webhooks()
    house.settle()


def billed(house: House) -> list[tuple[int, ...]]:
    """Subtotal, taxes and total of each order, the first first."""
    found = rows(house, "billing", "SELECT subtotal, tps, tvq, total FROM contract_orders ORDER BY id")
    return [tuple(map(int, row)) for row in found]


def test_plan_bought_from_the_spreadsheet_costs_896_81_and_sends_eleven_codes(house: House) -> None:
    here = house.registration
    done = bought(here, "c15", sample_spreadsheet(), expected_total=89681)
    house.settle()
    assert len(done.covered) == 12 and [one.card_number for one in done.covered if not one.by_mail] == [1]
    assert billed(house) == [(78000, 3900, 7781, 89681)]
    codes = [letter for letter in house.mail.letters if str(letter["X-Message-Key"]).startswith("coverage_code:")]
    assert len(codes) == 11 and {str(letter["Subject"]) for letter in codes} == SUBJECTS
    assert all(CONTACT_ADDRESS not in letter.as_string() for letter in codes)
    assert house.mail.text(CONTACT_ADDRESS)
    assert "11 codes partent par courriel" in text_of(house, "plan_confirmed")
    code = code_in(house.mail.text("lyne.bordclair@transport-pointenoire.example.org"))
    assert "Valable" in asks(house, code) and "Du 1er" in asks(house, code)
    assert house.invariants() == []


def test_plan_for_a_hundred_and_forty_people_is_one_purchase(house: House) -> None:
    done = bought(house.registration, "c04", [person(n) for n in range(140)], expected_total=1_046_273)
    assert done.registration and len(done.covered) == 140
    house.settle()
    assert billed(house) == [(910_000, 45_500, 90_773, 1_046_273)]
    assert house.invariants() == []


def test_sealed_codes_are_five_cards_without_names(house: House) -> None:
    done = bought(house.registration, "c19", [SEALED] * 5, expected_total=37367)
    house.settle()
    assert sorted(one.card_number or 0 for one in done.covered) == [1, 2, 3, 4, 5]
    assert billed(house) == [(32500, 1625, 3242, 37367)]
    assert not [one for one in house.mail.letters if str(one["X-Message-Key"]).startswith("coverage_code:")]


def test_person_added_in_september_pays_the_whole_price_and_begins_that_day(house: House) -> None:
    at(house, 2027, 9, 14)
    done = bought(house.registration, "c15", [person(1)], expected_total=7473)
    assert str(done.covered[0].starts_on) == "2027-09-14" and str(done.covered[0].ends_on) == "2028-03-31"
    house.settle()
    assert billed(house) == [(6500, 325, 648, 7473)]


def test_twelve_taken_off_one_by_one_are_credited_to_the_cent(house: House) -> None:
    here = house.registration
    done = bought(here, "c15", sample_spreadsheet())
    house.settle()
    whose = enrolled(here).whose
    for one in done.covered:
        with here.db.write() as session:
            take_off(session, whose, one.id, acting(here))
        house.settle()
    credits = rows(house, "billing", "SELECT subtotal, tps, tvq, total FROM contract_invoices WHERE total < 0")
    assert len(credits) == 12
    assert [sum(map(int, column)) for column in zip(*credits, strict=True)] == [-78000, -3900, -7781, -89681]
    assert covered(here, whose) == []
    status = rows(house, "registration", "SELECT status, credited FROM contract_registrations")
    assert status == [("cancelled", 89681)]
    assert house.invariants() == []


def test_replaced_person_keeps_the_place_and_the_old_code_dies_at_once(house: House) -> None:
    here = house.registration
    done = bought(here, "c15", [person(1), person(2)])
    house.settle()
    at(house, 2027, 9, 14)
    whose, leaving = enrolled(here).whose, done.covered[0]
    old = code_in(house.mail.text(leaving.email))
    assert "Valable" in asks(house, old.lower().replace("-", " "))
    with here.db.write() as session:
        replace_person(session, whose, leaving.id, person(9), acting(here))
    assert "Non valable" in asks(house, old)
    house.settle()
    new = code_in(house.mail.text("personne-9@example.org"))
    assert "Valable" in asks(house, new) and new != old
    assert billed(house) == [(13000, 650, 1297, 14947)]
    assert house.invariants() == []


def test_ended_person_leaves_a_free_place_that_a_newcomer_takes_for_nothing(house: House) -> None:
    here = house.registration
    done = bought(here, "c15", [person(1), person(2)])
    at(house, 2027, 9, 14)
    whose = enrolled(here).whose
    with here.db.write() as session:
        end(session, whose, done.covered[1].id, acting(here))
    with here.db.read() as session:
        assert free_places(session, whose, acting(here).today) == 1
    newcomers = bought(here, "c15", [person(3), person(4)], expected_total=7473)
    assert len(newcomers.covered) == 2 and len(covered(here, whose)) == 3
    alone = bought(here, "c15", [person(5)], expected_total=7473)
    assert alone.registration is not None
    house.settle()
    assert house.invariants() == []


def test_codes_bought_by_card_leave_when_it_is_paid(house: House) -> None:
    here = house.registration
    done = bought(here, "c15", [person(1)], method="card")
    assert done.registration and done.registration.status == "held" and done.covered == ()
    house.settle()
    assert house.mail.to("personne-1@example.org") == []
    pay(house, done.registration.id)
    assert code_in(house.mail.text("personne-1@example.org"))
    assert house.invariants() == []


def test_company_in_arrears_has_its_list_kept_until_its_fee_is_paid(house: House) -> None:
    here = house.registration
    done = bought(here, "c12", [person(1), person(2)])
    assert done.kept and done.registration is None
    house.settle()
    assert billed(house) == [] and house.mail.to("personne-1@example.org") == []
    assert len(listed(here, enrolled(here, "c12"), [person(3)])) == 1, "who is listed later is not asked for yet"
    fee_paid(here, "c12")
    house.settle()
    assert billed(house) == [(13000, 650, 1297, 14947)]
    assert code_in(house.mail.text("personne-1@example.org"))
    assert house.invariants() == []


def test_letter_that_does_not_arrive_is_shown_to_hr_and_sent_to_another_address(house: House) -> None:
    here = house.registration
    house.mail.refuse["personne-1@example.org"] = 550
    done = bought(here, "c15", [person(1)])
    house.settle()
    whose = enrolled(here).whose
    assert covered(here, whose)[0].undelivered
    with here.db.write() as session:
        correct_address(session, whose, done.covered[0].id, "autre@example.org", acting(here))
    house.settle()
    assert not covered(here, whose)[0].undelivered
    assert "Valable" in asks(house, code_in(house.mail.text("autre@example.org")))
    assert house.invariants() == []


def test_plan_that_ends_is_renewed_from_the_letter_that_says_so(house: House) -> None:
    here, hr = house.registration, "carl.vallonbrun@transport-pointenoire.example.org"
    bought(here, "c15", sample_spreadsheet())
    at(house, 2028, 1, 20)
    next_plan(here, house.clients["registration"], **staff(house, "coordinator"))
    at(house, 2028, 1, 31)
    letter = " ".join(house.mail.text(hr).replace("\u00a0", " ").split())
    assert "La couverture prend fin le 31 mars 2028" in letter and "896,81 $ pour 12 personnes" in letter
    assert "Remi" not in letter and "Bordclair" not in letter, "nobody is named"
    link = re.search(r"http\S+/m/\S+", letter)
    assert link
    visitor = house.visitor()
    assert "Reprenez votre liste" in visitor.get(link[0]).text
    taken = visitor.post(f"{here.home}/plans/pae-2028/list/again", {})
    assert taken.status == 200 and "12 personnes, taxes incluses" in taken.text.replace("\u00a0", " ")
    house.settle()
    assert len(house.mail.to(hr)) == 1, "once"
    assert house.invariants() == []
