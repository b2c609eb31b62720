"""What was merged is written on: edited, found, signed up, owed, and opened by nothing that was taken away."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import select

from kit.sql import column, table
from registration.invariants import invariants
from registration.jobs import housekeeping
from registration.members.affiliations.models import Affiliation, AffiliationPlan
from registration.members.models import Company, CompanyRole, Person
from registration.members.records.schemas import CompanyForm
from registration.members.rules import Role
from registration.plans.lists.models import PlanList
from registration.plans.models import Plan
from registration.registrations.arrears.queries import arrears_astray
from registration.registrations.models import Registration
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.test_duplicates import merged
from tests.registration.test_members import NOBODY, company, person, who


def twin_of(service: Any, one: Person, home: Company) -> Person:
    """Somebody there twice, the first of whom will go."""
    with service.db.write() as session:
        first = Person(
            id=uuid.UUID(int=1), key="twin", company_id=home.id, first_name="M.", last_name="Rivebelle", email=one.email
        )
        session.add(first)
        session.flush()
        session.add(CompanyRole(person_id=first.id, company_id=home.id, role=Role.HR, starts=date(2020, 1, 1)))
    return first


def test_person_merged_is_edited_and_added_as_the_one_kept(service: Any, browser: Browser) -> None:
    one, home = person(service, "p01"), company(service, "c03")
    gone, client = twin_of(service, one, home), browser("coordinator")
    merged(client, gone.id, one.id, "person")
    details = {"first_name": one.first_name, "last_name": one.last_name, "email": one.email, "roles": ["delegate"]}
    answer = client.post(f"/api/companies/{one.company_id}/people/{one.id}", json={**details, "lang": "en"})
    assert answer.status_code == 200, answer.text
    other = company(service, "c04")
    added = client.post(f"/api/companies/{other.id}/people", json=details)
    assert (added.status_code, added.json()["id"]) == (201, str(one.id))


def test_person_with_one_role_from_both_companies_is_shown_once(service: Any, browser: Browser) -> None:
    kept, gone, one = company(service, "c02"), company(service, "n04"), person(service, "p01")
    with service.db.write() as session:
        for of, since in ((kept, date(2020, 1, 1)), (gone, date(2021, 1, 1))):
            session.add(CompanyRole(person_id=one.id, company_id=of.id, role=Role.HR, starts=since))
    client = browser("coordinator")
    merged(client, gone.id, kept.id)
    (shown,) = [row for row in client.get(f"/api/companies/{kept.id}").json()["people"] if row["id"] == str(one.id)]
    assert shown["roles"] == ["hr"]


def test_company_saved_unchanged_is_still_found_by_the_name_it_had(service: Any, browser: Browser) -> None:
    kept, gone, client = company(service, "c02"), company(service, "n04"), browser("coordinator")
    merged(client, gone.id, kept.id)
    path = f"/staff/members/{kept.id}/edit"
    with service.db.read() as session:
        same = CompanyForm.of(session.get_one(Company, kept.id)).model_dump()
    assert client.post(path, data=same).status_code == 303
    found = client.get("/api/companies", params={"q": "soudures cap aux loups"}).json()["companies"]
    assert [row["id"] for row in found] == [str(kept.id)]


def test_company_code_renewed_ends_the_codes_of_those_merged_into_it(service: Any, browser: Browser) -> None:
    kept, gone, client = company(service, "c02"), company(service, "n04"), browser("coordinator")
    before, after = browser(), browser()
    before.post("/fr/membre", data={"code": gone.access_code})
    merged(client, gone.id, kept.id)
    assert client.post(f"/api/companies/{kept.id}/code").status_code == 200
    after.post("/fr/membre", data={"code": gone.access_code})
    assert [who(service, one) for one in (before, after)] == [NOBODY, NOBODY]


def test_companies_that_both_agreed_to_a_plan_are_merged_and_the_partner_told(service: Any, browser: Browser) -> None:
    kept, gone, client = company(service, "c02"), company(service, "c01"), browser("coordinator")
    with service.db.write() as session:
        session.execute(sa.delete(table(Affiliation)))
        plan = session.exec(select(AffiliationPlan)).first()
        for of in (kept, gone):
            session.add(
                Affiliation(
                    plan_id=plan.id, company_id=of.id, given_on=date(2026, 1, 5), taken_by="x", told_on=date(2026, 2, 1)
                )
            )
        plan_id = plan.id
    merger = merged(client, gone.id, kept.id)
    told = client.get(f"/api/affiliations/{plan_id}/changes").json()
    assert [(row["company_id"], row["change"]) for row in told["changes"]] == [(str(gone.id), "removed")]
    assert client.post(f"/api/mergers/{merger['id']}/undo").status_code == 200


def owes(service: Any, clock: FakeClock, of: Company, due: date) -> uuid.UUID:
    """A registration on an invoice of a company, due that day."""
    signup = make.registered(service.db, COCKTAIL, "car", ["Ève Loup"], clock(), company=of.name)
    values = {"company_id": of.id, "method": "invoice", "due_on": due, "paid_at": None}
    with service.db.write() as session:
        session.execute(sa.update(table(Registration)).where(column(Registration.id) == signup).values(values))
        session.execute(sa.update(table(Company)).where(column(Company.id) == of.id).values(unpaid_due_on=due))
    return signup


def test_company_that_owed_and_was_merged_owes_what_its_registrations_say(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    kept, gone, client = company(service, "c02"), company(service, "n04"), browser("coordinator")
    due = date(2027, 1, 4)
    owes(service, clock, gone, due)
    assert invariants(service.db) == []
    merger = merged(client, gone.id, kept.id)
    assert invariants(service.db) == []
    assert company(service, "c02").unpaid_due_on == due
    client.post(f"/api/mergers/{merger['id']}/undo")
    assert invariants(service.db) == []
    assert (company(service, "c02").unpaid_due_on, company(service, "n04").unpaid_due_on) == (None, due)


def test_company_that_paid_while_merged_owes_nothing_once_it_is_undone(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    kept, gone, client = company(service, "c02"), company(service, "n04"), browser("coordinator")
    signup = owes(service, clock, gone, date(2027, 1, 4))
    merger = merged(client, gone.id, kept.id)
    with service.db.write() as session:
        paid = sa.update(table(Registration)).where(column(Registration.id) == signup)
        session.execute(paid.values(paid_at=clock()))
        session.execute(sa.update(table(Company)).where(column(Company.id) == kept.id).values(unpaid_due_on=None))
    client.post(f"/api/mergers/{merger['id']}/undo")
    with service.db.read() as session:
        assert arrears_astray(session) == {}


def test_rows_that_came_meanwhile_follow_but_those_that_both_have(service: Any, browser: Browser) -> None:
    """What cannot follow stays where it is, and holds up nothing else of the night's work."""
    kept, gone, client = company(service, "c02"), company(service, "n04"), browser("coordinator")
    with service.db.write() as session:
        plan = session.exec(select(Plan)).one()
        session.add(PlanList(plan_id=plan.id, company_id=gone.id, person_id=uuid.uuid4(), said_at=service.clock()))
    merger = merged(client, gone.id, kept.id)
    with service.db.write() as session:
        values = plan.model_dump() | {"id": uuid.uuid4(), "activity_id": make.activity_id(session, COCKTAIL)}
        other = Plan(**values)
        session.add(other)
        session.flush()
        for one in (plan.id, other.id):
            session.add(PlanList(plan_id=one, company_id=gone.id, person_id=uuid.uuid4(), said_at=service.clock()))
    housekeeping(service)
    lists = select(PlanList.plan_id).where(PlanList.company_id == gone.id)
    with service.db.read() as session:
        assert session.exec(lists).all() == [plan.id]
    assert client.post(f"/api/mergers/{merger['id']}/undo").status_code == 200
    with service.db.read() as session:
        assert set(session.exec(lists).all()) == {plan.id, other.id}
