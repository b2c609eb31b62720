"""A list beside what somebody else wrote since it was looked at; what is taken of it, what is not, and taken back."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from registration.members.duplicates.models import CompanyAlias
from registration.members.imports.models import ImportRow
from registration.members.imports.queries import import_of
from registration.members.models import Company, CompanyRole, Membership, Person
from registration.members.writing import actions_undo
from tests.registration import reading
from tests.registration.conftest import Browser
from tests.registration.listing import at_work, csv, decide, looked_at, read, rows, written
from tests.registration.renewing import BY
from tests.registration.test_members import company

KNOWN = "Usinage Valbrume inc."


@pytest.fixture
def client(browser: Browser) -> TestClient:
    return browser("coordinator")


def undone(client: TestClient, service: Any, it: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/api/imports/{it['id']}/undo")
    assert answer.status_code == 200, answer.text
    at_work(service)
    return dict(client.get(f"/api/imports/{it['id']}").json())


def ask_undo(service: Any, it: dict[str, Any]) -> None:
    """Somebody let it be taken back; nobody has begun to."""
    with service.db.write() as session:
        assert actions_undo.ask_undo(session, import_of(session, uuid.UUID(it["id"])), BY, service.clock())


def named(service: Any, name: str) -> list[Company]:
    with service.db.read() as session:
        return list(session.exec(select(Company).where(Company.name == name)).all())


def count(service: Any, model: Any, *mine: Any) -> int:
    with service.db.read() as session:
        return len(session.exec(select(model).where(*mine)).all())


def left(client: TestClient, it: dict[str, Any]) -> dict[int, str | None]:
    return {row["number"]: row["left"] for row in rows(client, it)}


def test_row_of_a_company_that_was_taken_back_meanwhile_is_left_out(service: Any, client: TestClient) -> None:
    first = written(client, service, looked_at(client, csv("Entreprise;Ville", "Toit Roy;Alma")))
    it = looked_at(client, csv("Entreprise;Téléphone", "Toit Roy;418 555-0100"))
    assert it["kinds"] == {"different": 1}
    assert undone(client, service, first)["state"] == "undone"
    assert written(client, service, it)["state"] == "done"
    assert left(client, it) == {2: "gone"} and named(service, "Toit Roy") == []


def test_row_follows_the_first_of_its_company_that_was_left_out(service: Any, client: TestClient) -> None:
    content = csv("Entreprise;Prénom;Nom", "Toit Roy;Zoé;Roy", "Toit Roy;Lou;Roy")
    one, other = looked_at(client, content), looked_at(client, content)
    written(client, service, one)
    written(client, service, other)
    assert left(client, other) == {2: "known", 3: "first_left"}
    assert count(service, Person, Person.last_name == "Roy", Person.key.startswith("i")) == 2


def test_row_of_a_company_merged_meanwhile_is_written_to_the_one_kept(service: Any, client: TestClient) -> None:
    written(client, service, looked_at(client, csv("Entreprise;Ville", "Toit Roy;Alma", "Mur Roy;Alma")))
    it = looked_at(client, csv("Entreprise;Téléphone", "Toit Roy;418 555-0100"))
    gone, kept = named(service, "Toit Roy")[0], named(service, "Mur Roy")[0]
    merged = client.post("/api/mergers", json={"subject": "company", "gone": str(gone.id), "kept": str(kept.id)})
    assert merged.status_code in (200, 201), merged.text
    written(client, service, it)
    assert named(service, "Mur Roy")[0].phone == "418-555-0100"


def test_value_that_staff_changed_meanwhile_is_theirs(service: Any, client: TestClient) -> None:
    it = looked_at(client, csv("Entreprise;Nb employés", f"{KNOWN};25"))
    decide(client, it, take_all=True)
    with service.db.write() as session:
        session.get_one(Company, company(service, "c01").id).employees = 19
    assert written(client, service, it)["state"] == "done"
    assert company(service, "c01").employees == 19
    assert "changed_by_import" not in str(reading.text(client, f"/staff/members/{company(service, 'c01').id}"))


@pytest.mark.parametrize(
    ("starts", "ends"), [("2028-01-01", "2028-03-31"), ("2027-07-01", "2028-06-30"), ("2027-07-01", "2029-06-30")]
)
def test_period_that_staff_wrote_meanwhile_is_not_written_again(
    service: Any, client: TestClient, starts: str, ends: str
) -> None:
    it = looked_at(client, csv("Entreprise;Membre depuis;Échéance", f"{KNOWN};2027-07-01;2028-06-30"))
    assert it["kinds"] == {"different": 1}
    mine = company(service, "c01").id
    with service.db.write() as session:
        first, last = date.fromisoformat(starts), date.fromisoformat(ends)
        session.add(Membership(company_id=mine, starts=first, ends=last))
    before = count(service, Membership, Membership.company_id == mine)
    written(client, service, it)
    assert count(service, Membership, Membership.company_id == mine) == before


def test_person_and_period_that_are_not_taken_are_not_proposed_again(service: Any, client: TestClient) -> None:
    head = "Entreprise;Prénom;Nom;Courriel;Membre depuis;Échéance"
    content = csv(head, f"{KNOWN};Lou;Roy;lou@usinage-valbrume.example.org;2027-07-01;2028-06-30")
    it = looked_at(client, content)
    assert {one["field"] for one in rows(client, it)[0]["differences"]} == {"person", "period"}
    decide(client, it, {"number": 2, "takes": []})
    mine = company(service, "c01").id
    periods = count(service, Membership, Membership.company_id == mine)
    written(client, service, it)
    assert count(service, Person, Person.first_name == "Lou", Person.last_name == "Roy") == 0
    assert count(service, Membership, Membership.company_id == mine) == periods
    assert looked_at(client, content)["kinds"] == {"same": 1}


def test_value_declined_in_two_lists_is_declined_once_and_asked_again_once_undone(
    service: Any, client: TestClient
) -> None:
    content = csv("Entreprise;Nb employés", f"{KNOWN};25")
    one, other = looked_at(client, content), looked_at(client, content)
    assert written(client, service, one)["state"] == written(client, service, other)["state"] == "done"
    assert looked_at(client, content)["kinds"] == {"same": 1}
    undone(client, service, other)
    assert looked_at(client, content)["kinds"] == {"same": 1}, "the first list still says it"
    undone(client, service, one)
    assert looked_at(client, content)["kinds"] == {"different": 1}


def test_name_that_is_taken_keeps_the_old_one_as_an_alias_until_it_is_undone(service: Any, client: TestClient) -> None:
    neq = "1187654329"
    first = csv("Entreprise;NEQ", f"Toit Roy inc.;{neq}")
    written(client, service, looked_at(client, first))
    it = looked_at(client, csv("Entreprise;NEQ", f"Couvertures Roy ltée;{neq}"))
    (row,) = rows(client, it)
    assert [(one["field"], one["ours"], one["taken"]) for one in row["differences"]] == [
        ("name", "Toit Roy inc.", False)
    ]
    decide(client, it, {"number": 2, "takes": ["name"]})
    written(client, service, it)
    renamed = named(service, "Couvertures Roy ltée")[0]
    assert count(service, CompanyAlias, CompanyAlias.company_id == renamed.id) == 1
    assert looked_at(client, first)["kinds"] == {"same": 1}
    undone(client, service, it)
    assert [one.id for one in named(service, "Toit Roy inc.")] == [renamed.id]
    assert count(service, CompanyAlias, CompanyAlias.company_id == renamed.id) == 0


def test_name_that_is_not_taken_finds_the_company_too(service: Any, client: TestClient) -> None:
    neq = "1187654329"
    written(client, service, looked_at(client, csv("Entreprise;NEQ", f"Toit Roy inc.;{neq}")))
    other = csv("Entreprise;NEQ", f"Couvertures Roy ltée;{neq}")
    written(client, service, looked_at(client, other))
    assert looked_at(client, csv("Entreprise;Ville", "Couvertures Roy;"))["kinds"] == {"same": 1}
    found = client.get("/api/companies", params={"q": "couvertures roy"}).json()["companies"]
    assert [one["name"] for one in found] == ["Toit Roy inc."]


def test_company_made_and_changed_by_one_list_is_taken_back_whole(service: Any, client: TestClient) -> None:
    it = looked_at(client, csv("Entreprise;Ville;Téléphone", "Toit Roy;Alma;", "Toit Roy;Roberval;418 555-0100"))
    assert it["kinds"] == {"new": 1, "different": 1}
    decide(client, it, take_all=True)
    written(client, service, it)
    made = named(service, "Toit Roy")[0]
    assert (made.city, made.phone) == ("Roberval", "418-555-0100")
    assert undone(client, service, it)["state"] == "undone"
    assert named(service, "Toit Roy") == []


def test_company_named_otherwise_by_the_list_that_made_it_is_taken_back_whole(service: Any, client: TestClient) -> None:
    neq = "1187654329"
    it = looked_at(client, csv("Entreprise;NEQ", f"Toit Roy inc.;{neq}", f"Couvertures Roy ltée;{neq}"))
    assert it["kinds"] == {"new": 1, "different": 1}
    written(client, service, it)
    made = named(service, "Toit Roy inc.")[0]
    assert count(service, CompanyAlias, CompanyAlias.company_id == made.id) == 1
    assert undone(client, service, it)["state"] == "undone"
    assert named(service, "Toit Roy inc.") == [] and count(service, CompanyAlias) == 0


def test_field_said_by_two_rows_is_the_first_and_as_it_was_once_undone(service: Any, client: TestClient) -> None:
    it = looked_at(client, csv("Entreprise;Nb employés", f"{KNOWN};25", f"{KNOWN};30"))
    decide(client, it, take_all=True)
    it = written(client, service, it)
    assert company(service, "c01").employees == 25
    assert undone(client, service, it)["state"] == "undone"
    assert company(service, "c01").employees == 18


def test_row_in_use_since_the_undo_began_stays_and_the_others_go(service: Any, client: TestClient) -> None:
    it = written(client, service, looked_at(client, csv("Entreprise;Ville", "Toit Roy;Alma", "Mur Roy;Alma")))
    used = named(service, "Mur Roy")[0]
    ask_undo(service, it)
    client.post(f"/api/companies/{used.id}/code")
    at_work(service)
    assert client.get(f"/api/imports/{it['id']}").json()["state"] == "undone"
    assert named(service, "Toit Roy") == [] and [one.id for one in named(service, "Mur Roy")] == [used.id]
    assert left(client, it) == {2: None, 3: "used"}


def test_field_that_staff_changed_since_the_undo_began_is_theirs(service: Any, client: TestClient) -> None:
    it = looked_at(client, csv("Entreprise;Nb employés", f"{KNOWN};25", f"{KNOWN};30"))
    decide(client, it, take_all=True)
    it = written(client, service, it)
    ask_undo(service, it)
    with service.db.write() as session:
        session.get_one(Company, company(service, "c01").id).employees = 31
    at_work(service)
    assert client.get(f"/api/imports/{it['id']}").json()["state"] == "undone"
    assert company(service, "c01").employees == 31 and left(client, it) == {2: "used", 3: None}


def test_list_said_to_be_written_or_undone_twice_is_once(service: Any, client: TestClient) -> None:
    it = looked_at(client, csv("Entreprise;Ville", *(f"Atelier {n:04};Alma" for n in range(450))))
    assert client.post(f"/api/imports/{it['id']}/write").json()["state"] == "writing"
    assert client.post(f"/api/imports/{it['id']}/write").status_code == 200
    at_work(service)
    assert client.post(f"/api/imports/{it['id']}/write").json()["state"] == "done"
    assert client.post(f"/api/imports/{it['id']}/undo").json()["state"] == "undoing"
    assert client.post(f"/api/imports/{it['id']}/undo").status_code == 200
    at_work(service)
    refused = client.post(f"/api/imports/{it['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "ImportNotUndone")
    assert count(service, ImportRow, ImportRow.state == "undone") == 450


def test_list_whose_columns_are_not_said_is_not_written(service: Any, client: TestClient) -> None:
    it = read(client, csv("Entreprise;Ville", "Toit Roy;Alma"))
    refused = client.post(f"/api/imports/{it['id']}/write")
    assert (refused.status_code, refused.json()["code"]) == (409, "ImportNotOpen")
    assert named(service, "Toit Roy") == []


def test_decision_of_a_row_that_is_not_doubtful_changes_nothing(service: Any, client: TestClient) -> None:
    it = looked_at(client, csv("Entreprise;Nb employés", f"{KNOWN};25"))
    decide(client, it, {"number": 2, "decision": "another"}, {"number": 99, "decision": "same"})
    assert rows(client, it)[0]["decision"] == "open"
    written(client, service, it)
    assert len(named(service, KNOWN)) == 1


def test_cell_put_right_where_the_list_has_no_such_column_is_nowhere(service: Any, client: TestClient) -> None:
    it = looked_at(client, csv("Entreprise;Courriel", "Toit Roy;pas une adresse"))
    (row,) = rows(client, it)
    assert set(row["problems"]) == {"billing_email"}
    right = {"billing_email": "info@toit.example.org", "city": "Alma"}
    decide(client, it, {"number": 2, "corrections": right})
    (row,) = rows(client, it)
    assert (row["kind"], row["texts"]["billing_email"], row["texts"].get("city")) == (
        "new",
        right["billing_email"],
        None,
    )


def test_role_given_and_ended_the_same_day_is_not_given_again(service: Any, client: TestClient) -> None:
    head = "Entreprise;Prénom;Nom;Courriel"
    content = csv(head, f"{KNOWN};Lou;Roy;lou@usinage-valbrume.example.org")
    written(client, service, looked_at(client, content))
    with service.db.write() as session:
        lou = session.exec(select(Person).where(Person.first_name == "Lou", Person.last_name == "Roy")).one()
        role = session.exec(select(CompanyRole).where(CompanyRole.person_id == lou.id)).one()
        role.ends = role.starts + timedelta(days=1)
    again = looked_at(client, content)
    decide(client, again, take_all=True)
    written(client, service, again)
    assert count(service, CompanyRole, CompanyRole.person_id == lou.id) == 1
