"""Staff write companies, their people, their periods, and the lists by which companies are told apart."""

import uuid
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from kit.auth import STAFF
from registration.history import queries as history
from registration.members.models import Company, Membership, Person
from tests.registration.conftest import HOME, Browser
from tests.registration.test_members import company, link, person, who

COMPANY = {"name": "Fonderie Noël inc.", "sector": "manufacturing", "territory": "saguenay", "category": "regular"}
SOMEBODY = {"first_name": "Zoé", "last_name": "Ŵren", "email": "zoe.wren@example.org", "roles": ["hr"]}
PERIOD = {"starts": "2027-07-01", "ends": "2028-06-30", "fee": 37500, "fee_due_on": "2027-07-31"}
ENTRY = {"kind": "sector", "label_fr": "Tourisme", "label_en": "Tourism"}


@pytest.fixture
def staff(browser: Browser) -> TestClient:
    return browser("coordinator", name="Coordonnatrice fictive")


def made(staff: TestClient, **given: Any) -> str:
    """A company made through the API; its id."""
    answer = staff.post("/api/companies", json=COMPANY | given)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.mark.parametrize("role", [*STAFF, ""])
def test_records_by_role_are_written_by_directors_and_coordinators(service: Any, browser: Browser, role: str) -> None:
    """Every form and every operation, tried by everybody."""
    ids = {"c": company(service, "c01").id, "p": person(service, "p01").id, "n": uuid.uuid4()}
    with service.db.read() as session:
        ids["m"] = session.exec(select(Membership.id).where(Membership.company_id == ids["c"])).first()
    client = browser(*[role] if role else [])
    allowed, no = role in ("director", "coordinator"), 403 if role else 401
    pages = (
        "/staff/new-company",
        "/staff/members/{c}/edit",
        "/staff/members/{c}/new-person",
        "/staff/members/{c}/people/{p}",
        "/staff/members/{c}/new-period",
        "/staff/members/{c}/periods/{m}",
        "/staff/company-lists",
        "/staff/members/export",
        "/api/companies/export",
        "/api/company-lists",
        "/api/company-counts",
    )
    for path in pages:
        assert client.get(path.format(**ids)).status_code == (200 if allowed else no), path
    operations = (
        ("/api/companies", COMPANY),
        ("/api/companies/{c}", COMPANY),
        ("/api/companies/{c}/people", SOMEBODY),
        ("/api/companies/{c}/people/{p}", SOMEBODY | {"email": "autre@example.org"}),
        ("/api/companies/{c}/people/{p}/leave", {}),
        ("/api/companies/{c}/memberships", PERIOD),
        ("/api/memberships/{m}", PERIOD | {"starts": "2029-07-01", "ends": None}),
        ("/api/company-lists", ENTRY),
    )
    for path, body in operations:
        assert client.post(path.format(**ids), json=body).status_code in ((200, 201) if allowed else (no,)), path


def test_company_created_is_found_and_is_a_prospect_with_a_code(service: Any, staff: TestClient) -> None:
    page = staff.post("/staff/new-company", data={**COMPANY, "neq": "12 2345-6789", "postal_code": "g7h-1p8"})
    assert page.status_code == 422 and "commence par 11, 22, 33 ou 88" in page.text
    assert 'value="Fonderie Noël inc."' in page.text and 'value="g7h-1p8"' in page.text
    answer = staff.post("/staff/new-company", data={**COMPANY, "neq": "1123 456 789", "postal_code": "g7h-1p8"})
    assert answer.status_code == 303 and answer.headers["location"].endswith("done=created")
    [found] = staff.get("/api/companies", params={"q": "noel fonderie"}).json()["companies"]
    assert (found["status"], found["sector"], found["people"]) == ("prospect", "manufacturing", 0)
    whole = staff.get(f"/api/companies/{found['id']}").json()
    assert (whole["record"]["neq"], whole["record"]["postal_code"]) == ("1123456789", "G7H 1P8")
    assert whole["code"]
    shown = staff.get(answer.headers["location"].removeprefix(HOME)).text
    assert "L’entreprise est créée" in shown and "Manufacturiers" in shown


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", " "),
        ("neq", "112345678"),
        ("postal_code", "G7H 1P"),
        ("phone", "555-0100"),
        ("billing_email", "comptes example.org"),
        ("province", "XX"),
        ("sector", "nowhere"),
        ("usual_payment", "troc"),
        ("employees", "12 env."),
    ],
)
def test_company_field_unacceptable_is_named_and_kept(staff: TestClient, field: str, text: str) -> None:
    page = staff.post("/staff/new-company", data={**COMPANY, field: text})
    assert page.status_code == 422 and f'href="#f-{field}"' in page.text
    if field not in ("name", "province", "sector", "usual_payment"):
        assert f'value="{text}"' in page.text


def test_company_saved_by_two_is_not_written_over(staff: TestClient) -> None:
    key = made(staff)
    first = staff.post(f"/api/companies/{key}", json=COMPANY | {"city": "Alma", "version": 1})
    assert first.json()["version"] == 2
    second = staff.post(f"/api/companies/{key}", json=COMPANY | {"city": "Roberval", "version": 1})
    assert (second.status_code, second.json()["code"]) == (409, "ChangedMeanwhile")
    form = staff.post(f"/staff/members/{key}/edit", data={**COMPANY, "city": "Roberval", "version": "1"})
    assert form.status_code == 409 and 'value="Roberval"' in form.text and "vient d’enregistrer" in form.text
    assert staff.get(f"/api/companies/{key}").json()["record"]["city"] == "Alma"


def test_company_changed_has_what_changed_in_its_history(service: Any, staff: TestClient) -> None:
    key = made(staff)
    staff.post(f"/api/companies/{key}", json=COMPANY | {"employees": 21})
    staff.post(f"/api/companies/{key}", json=COMPANY | {"employees": 21})
    with service.db.read() as session:
        entries = history.of(session, uuid.UUID(key))
    assert [one.action for one in entries] == ["company.changed", "company.created"]
    assert [(one.field, one.old, one.new) for one in entries[0].field_changes()] == [("company.employees", "", "21")]


def test_person_in_two_companies_is_one_person_with_two_roles(service: Any, staff: TestClient) -> None:
    one, other = made(staff), made(staff, name="Scierie Ŵ")
    added = staff.post(f"/api/companies/{one}/people", json=SOMEBODY).json()["id"]
    same = staff.post(f"/api/companies/{other}/people", json=SOMEBODY | {"email": "ZOE.WREN@example.org"})
    assert same.json()["id"] == added
    again = staff.post(f"/api/companies/{one}/people", json=SOMEBODY)
    assert (again.status_code, again.json()["code"]) == (422, "AlreadyActing")
    stranger = staff.post(f"/api/companies/{one}/people", json=SOMEBODY | {"last_name": "Autre"})
    assert (stranger.status_code, stranger.json()["errors"]) == (422, {"email": stranger.json()["errors"]["email"]})
    for key in (one, other):
        [shown] = staff.get(f"/api/companies/{key}").json()["people"]
        assert (shown["id"], shown["roles"]) == (added, ["hr"])


def test_person_who_leaves_a_company_keeps_nothing_of_it_by_their_link(
    service: Any, staff: TestClient, browser: Browser
) -> None:
    known, other = person(service, "p01"), made(staff, name="Nouvelle maison inc.")
    before = link(service, known)
    client = browser()
    client.get(before)
    assert who(service, client)[0] == "Usinage Valbrume inc."
    body = {"first_name": known.first_name, "last_name": known.last_name, "email": known.email, "roles": ["manager"]}
    assert staff.post(f"/api/companies/{other}/people", json=body).status_code == 201
    left = staff.post(f"/staff/members/{company(service, 'c01').id}/people/{known.id}/leave")
    assert left.status_code == 303
    assert who(service, client)[0] == "" and browser().get(before).status_code == 404
    fresh = browser()
    fresh.get(link(service, person(service, "p01")))
    assert who(service, fresh)[0] == "Nouvelle maison inc."
    page = staff.get(f"/staff/members/{company(service, 'c01').id}").text
    assert "Personne retirée" in page and known.email not in page


def test_person_changed_by_two_is_not_written_over(service: Any, staff: TestClient) -> None:
    key = made(staff)
    who_id = staff.post(f"/api/companies/{key}/people", json=SOMEBODY).json()["id"]
    address = f"/api/companies/{key}/people/{who_id}"
    assert staff.post(address, json=SOMEBODY | {"roles": ["hr", "accounting"], "version": 1}).json()["version"] == 2
    stale = staff.post(address, json=SOMEBODY | {"roles": ["manager"], "version": 1})
    assert stale.json()["code"] == "ChangedMeanwhile"
    [shown] = staff.get(f"/api/companies/{key}").json()["people"]
    assert shown["roles"] == ["hr", "accounting"]
    elsewhere = f"/api/companies/{company(service, 'c02').id}/people/{who_id}"
    assert staff.post(elsewhere, json=SOMEBODY).status_code == 404


def test_period_makes_a_member_and_shares_no_day_with_another(service: Any, staff: TestClient) -> None:
    key = made(staff)
    made_one = staff.post(f"/api/companies/{key}/memberships", json={"starts": "2026-07-01", "ends": "2027-06-30"})
    assert made_one.status_code == 201
    assert staff.get(f"/api/companies/{key}").json()["status"] == "active"
    over = staff.post(f"/api/companies/{key}/memberships", json={"starts": "2027-06-30"})
    assert (over.status_code, set(over.json()["errors"])) == (422, {"starts"})
    page = staff.post(f"/staff/members/{key}/new-period", data={"starts": "2027-07-01", "fee": "trois cents"})
    assert page.status_code == 422 and 'value="trois cents"' in page.text
    unpaid = {"starts": "2026-07-01", "ends": "2027-06-30", "fee": 37500, "fee_due_on": "2026-07-31"}
    staff.post(f"/api/memberships/{made_one.json()['id']}", json=unpaid)
    assert staff.get(f"/api/companies/{key}").json()["status"] == "in_arrears"
    paid = {"starts": "2026-07-01", "ends": "2027-06-30", "fee": "375,00", "fee_due_on": "2026-07-31"}
    address = f"/staff/members/{key}/periods/{made_one.json()['id']}"
    assert staff.post(address, data={**paid, "fee_paid_on": "2027-02-01"}).status_code == 303
    assert staff.get(f"/api/companies/{key}").json()["status"] == "active"
    elsewhere = f"/staff/members/{company(service, 'c01').id}/periods/{made_one.json()['id']}"
    assert staff.get(elsewhere).status_code == staff.post(elsewhere, data=paid).status_code == 404


def test_list_entry_that_ends_is_counted_with_the_one_that_replaces_it(service: Any, staff: TestClient) -> None:
    """domain.md row 4: another wording of sectors two years later."""
    entries = {one["key"]: one for one in staff.get("/api/company-lists").json() if one["kind"] == "sector"}
    made_entry = staff.post("/api/company-lists", json={"kind": "sector", "label_fr": "Transformation"}).json()
    old = entries["agrifood"] | {"ends": "2027-06-30", "replaced_by": made_entry["key"]}
    assert staff.post(f"/api/company-lists/{old['id']}", json=old).status_code == 200

    def names(sector: str, on: str) -> int:
        return int(staff.get("/api/companies", params={"sector": sector, "on": on}).json()["total"])

    assert (names("agrifood", "2027-06-30"), names(made_entry["key"], "2027-06-30")) == (9, 0)
    assert (names("agrifood", "2027-07-01"), names(made_entry["key"], "2027-07-01")) == (0, 9)
    back = made_entry | {"ends": "2028-06-30", "replaced_by": "agrifood"}
    ring = staff.post(f"/api/company-lists/{made_entry['id']}", json=back)
    assert (ring.status_code, set(ring.json()["errors"])) == (422, {"replaced_by"})
    page = staff.post("/staff/company-lists", data={"kind": "sector", "label_fr": "", "votes": "1", "ends": "hier"})
    assert page.status_code == 422 and 'value="hier"' in page.text


def test_companies_counted_on_a_day_tell_who_came_and_went(staff: TestClient) -> None:
    """Spec C: « au 30 juin 2027 : 40 membres, 3 arrivées, 2 départs »."""
    for number in range(3):
        key = made(staff, name=f"Arrivée {number}")
        staff.post(f"/api/companies/{key}/memberships", json={"starts": "2026-09-01", "ends": "2027-06-30"})
    for number in range(2):
        key = made(staff, name=f"Départ {number}")
        gone = {"starts": "2024-07-01", "ends": "2026-06-30", "reason_left": "Vendue"}
        staff.post(f"/api/companies/{key}/memberships", json=gone)
    counts = staff.get("/api/company-counts", params={"on": "2027-06-30"}).json()
    assert (counts["members"], counts["came"], counts["went"]) == (43, 3, 2)
    page = staff.get("/staff/members", params={"on": "2027-06-30"}).text
    assert "43 membres; sur un an, 3 arrivées et 2 départs" in page
    assert staff.get("/staff/members", params={"on": "jamais"}).status_code == 200


def test_companies_narrowed_leave_as_a_file(staff: TestClient) -> None:
    narrowed = {"sector": "high_tech", "category": "regular", "format": "csv"}
    listed = staff.get("/api/companies", params=narrowed).json()
    sheet = staff.get("/staff/members/export", params=narrowed).text
    assert listed["total"] == 4 and len(sheet.strip().splitlines()) == 5
    assert "Robotique Lynxgris inc." in sheet and "Haute technologie" in sheet and "2027-06-30" in sheet
    workbook = staff.get("/api/companies/export")
    assert workbook.content[:2] == b"PK"


def test_companies_of_the_database_have_forms_that_give_them_back(service: Any, staff: TestClient) -> None:
    """Saving a form as it was shown changes nothing, for every company and person of the sample."""
    with service.db.read() as session:
        companies, people = session.exec(select(Company)).all(), session.exec(select(Person)).all()
    for one in companies:
        whole = staff.get(f"/api/companies/{one.id}").json()
        assert staff.post(f"/api/companies/{one.id}", json=whole["record"]).json()["version"] == 1, one.name
    assert len(people) == 54


def test_sectors_show_the_part_of_members_beside_the_part_aimed_at(staff: TestClient) -> None:
    """Spec C: the association aims at 30, 40, 20 and 10 percent of its members."""
    page = staff.get("/staff/company-lists").text.replace("\u00a0", " ")
    told = staff.get("/api/company-counts").json()
    sectors, members = told["sectors"], told["members"]
    assert sum(sectors.values()) == members and set(sectors) <= {"manufacturing", "services", "agrifood", "high_tech"}
    assert "Part réelle" in page
    for count in sectors.values():
        assert f"{round(100 * count / members)} % ({count} membres)" in page
    assert "Part today" in staff.get("/staff/company-lists?lang=en").text
