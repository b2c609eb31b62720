"""Somebody who is there twice: one person with the roles of both, whose links both go on working."""

from datetime import date
from typing import Any

from sqlmodel import select

from registration.members.models import CompanyRole, Person
from registration.members.rules import Role
from tests.registration import reading
from tests.registration.conftest import Browser
from tests.registration.test_members import company, link, person, who


def test_person_in_two_companies_with_one_address_becomes_one_with_two_roles(service: Any, browser: Browser) -> None:
    one, home = person(service, "p01"), company(service, "c03")
    with service.db.write() as session:
        twice = Person(key="twin", company_id=home.id, first_name="M.", last_name="Rivebelle", email=one.email.upper())
        session.add(twice)
        session.flush()
        session.add(CompanyRole(person_id=twice.id, company_id=home.id, role=Role.HR, starts=date(2020, 1, 1)))
    client = browser("coordinator")
    (pair,) = [row for row in client.get("/api/duplicates").json()["pairs"] if row["subject"] == "person"]
    assert {pair["one"]["id"], pair["other"]["id"]} == {str(one.id), str(twice.id)}
    path = f"/staff/duplicates/people/{pair['one']['id']}/{pair['other']['id']}"
    assert "Équipements Roctremble ltée – Ressources humaines" in reading.text(client, path)
    assert client.post(path, data={"named": str(one.id)}).status_code == 303
    for known in (one, twice):
        visitor = browser()
        visitor.get(link(service, known))
        assert who(service, visitor)[3] == "Maude", "both links go on working"
    with service.db.read() as session:
        roles = session.exec(select(CompanyRole).where(CompanyRole.ends == None)).all()  # noqa: E711
        kept = min(one.id, twice.id)
        assert {row.company_id for row in roles if row.person_id == kept} == {one.company_id, home.id}
    client.post(f"/api/people/{kept}/link/renew")
    for known in (one, twice):
        assert browser().get(link(service, known)).status_code == 404, "renewed, both are dead"
    (merger,) = client.get("/api/mergers").json()["mergers"]
    assert client.post(f"/api/mergers/{merger['id']}/undo").status_code == 200
    with service.db.read() as session:
        assert {
            row.person_id for row in session.exec(select(CompanyRole).where(CompanyRole.company_id == home.id))
        } >= {twice.id}


def test_person_merged_twice_over_is_parted_the_last_first_and_is_named_as_before(
    service: Any, browser: Browser
) -> None:
    client, (first, second, third) = browser("coordinator"), [person(service, key) for key in ("p01", "p02", "p03")]

    def merge(gone: Person, kept: Person, *take: str) -> Any:
        body = {"subject": "person", "gone": str(gone.id), "kept": str(kept.id), "take": list(take)}
        return client.post("/api/mergers", json=body)

    def undo(merger: Any) -> Any:
        return client.post(f"/api/mergers/{merger.json()['id']}/undo")

    one = merge(first, second, "name")
    assert one.status_code == 201, one.text
    assert person(service, "p02").last_name == first.last_name
    again = merge(first, third)
    assert (again.status_code, again.json()["code"]) == (409, "AlreadyMerged")
    other = merge(second, third)
    refused = undo(one)
    assert (refused.status_code, refused.json()["code"]) == (409, "MergeUsed")
    assert undo(other).status_code == undo(one).status_code == 200
    assert person(service, "p02").last_name == second.last_name
    assert person(service, "p01").merged_into_id is None


def test_person_renamed_since_the_merge_keeps_their_new_name_when_parted(service: Any, browser: Browser) -> None:
    client, (gone, kept) = browser("coordinator"), [person(service, key) for key in ("p01", "p02")]
    body = {"subject": "person", "gone": str(gone.id), "kept": str(kept.id), "take": ["name"]}
    merger = client.post("/api/mergers", json=body).json()
    with service.db.write() as session:
        session.get_one(Person, kept.id).last_name = "Nouveau-Nom"
    assert client.post(f"/api/mergers/{merger['id']}/undo").status_code == 200
    assert person(service, "p02").last_name == "Nouveau-Nom"
