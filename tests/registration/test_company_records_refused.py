"""What staff may not write of companies: what does not exist, shares days, says too much, or leads nowhere."""

import uuid
from datetime import date
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from registration.history import queries as history
from registration.members.models import Company, Membership
from registration.members.records.rules import Span, gone
from registration.members.records.rules_lists import key_of, ring
from registration.members.records.schemas import CompanyForm
from registration.members.rules import Role
from tests.registration.conftest import Browser
from tests.registration.listing import csv, looked_at, written
from tests.registration.test_company_records import COMPANY, ENTRY, PERIOD, SOMEBODY
from tests.registration.test_members import company, person

STANDING = {"status": "lapsed", "reason": "Faillite", "until": "2027-12-31"}


@pytest.fixture
def staff(browser: Browser) -> TestClient:
    return browser("director")


def test_records_of_what_does_not_exist_are_not_found(service: Any, staff: TestClient) -> None:
    nobody, known = uuid.uuid4(), company(service, "c01").id
    bodies = (
        (f"/api/companies/{nobody}", COMPANY),
        (f"/api/companies/{nobody}/people", SOMEBODY),
        (f"/api/companies/{known}/people/{nobody}", SOMEBODY),
        (f"/api/companies/{known}/people/{nobody}/leave", {}),
        (f"/api/companies/{nobody}/memberships", PERIOD),
        (f"/api/memberships/{nobody}", PERIOD),
        (f"/api/company-lists/{nobody}", ENTRY),
    )
    for path, body in bodies:
        assert staff.post(path, json=body).status_code == 404, path
    pages = ("edit", "new-person", "new-period", f"people/{nobody}", f"periods/{nobody}")
    assert {staff.get(f"/staff/members/{nobody}/{page}").status_code for page in pages} == {404}
    assert staff.get(f"/staff/company-lists/{nobody}").status_code == 404
    assert staff.post("/staff/company-lists", data={"kind": "nothing"}).status_code == 404


@pytest.mark.parametrize(
    "path", ["companies/{}/code", "companies/{}/standing", "people/{}/link", "people/{}/link/renew"]
)
def test_gesture_about_what_does_not_exist_is_not_found(staff: TestClient, path: str) -> None:
    answer = staff.post(f"/api/{path.format(uuid.uuid4())}", json=STANDING)
    assert (answer.status_code, answer.json()["code"]) == (404, "NotFound")
    assert answer.json()["detail"] == "Cette page n’existe pas ou n’est plus accessible."


def test_standing_decided_again_as_it_is_is_in_the_history_once(service: Any, staff: TestClient) -> None:
    known = company(service, "c01").id
    for _ in range(2):
        assert staff.post(f"/api/companies/{known}/standing", json=STANDING).status_code == 200
    for _ in range(2):
        assert staff.post(f"/api/companies/{known}/standing", json={"status": None}).json()["decided"] is False
    with service.db.read() as session:
        told = [entry.action for entry in history.of(session, known)]
    assert sorted(told) == ["company.standing", "company.standing_by_dates"]


def test_period_saved_as_it_stands_changes_nothing(service: Any, staff: TestClient) -> None:
    known = company(service, "c01").id
    with service.db.read() as session:
        period = session.exec(select(Membership).where(Membership.company_id == known)).first()
    body = {"starts": str(period.starts), "ends": str(period.ends), "category": period.category, "fee": period.fee}
    body |= {"fee_due_on": period.fee_due_on and str(period.fee_due_on)}
    body |= {"fee_paid_on": period.fee_paid_on and str(period.fee_paid_on)}
    assert staff.post(f"/api/memberships/{period.id}", json=body).status_code == 200
    with service.db.read() as session:
        assert history.of(session, known) == []


def test_person_saved_as_they_stand_keeps_their_version(service: Any, staff: TestClient) -> None:
    known = person(service, "p01")
    body = {"first_name": "Maude", "last_name": "Rivebelle", "email": known.email, "roles": ["delegate"]}
    address = f"/api/companies/{known.company_id}/people/{known.id}"
    assert staff.post(address, json=body).json()["version"] == 1
    taken = staff.post(address, json=body | {"email": person(service, "p02").email})
    assert (taken.status_code, set(taken.json()["errors"])) == (422, {"email"})
    assert staff.post(address, json=body | {"lang": "en", "version": 1}).json()["version"] == 2


def test_person_who_comes_back_the_same_day_acts_again(service: Any, staff: TestClient) -> None:
    known = person(service, "p01")
    address = f"/api/companies/{known.company_id}/people"
    body = {"first_name": "Maude", "last_name": "Rivebelle", "email": known.email, "roles": ["hr"]}
    for _ in range(2):
        assert staff.post(f"{address}/{known.id}/leave").status_code == 200
        assert staff.post(f"{address}/{known.id}/leave").status_code == 404
        assert staff.post(address, json=body).status_code == 201
    people = staff.get(f"/api/companies/{known.company_id}").json()["people"]
    assert [one["roles"] for one in people if one["id"] == str(known.id)] == [["hr"]]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("last_name", "x" * 201),
        ("email", "zoe"),
        ("email", ""),
        ("roles", []),
    ],
)
def test_person_unacceptable_has_its_field_named(service: Any, staff: TestClient, field: str, value: Any) -> None:
    body = SOMEBODY | {field: value}
    answer = staff.post(f"/api/companies/{company(service, 'c01').id}/people", json=body)
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {field})


@pytest.mark.parametrize(
    ("field", "value"),
    [("ends", "2027-06-01"), ("category", "nowhere"), ("fee", "-3"), ("fee", "3,005"), ("fee_due_on", "demain")],
)
def test_period_unacceptable_has_its_field_named(service: Any, staff: TestClient, field: str, value: str) -> None:
    form = {"starts": "2030-07-01", "ends": "2031-06-30", "fee": "375,00 $"} | {field: value}
    page = staff.post(f"/staff/members/{company(service, 'c01').id}/new-period", data=form)
    assert page.status_code == 422 and f'href="#f-{field}"' in page.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ends", "2026-01-01"),
        ("target_percent", "101"),
        ("votes", "100"),
        ("label_fr", " "),
        ("starts", "hier"),
    ],
)
def test_list_entry_unacceptable_has_its_field_named(staff: TestClient, field: str, value: str) -> None:
    form = {"kind": "category", "label_fr": "Amie", "starts": "2027-01-01", "votes": "1"} | {field: value}
    page = staff.post("/staff/company-lists", data=form)
    assert page.status_code == 422 and f'href="#f-{field}"' in page.text


def test_list_entry_replaced_needs_its_end_and_another_entry(staff: TestClient) -> None:
    entry = next(one for one in staff.get("/api/company-lists").json() if one["key"] == "agrifood")
    endless = staff.post(f"/api/company-lists/{entry['id']}", json=entry | {"replaced_by": "services"})
    assert set(endless.json()["errors"]) == {"ends"}
    nowhere = entry | {"ends": "2027-06-30", "replaced_by": "nowhere"}
    assert set(staff.post(f"/api/company-lists/{entry['id']}", json=nowhere).json()["errors"]) == {"replaced_by"}
    other_list = staff.post(f"/api/company-lists/{entry['id']}", json=entry | {"kind": "territory"})
    assert other_list.status_code == 404


def test_rules_of_lists_and_spans() -> None:
    assert (key_of("Agroalimentaire", ["agroalimentaire"]), key_of("!", [])) == ("agroalimentaire_2", "list")
    assert ring({"a": "b", "b": "a"}, "a") and not ring({"a": "b", "b": ""}, "a") and ring({"a": "a"}, "a")
    assert gone({Role.HR, Role.MANAGER}, {Role.HR}) == {Role.MANAGER}
    first, last = date(2027, 1, 1), date(2027, 1, 9)
    assert Span(first, last).overlaps(Span(last, None)) and not Span(first, first).overlaps(Span(last, None))


def test_company_that_a_list_brought_from_elsewhere_is_saved_as_it_stands(service: Any, staff: TestClient) -> None:
    """What the form would refuse stays as long as nobody touches it; a telephone is written one way by all."""
    it = looked_at(staff, csv("Entreprise;Province;Code postal;Téléphone", "Toit Vermont;Vermont;05401;555-0100"))
    written(staff, service, it)
    with service.db.read() as session:
        brought = session.exec(select(Company).where(Company.name == "Toit Vermont")).one()
        form = CompanyForm.of(brought).model_dump()
    page, path = f"/staff/members/{brought.id}/edit", f"/api/companies/{brought.id}"
    assert '<option value="Vermont" selected' in staff.get(page).text
    assert staff.post(page, data=form | {"city": "Burlington"}).status_code == 303
    with service.db.read() as session:
        saved = session.get_one(Company, brought.id)
    told = (saved.city, saved.province, saved.postal_code, saved.phone)
    assert told == ("Burlington", "Vermont", "05401", "555-0100")
    body = {"name": "Toit Vermont", "province": "Vermont", "postal_code": "05402", "phone": "(418) 555.0100 #7"}
    assert set(staff.post(path, json=body).json()["errors"]) == {"postal_code"}
    assert staff.post(path, json=body | {"postal_code": "g0v-0z0"}).status_code == 200
    with service.db.read() as session:
        saved = session.get_one(Company, brought.id)
    assert (saved.postal_code, saved.phone) == ("G0V 0Z0", "418-555-0100 poste 7")
