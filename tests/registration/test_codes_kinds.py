"""What a code may do and how far it goes: an amount, a set price, free; per company, a budget, dates, one person."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from kit.contracts.callers import ANYONE, Caller
from registration.catalog.codes.models import Code
from registration.catalog.codes.rules import PlaceIsHers
from registration.changes.actions_people import name_attendee
from registration.changes.rules import PersonNamed
from registration.invariants import invariants
from registration.letters.flows import letter_context
from registration.members.models import Company
from registration.privacy.actions_retention import erase_invited
from registration.registrations.models import Attendee
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.test_signup import ONE, asked

SIGNUPS = f"/api/activities/{COCKTAIL}/registrations"
FORM = f"/fr/activites/{COCKTAIL}/inscription"
MARGUERITE = {"first_name": "Marguerite", "last_name": "Simard", "email": "marguerite@example.org"}


@pytest.fixture
def staff(browser: Browser) -> TestClient:
    return browser("coordinator")


def made(staff: TestClient, cocktail: uuid.UUID, **code: Any) -> str:
    answer = staff.post(f"/api/staff/activities/{cocktail}/codes", json=code)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["words"][0])


def row(service: Any, word: str) -> Code:
    with service.db.read() as session:
        return session.exec(select(Code).where(Code.word == word)).one()


def sign_up(browser: Browser, word: str, quantity: int = 1, **changes: Any) -> Any:
    items = changes.pop("items", [ONE | {"quantity": quantity}])
    return browser().post(SIGNUPS, json=asked(code=word, items=items, **changes))


@pytest.mark.parametrize(
    ("effect", "subtotal"),
    [
        ({"percent_off": 50}, 4250),
        ({"amount_off": 2500}, 6000),
        ({"amount_off": 99900}, 0),
        ({"set_price": 1000}, 1000),
        # Never more than the usual price.
        ({"set_price": 99900}, 8500),
        ({"percent_off": 100}, 0),
    ],
)
def test_code_lowers_a_price_in_its_own_way(
    service: Any, staff: TestClient, browser: Browser, cocktail: uuid.UUID, effect: dict[str, int], subtotal: int
) -> None:
    word = made(staff, cocktail, word="RABAIS27", max_units=5, **effect)
    taken = sign_up(browser, word)
    assert (taken.status_code, taken.json()["subtotal"]) == (201, subtotal), taken.text
    code = row(service, word)
    served = 0 if subtotal == 8500 else 1
    assert (code.used, code.spent) == (served, 8500 - subtotal)
    assert invariants(service.db) == []


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ({"percent_off": 10, "amount_off": 500}, "amount_off"),
        ({"opens": "car-hon", "set_price": 500}, "amount_off"),
        ({"amount_off": -5}, "amount_off"),
        ({"percent_off": 10, "budget": 0}, "budget"),
        ({"opens": "car-hon", "budget": 500}, "budget"),
        ({"percent_off": 10, "per_company": 0}, "per_company"),
        ({"percent_off": 10, "since": "2027-06-01T00:00:00Z", "until": "2027-05-01T00:00:00Z"}, "until"),
        ({"percent_off": 10, "person": {"first_name": "Marguerite", "last_name": ""}}, "last_name"),
        ({"percent_off": 10, "person": MARGUERITE, "word": "MARGUERITE"}, "word"),
        ({"percent_off": 10, "person": MARGUERITE, "count": 3}, "count"),
        ({"percent_off": 10, "person": {**MARGUERITE, "email": "marguerite"}}, "email"),
    ],
)
def test_code_that_makes_no_sense_names_its_field(
    staff: TestClient, cocktail: uuid.UUID, code: dict[str, Any], field: str
) -> None:
    refused = staff.post(f"/api/staff/activities/{cocktail}/codes", json=code)
    assert refused.status_code == 422 and any(field in name for name in refused.json()["errors"]), refused.text


def test_code_used_up_says_how_often_it_served(staff: TestClient, browser: Browser, cocktail: uuid.UUID) -> None:
    """Honourees: three, the fourth is told why."""
    made(staff, cocktail, word="HONOREES", opens="car-hon", max_units=3)
    guest = {"product": "car", "who": "code", "quantity": 3}
    assert sign_up(browser, "honorees", items=[guest]).status_code == 201
    fourth = sign_up(browser, "honorees", items=[guest | {"quantity": 1}])
    assert (fourth.status_code, fourth.json()["code"]) == (409, "CodeUsedUp")
    page = browser().post(FORM, data={"code": "honorees", "action": "update"})
    assert "Ce code a déjà servi 3 fois" in page.text
    assert (
        browser().post(f"/api/activities/{COCKTAIL}/quote", params={"code": "honorees"}, json=[ONE]).status_code == 409
    )


def test_code_with_a_budget_takes_off_no_more(
    service: Any, staff: TestClient, browser: Browser, cocktail: uuid.UUID
) -> None:
    word = made(staff, cocktail, word="BUDGET27", amount_off=2000, max_units=100, budget=5000)
    assert sign_up(browser, word, 2).status_code == 201
    refused = sign_up(browser, word)
    assert (refused.status_code, refused.json()["code"]) == (409, "CodeSpent")
    assert (row(service, word).used, row(service, word).spent) == (2, 4000)
    address = f"/api/staff/codes/{row(service, word).id}/terms"
    below = staff.post(address, json={"max_units": 100, "budget": 3999})
    assert (below.status_code, below.json()["code"]) == (409, "BudgetBelowSpent")
    assert staff.post(address, json={"max_units": 100, "budget": 6000}).status_code == 200
    assert sign_up(browser, word).status_code == 201
    assert invariants(service.db) == []


def test_code_counts_each_company(service: Any, staff: TestClient, browser: Browser, cocktail: uuid.UUID) -> None:
    word = made(staff, cocktail, word="CHACUNE", percent_off=10, max_units=100, per_company=2)
    nobody = sign_up(browser, word, company="", method="card")
    assert nobody.status_code == 422 and nobody.json()["errors"]["company"] == "problem.company_for_code"
    assert sign_up(browser, word, company="Fonderie Noël", method="card").status_code == 201
    assert sign_up(browser, word, 2, company="FONDERIE NOEL").json()["code"] == "CodeUsedByCompany"
    assert sign_up(browser, word, company="fonderie noel").status_code == 201
    assert sign_up(browser, word, company="Fonderie Noël").json()["code"] == "CodeUsedByCompany"
    assert sign_up(browser, word, 2, company="Usinage Valbrume inc.").status_code == 201
    assert row(service, word).used == 4 and invariants(service.db) == []


def test_code_serves_between_its_dates(
    service: Any, staff: TestClient, browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    since, until = clock().replace(microsecond=0), clock().replace(microsecond=0)
    terms = {"since": since.replace(year=since.year + 1).isoformat()}
    word = made(staff, cocktail, word="PLUSTARD", percent_off=10, **terms)
    assert sign_up(browser, word).json()["code"] == "CodeNotNow"
    over = made(staff, cocktail, word="TROPTARD", percent_off=10, until=until.isoformat())
    clock.advance(seconds=5)
    assert sign_up(browser, over).json()["code"] == "CodeNotNow"
    page = browser().post(FORM, data={"code": over, "action": "update"})
    assert "sa période est passée" in page.text


def test_code_of_a_person_opens_the_form_with_her_name(
    service: Any, staff: TestClient, browser: Browser, cocktail: uuid.UUID
) -> None:
    word = made(staff, cocktail, opens="car-hon", person=MARGUERITE)
    assert len(word) == 9
    page = staff.get(f"/staff/activities/{cocktail}/codes/{row(service, word).id}")
    assert f"{FORM}?code={word}" in page.text
    form = browser().get(f"{FORM}?code={word}")
    assert 'value="Marguerite"' in form.text and 'value="marguerite@example.org"' in form.text
    assert 'name="q.car.code"' in form.text, "its price is open"


def test_code_of_a_person_serves_nobody_else(
    service: Any, staff: TestClient, browser: Browser, cocktail: uuid.UUID
) -> None:
    word = made(staff, cocktail, opens="car-hon", person=MARGUERITE, max_units=2)
    guest = {"product": "car", "who": "code", "quantity": 1}
    other = sign_up(browser, word, items=[guest | {"attendees": [{"first_name": "Luc", "last_name": "Essai"}]}])
    assert other.status_code == 422 and other.json()["errors"]["code"] == "problem.code_of_another"
    # Nobody named is not her either: her place is not kept for a name to come.
    assert sign_up(browser, word, items=[guest]).status_code == 422
    her = {"first_name": "marguerite", "last_name": "SIMARD"}
    assert sign_up(browser, word, items=[guest | {"attendees": [her]}]).status_code == 201
    contact = {"contact": MARGUERITE, "contact_attends": True}
    assert sign_up(browser, word, items=[guest], **contact).status_code == 201
    assert row(service, word).used == 2 and invariants(service.db) == []


def test_place_of_an_invited_person_changes_hands_by_staff_only(
    service: Any, staff: TestClient, browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    word = made(staff, cocktail, opens="car-hon", person=MARGUERITE)
    guest = {"product": "car", "who": "code", "quantity": 1}
    sign_up(browser, word, items=[guest], contact=MARGUERITE, contact_attends=True)
    with service.db.read() as session:
        place = session.exec(select(Attendee.id)).one()
        offer = service.offer(session, cocktail)
    luc, context = PersonNamed("Luc", "Essai", "luc@example.org"), letter_context(service, offer)
    with pytest.raises(PlaceIsHers), service.db.write() as session:
        name_attendee(session, place, luc, ANYONE, clock(), context)
    with service.db.write() as session:
        name_attendee(session, place, PersonNamed("Marguerite", "SIMARD", "m@example.org"), ANYONE, clock(), context)
        name_attendee(session, place, luc, Caller(frozenset({"coordinator"}), "1", "Équipe"), clock(), context)


def test_name_of_an_invited_person_is_forgotten_long_after(
    service: Any, staff: TestClient, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    word = made(staff, cocktail, opens="car-hon", person=MARGUERITE)
    with service.db.read() as session:
        ends = service.offer(session, cocktail).activity.sale.ends_at
    with service.db.write() as session:
        assert erase_invited(session, ends + timedelta(days=729)) == 0
        assert erase_invited(session, ends + timedelta(days=731)) == 1
        assert erase_invited(session, ends + timedelta(days=731)) == 0
    code = row(service, word)
    assert (code.bound_first, code.bound_last, code.bound_email, code.bound) == ("", "", "", True)


def test_code_makes_nobody_a_member(service: Any, staff: TestClient, browser: Browser, cocktail: uuid.UUID) -> None:
    """Neither a code, nor the name or the address of a member typed, opens the members' price."""
    with service.db.read() as session:
        member = session.exec(select(Company).where(Company.key == "c01")).first()
    assert member is not None
    word = made(staff, cocktail, word="RABAIS27", percent_off=10, max_units=9)
    contact = {"contact": {"first_name": "Luc", "last_name": "Essai", "email": member.billing_email or "a@example.org"}}
    refused = sign_up(browser, word, items=[ONE | {"who": "member"}], company=member.name, **contact)
    assert (refused.status_code, refused.json()["code"]) == (422, "NotOffered")


def test_code_shows_who_used_it(service: Any, staff: TestClient, browser: Browser, cocktail: uuid.UUID) -> None:
    word = made(staff, cocktail, word="RABAIS27", amount_off=1000, max_units=9)
    sign_up(browser, word, 2)
    code = row(service, word).id
    [use] = staff.get(f"/api/staff/codes/{code}/registrations").json()
    assert (use["units"], use["cents"], use["status"], use["company"]) == (
        2,
        2000,
        "confirmed",
        "Usinage Valbrume inc.",
    )
    page = staff.get(f"/staff/activities/{cocktail}/codes/{code}")
    assert "Maude Contact" in page.text and f"/staff/registrations/{use['registration_id']}" in page.text
    assert staff.get(f"/api/staff/codes/{uuid.uuid4()}/registrations").status_code == 404
    assert staff.get(f"/staff/activities/{uuid.uuid4()}/codes/{code}").status_code == 404


def test_code_made_on_the_page_with_its_limits(service: Any, staff: TestClient, cocktail: uuid.UUID) -> None:
    address = f"/staff/activities/{cocktail}/codes"
    form = {"opens": "amount", "amount_off": "25,50", "max_units": "10", "budget": "1 000", "word": "PAGE27"}
    wrong = staff.post(address, data=form | {"amount_off": "beaucoup", "since": "hier"})
    assert wrong.status_code == 422 and 'value="beaucoup"' in wrong.text and 'value="PAGE27"' in wrong.text
    assert wrong.text.count('aria-invalid="true"') == 2
    assert staff.post(address, data=form).status_code == 303
    code = row(service, "PAGE27")
    assert (code.amount_off, code.budget, code.max_units) == (2550, 100000, 10)
    terms = {"max_units": "12", "per_company": "3", "budget": "", "until": "2027-10-01T12:00"}
    assert staff.post(f"{address}/{code.id}/terms", data=terms | {"max_units": "0"}).status_code == 409
    assert staff.post(f"{address}/{code.id}/terms", data=terms).status_code == 303
    changed = row(service, "PAGE27")
    assert (changed.max_units, changed.per_company, changed.budget) == (12, 3, None) and changed.until is not None
