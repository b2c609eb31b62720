"""Roles that are there twice once companies or people are merged, and what was merged, which nobody writes on."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from kit.errors import InvalidInput
from registration.members.models import Company, CompanyRole, Person
from registration.members.rules import Role
from registration.office.allotments.queries import company_id, known_company
from tests.registration.conftest import Browser
from tests.registration.test_company_records import COMPANY, PERIOD, SOMEBODY
from tests.registration.test_duplicates import merged
from tests.registration.test_members import company, link, person

SINCE = date(2020, 1, 1)


def has_role(service: Any, one: Person, of: Company) -> None:
    with service.db.write() as session:
        session.add(CompanyRole(person_id=one.id, company_id=of.id, role=Role.HR, starts=SINCE))


def twin_of(service: Any, one: Person, home: Company) -> Person:
    with service.db.write() as session:
        twin = Person(key="twin", company_id=home.id, first_name="M.", last_name="Rivebelle", email=one.email)
        session.add(twin)
    return twin


def test_people_with_the_very_same_role_are_one_once_merged(service: Any, browser: Browser) -> None:
    one, home = person(service, "p01"), company(service, "c02")
    gone = twin_of(service, one, home)
    has_role(service, one, home)
    has_role(service, gone, home)
    client = browser("coordinator")
    merger = merged(client, gone.id, one.id, "person")
    ours = [row["id"] for row in client.get(f"/api/companies/{home.id}").json()["people"]]
    assert (str(one.id) in ours, str(gone.id) in ours) == (True, False)
    said = {"first_name": "M.", "last_name": "Rivebelle", "email": "else@example.org", "roles": ["hr"]}
    assert client.post(f"/api/companies/{home.id}/people/{gone.id}", json=said).status_code == 404
    assert client.post(f"/api/companies/{home.id}/people/{one.id}/leave", json={}).status_code == 200
    assert client.post(f"/api/mergers/{merger['id']}/undo").status_code == 200
    assert str(gone.id) in [row["id"] for row in client.get(f"/api/companies/{home.id}").json()["people"]]


def test_person_with_the_very_same_role_in_both_companies_acts_for_one(service: Any, browser: Browser) -> None:
    kept, gone = company(service, "c02"), company(service, "n04")
    one = twin_of(service, person(service, "p01"), gone)
    has_role(service, one, kept)
    has_role(service, one, gone)
    client, old = browser("coordinator"), link(service, one)
    merged(client, gone.id, kept.id)
    assert browser().get(old, follow_redirects=False).status_code == 303
    assert client.post(f"/api/companies/{kept.id}/people/{one.id}/leave", json={}).status_code == 200
    assert client.post(f"/api/people/{one.id}/link/renew").status_code == 200
    assert browser().get(link(service, person(service, "twin")), follow_redirects=False).status_code == 404


def test_name_of_a_merged_company_is_that_of_the_one_kept(service: Any, browser: Browser) -> None:
    kept, gone, client = company(service, "c02"), company(service, "n04"), browser("coordinator")
    with service.db.write() as session:
        session.get_one(Company, gone.id).name = kept.name
    merged(client, gone.id, kept.id)
    with service.db.read() as session:
        assert company_id(session, kept.name) == kept.id
        with pytest.raises(InvalidInput):
            known_company(session, gone.id)


OPERATIONS = (
    ("", COMPANY),
    ("/people", SOMEBODY),
    ("/memberships", PERIOD),
    ("/standing", {"status": "active", "reason": "Décidé", "until": "2099-01-01"}),
    ("/code", {}),
)


@pytest.mark.parametrize(("path", "body"), OPERATIONS, ids=[path or "company" for path, _ in OPERATIONS])
def test_company_that_was_merged_is_written_on_no_more(
    service: Any, browser: Browser, path: str, body: dict[str, Any]
) -> None:
    kept, gone, client = company(service, "c02"), company(service, "n04"), browser("coordinator")
    merged(client, gone.id, kept.id)
    with service.db.read() as session:
        before = session.get_one(Company, gone.id).model_dump()
    assert client.post(f"/api/companies/{gone.id}{path}", json=body).status_code == 404
    for form in ("edit", "new-person", "new-period"):
        assert client.get(f"/staff/members/{gone.id}/{form}").status_code == 404
    with service.db.read() as session:
        assert session.get_one(Company, gone.id).model_dump() == before
        assert session.exec(select(Person).where(Person.email == SOMEBODY["email"])).first() is None


def test_link_of_whoever_was_merged_dies_when_they_leave_a_company(service: Any, browser: Browser) -> None:
    one, home = person(service, "p01"), company(service, "c02")
    gone = twin_of(service, one, home)
    has_role(service, one, home)
    old = link(service, gone)
    client = browser("coordinator")
    merged(client, gone.id, one.id, "person")
    assert browser().get(old, follow_redirects=False).status_code == 303
    assert client.post(f"/api/companies/{home.id}/people/{one.id}/leave", json={}).status_code == 200
    assert browser().get(old, follow_redirects=False).status_code == 404
