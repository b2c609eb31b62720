"""Companies and people that are there twice: found, said not to be, merged with all that is theirs, taken back."""

import uuid
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from kit.auth import STAFF
from kit.mailbox import Outbox
from kit.sql import column, table
from registration.catalog.allotments.models import Allotment
from registration.catalog.models import Resource
from registration.history import queries as history
from registration.invariants import invariants
from registration.members.duplicates.models import MergerMove
from registration.members.duplicates.queries_references import places_of
from registration.members.duplicates.rules import Subject
from registration.members.models import Company, CompanyRole, Membership, Person
from registration.members.rules import MEMBER_COOKIE, Role
from registration.plans.models import Plan, PlanHold
from registration.registrations.models import Registration
from tests import make
from tests.counting import statements
from tests.fakes.clock import FakeClock
from tests.registration import reading
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.test_members import company, link, person, who


@pytest.fixture
def loups(service: Any, clock: FakeClock) -> tuple[Company, Company]:
    """c02, and n04 that is the same: with a signup, somebody, a period and places reserved for it."""
    kept, gone = company(service, "c02"), company(service, "n04")
    signup = make.registered(service.db, COCKTAIL, "car", ["Ève Loup"], clock(), company=gone.name)
    with service.db.write() as session:
        session.execute(
            sa.update(table(Registration)).where(column(Registration.id) == signup).values(company_id=gone.id)
        )
        lou = Person(key="lou", company_id=gone.id, first_name="Lou", last_name="Cap", email="lou@cap.example.org")
        session.add(lou)
        session.flush()
        session.add(CompanyRole(person_id=lou.id, company_id=gone.id, role=Role.HR, starts=date(2020, 1, 1)))
        session.add(Membership(company_id=gone.id, starts=date(2010, 1, 1), ends=date(2010, 12, 31)))
        activity = make.activity_id(session, COCKTAIL)
        resource = session.exec(select(Resource.id).where(Resource.activity_id == activity)).first()
        reserved = Allotment(activity_id=activity, resource_id=resource, label="Loups", company_id=gone.id, units=0)
        session.add(reserved)
    return kept, gone


def owned(session: Session, company_id: uuid.UUID) -> dict[str, int]:
    """How many rows are of a company, by place."""
    return {
        place.name: session.execute(
            sa.select(sa.func.count()).select_from(place.table).where(place.column == company_id)
        ).scalar_one()
        for place in places_of(Subject.COMPANY)
    }


def merged(client: Any, gone: uuid.UUID, kept: uuid.UUID, subject: str = "company", *take: str) -> dict[str, Any]:
    body = {"subject": subject, "gone": str(gone), "kept": str(kept), "take": list(take)}
    answer = client.post("/api/mergers", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_duplicates_of_the_sample_are_one_pair_with_its_reasons(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    (pair,) = client.get("/api/duplicates").json()["pairs"]
    assert {pair["one"]["name"], pair["other"]["name"]} == {
        "Soudure Cap-aux-Loups inc.", "Soudures Cap aux Loups Inc",
    }  # fmt: skip
    assert pair["why"] == ["near", "domain"]
    page = reading.text(client, "/staff/duplicates")
    assert "noms très proches, même domaine de courriel" in page


def test_company_merged_gives_everything_it_has_to_the_one_kept(
    service: Any, browser: Browser, loups: tuple[Company, Company]
) -> None:
    kept, gone = loups
    client = browser("coordinator", name="Maya Coordonnatrice")
    with service.db.read() as session:
        both = {name: count + owned(session, gone.id)[name] for name, count in owned(session, kept.id).items()}
    merged(client, gone.id, kept.id)
    with service.db.read() as session:
        after, left = owned(session, kept.id), owned(session, gone.id)
        signup = session.exec(select(Registration).where(Registration.company_id == kept.id)).one()
        told = [row.type for row in session.exec(select(Outbox))]
        entries = [entry.action for one in (kept.id, gone.id) for entry in history.of(session, one)]
        search = session.get_one(Company, kept.id).search
    assert set(left.values()) == {0}
    both["company.merged_into_id"], both["company_alias.company_id"] = 1, 1
    assert after == both
    assert signup.company_name == "Soudures Cap aux Loups Inc", "what was printed stays"
    assert told[-1:] == ["OwnerChanged"] and entries == ["company.merged", "company.merged_into"]
    assert "soudures" in search
    assert invariants(service.db) == []
    assert client.get("/api/duplicates").json()["pairs"] == []
    page = reading.text(client, f"/staff/members/{gone.id}")
    assert "Soudure Cap-aux-Loups inc." in page and "Lou Cap" in page


def test_code_and_links_of_a_merged_company_open_the_one_kept(
    service: Any, browser: Browser, loups: tuple[Company, Company]
) -> None:
    kept, gone = loups
    before, after = browser(), browser()
    before.post("/fr/membre", data={"code": gone.access_code})
    merged(browser("coordinator"), gone.id, kept.id)
    after.post("/fr/membre", data={"code": gone.access_code})
    by_link = browser()
    by_link.get(link(service, person(service, "lou")))
    for client in (before, after):
        assert who(service, client)[:2] == ("Soudure Cap-aux-Loups inc.", True)
    assert who(service, by_link) == ("Soudure Cap-aux-Loups inc.", True, False, "Lou")
    assert MEMBER_COOKIE in by_link.cookies


def test_merge_undone_gives_each_its_own_and_leaves_what_came_since(
    service: Any, browser: Browser, clock: FakeClock, loups: tuple[Company, Company]
) -> None:
    kept, gone = loups
    client = browser("director")
    with service.db.read() as session:
        before = owned(session, kept.id), owned(session, gone.id)
    merger = merged(client, gone.id, kept.id, "company", "billing_email", "name")
    with service.db.write() as session:
        now = session.get_one(Company, kept.id)
        assert (now.name, now.billing_email) == (gone.name, gone.billing_email)
        session.add(Membership(company_id=kept.id, starts=date(2030, 1, 1)))
    clock.advance(days=29)
    client = browser("director")
    assert "Soudures Cap aux Loups Inc" in reading.text(client, "/staff/duplicates")
    assert client.post(f"/staff/duplicates/mergers/{merger['id']}/undo").status_code == 303
    with service.db.read() as session:
        after, back = (owned(session, kept.id), owned(session, gone.id)), session.get_one(Company, kept.id)
    assert after[1] == before[1]
    assert after[0] == {**before[0], "membership.company_id": before[0]["membership.company_id"] + 1}
    assert (back.name, back.billing_email, "soudures" in back.search) == (kept.name, kept.billing_email, False)
    again = client.post(f"/api/mergers/{merger['id']}/undo")
    assert (again.status_code, again.json()["code"]) == (409, "MergeTooOld")
    assert invariants(service.db) == []


def test_merge_is_forgotten_after_thirty_days(
    service: Any, browser: Browser, clock: FakeClock, loups: tuple[Company, Company]
) -> None:
    kept, gone = loups
    merger = merged(browser("director"), gone.id, kept.id)
    late = make.registered(service.db, COCKTAIL, "car", ["Ève Tard"], clock())
    with service.db.write() as session:
        session.execute(
            sa.update(table(Registration)).where(column(Registration.id) == late).values(company_id=gone.id)
        )
    housekeeping = next(loop for loop in service.loops if loop.name == "housekeeping")
    housekeeping.job()
    with service.db.read() as session:
        assert session.get_one(Registration, late).company_id == kept.id, "whoever was just signing up follows"
    clock.advance(days=31)
    housekeeping.job()
    with service.db.read() as session:
        assert session.exec(select(MergerMove)).all() == []
    client = browser("director")
    assert client.get("/api/mergers").json()["mergers"] == []
    assert client.post(f"/api/mergers/{merger['id']}/undo").json()["code"] == "MergeTooOld"


def test_merges_that_make_no_sense_are_refused_by_name(
    service: Any, browser: Browser, loups: tuple[Company, Company]
) -> None:
    kept, gone = loups
    client, other = browser("coordinator"), company(service, "c01")

    def refused(one: uuid.UUID, two: uuid.UUID, subject: str = "company") -> tuple[int, str]:
        body = {"subject": subject, "gone": str(one), "kept": str(two)}
        answer = client.post("/api/mergers", json=body)
        return answer.status_code, answer.json()["code"]

    assert refused(kept.id, kept.id) == (422, "SameTwice")
    assert refused(uuid.uuid4(), kept.id) == (404, "NotFound")
    merger = merged(client, gone.id, kept.id)
    assert refused(gone.id, kept.id) == refused(kept.id, gone.id) == (409, "AlreadyMerged")
    merged(client, kept.id, other.id)
    assert client.post(f"/api/mergers/{merger['id']}/undo").json()["code"] == "MergeUsed"
    assert client.get(f"/staff/duplicates/companies/{gone.id}/{kept.id}").status_code == 409
    one = person(service, "p01").id
    assert refused(one, one, "person") == (422, "SameTwice")
    assert refused(one, uuid.uuid4(), "person") == (404, "NotFound")
    found = client.get("/api/companies", params={"q": "soudures cap aux loups"}).json()["companies"]
    assert [row["name"] for row in found] == ["Usinage Valbrume inc."], "names follow from merge to merge"


def test_pair_that_is_not_the_same_is_never_proposed_again(
    service: Any, browser: Browser, loups: tuple[Company, Company]
) -> None:
    kept, gone = loups
    client = browser("coordinator")
    assert client.post(f"/staff/duplicates/companies/{gone.id}/{kept.id}/not-same").status_code == 303
    assert client.get("/api/duplicates").json()["pairs"] == []
    again = client.post(
        "/api/duplicates/not-same", json={"subject": "company", "one": str(kept.id), "other": str(gone.id)}
    )
    assert again.status_code == 201
    same = client.post(
        "/api/duplicates/not-same", json={"subject": "person", "one": str(kept.id), "other": str(kept.id)}
    )
    assert (same.status_code, same.json()["code"]) == (422, "SameTwice")


def test_two_companies_side_by_side_are_merged_field_by_field(
    service: Any, browser: Browser, loups: tuple[Company, Company]
) -> None:
    kept, gone = loups
    client = browser("coordinator")
    path = f"/staff/duplicates/companies/{gone.id}/{kept.id}"
    page = client.get(path).text
    assert page.count('type="radio"') == 2 * page.count("<legend>")
    assert "1 rôle, 1 inscription, 1 adhésion, 1 autre élément" in reading.text(client, path)
    form = {"kept": str(kept.id), "field-name": str(kept.id), "field-billing_email": str(gone.id)}
    assert client.post(path, data=form).status_code == 303
    now = company(service, "c02")
    assert (now.name, now.billing_email) == (kept.name, gone.billing_email)
    choose = client.get(f"/staff/duplicates/of/{kept.id}", params={"q": "usinage"})
    assert f"/companies/{kept.id}/{company(service, 'c01').id}" in choose.text
    assert client.get(f"/staff/duplicates/of/{uuid.uuid4()}").status_code == 404


@pytest.mark.parametrize("role", [*STAFF, ""])
def test_duplicates_by_role_are_for_directors_and_coordinators(service: Any, browser: Browser, role: str) -> None:
    ids = [str(company(service, key).id) for key in ("c01", "c02")]
    people = [str(person(service, key).id) for key in ("p01", "p02")]
    client, may = browser(*[role] if role else []), role in ("director", "coordinator")
    no = 403 if role else 401
    two, pair = f"/staff/duplicates/companies/{ids[0]}/{ids[1]}", f"/staff/duplicates/people/{people[0]}/{people[1]}"
    pages = ["/staff/duplicates", f"/staff/duplicates/of/{ids[0]}", two, pair, "/api/duplicates", "/api/mergers"]
    for page in pages:
        assert client.get(page).status_code == (200 if may else no), page
    for form in (f"{two}/not-same", f"{pair}/not-same", pair, two):
        assert client.post(form, data={"kept": ids[0]}).status_code == (303 if may else no), form
    pair_of = {"subject": "company", "one": ids[0], "other": ids[1]}
    assert client.post("/api/duplicates/not-same", json=pair_of).status_code == (201 if may else no)
    merge = {"subject": "company", "gone": ids[1], "kept": ids[0]}
    assert client.post("/api/mergers", json=merge).status_code == (409 if may else no)
    assert client.post(f"/api/mergers/{uuid.uuid4()}/undo").status_code == (404 if may else no)


def test_duplicates_among_thousands_take_as_many_statements(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    client.get("/api/duplicates")
    with statements(service.db) as few:
        client.get("/api/duplicates")
    with service.db.write() as session:
        for n in range(1200):
            name = f"Société Numéro{n // 2} {'Neuve' if n % 2 else 'Neuves'}"
            session.add(Company(key=f"x{n}", name=name, search="x", access_code=f"X{n:09}"))
    assert len(client.get("/api/duplicates").json()["pairs"]) == 50
    with statements(service.db) as many:
        client.get("/api/duplicates")
    assert len(many) == len(few)


def test_company_rows_are_all_moved_or_must_be_released_first() -> None:
    """Whoever adds a table that names a company gives it an id, so that a merge moves its rows and gives them back; or
    says here that a merge waits for its rows to go."""
    every = (*places_of(Subject.COMPANY), *places_of(Subject.PERSON))
    assert {place.name for place in every if not place.moves} == {"plan_hold.company_id"}


def test_company_edited_is_found_by_what_it_says_now(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    client.get("/api/duplicates")
    with service.db.write() as session:
        one = session.exec(select(Company).where(Company.key == "c01")).one()
        one.phone = "418 555-0177"
        other = session.exec(select(Company).where(Company.key == "c03")).one()
        other.phone = "(418) 555-0177"
        session.add(one)
        session.add(other)
    pairs = client.get("/api/duplicates").json()["pairs"]
    assert [pair["why"] for pair in pairs] == [["near", "domain"], ["phone"]]


def test_company_for_which_something_is_held_is_merged_once_it_is_released(
    service: Any, browser: Browser, loups: tuple[Company, Company]
) -> None:
    kept, gone = loups
    body = {"subject": "company", "gone": str(gone.id), "kept": str(kept.id)}
    client = browser("coordinator")
    with service.db.write() as session:
        plan = session.exec(select(Plan)).first()
        session.add(PlanHold(plan_id=plan.id, company_id=gone.id, since=service.clock()))
    assert client.post("/api/mergers", json=body).json()["code"] == "MergeHeld"
    with service.db.write() as session:
        session.execute(sa.delete(table(PlanHold)))
    assert client.post("/api/mergers", json=body).status_code == 201
