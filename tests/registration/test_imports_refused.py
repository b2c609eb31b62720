"""Lists as people have them, and files that are none: what is asked, what is refused, and with which words."""

import io
from typing import Any

import pytest
from sqlmodel import select
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from registration.members.models import Company
from registration.uploads import LARGEST
from tests.registration import reading
from tests.registration.conftest import Browser
from tests.registration.listing import csv, decide, looked_at, read, rows, written

HEAD = "Entreprise;NEQ;Nb employés;Courriel;Code postal;Membre depuis;Échéance"


def test_row_put_right_on_its_page_is_imported(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    it = looked_at(
        client, csv(HEAD, "Toit Neuf ltée;118765432;12 env.;a b@toit.example.org;G0V-0Z0;;", "Mur Neuf;;3;;;;")
    )
    assert it["kinds"] == {"refused": 1, "new": 1}
    page = reading.text(client, f"/staff/imports/{it['id']}")
    assert "Un NEQ a dix chiffres et commence par" in page and "Écrivez un nombre, sans autre mot" in page
    (refused,) = rows(client, it, "refused")
    assert refused["problems"] == {"neq": "problem.company_neq", "employees": "problem.company_employees"}
    assert (refused["texts"]["billing_email"], refused["texts"]["postal_code"]) == ("ab@toit.example.org", "G0V 0Z0")
    form = {"row": "2", "cell-2-neq": "1187654321", "cell-2-employees": "12"}
    assert client.post(f"/staff/imports/{it['id']}/rows", data=form).status_code == 303
    done = written(client, service, client.get(f"/api/imports/{it['id']}").json())
    assert done["kinds"] == {"new": 2}
    with service.db.read() as session:
        found = session.exec(select(Company).where(Company.name == "Toit Neuf ltée")).one()
    assert (found.neq, found.employees, found.postal_code) == ("1187654321", 12, "G0V 0Z0")


def test_row_left_wrong_is_left_out_and_said(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    it = looked_at(client, csv(HEAD, "Toit Neuf ltée;118;3;;;;", "Mur Neuf;;3;;;;"))
    assert written(client, service, it)["state"] == "done"
    assert "Ligne 2 Toit Neuf ltée – laissée de côté" in reading.text(client, f"/staff/imports/{it['id']}")


def test_period_that_lies_across_a_known_one_is_refused(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    it = looked_at(client, csv(HEAD, "Usinage Valbrume inc.;;;;;2001-01-01;2030-06-30"))
    (refused,) = rows(client, it, "refused")
    assert refused["problems"] == {"since": "problem.import_overlap"}
    longer = looked_at(client, csv(HEAD, "Usinage Valbrume inc.;;;;;2014-05-01;2029-06-30"))
    (row,) = rows(client, longer)
    assert [(one["field"], one["theirs"]) for one in row["differences"]] == [("period", "2027-07-01/2029-06-30")]
    assert set(looked_at(client, csv(HEAD, "Usinage Valbrume;;;;;2014-05-01;2027-06-30"))["kinds"]) == {"same"}


def workbook() -> bytes:
    """A title, two heading rows in two languages, forty columns, a company's cell over two of its people's rows."""
    kept = io.BytesIO()
    book = Workbook(kept, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 0, 5, "Liste fictive")
    notes = [f"Note {n}" for n in range(34)]
    sheet.write_row(1, 0, ["Entreprise", "Ville", "Prénom", "Nom", "Courriel", "Adhésion", *notes])
    sheet.write_row(2, 0, ["Company", "City", "First name", "Last name", "Email", "Joined"])
    sheet.merge_range(3, 0, 4, 0, "Toit Neuf ltée")
    sheet.write_row(3, 1, ["Alma", "Zoé", "Roy", "zoe@toit.example.org"])
    sheet.write_row(4, 2, ["Lou", "Côté", "lou@toit.example.org"])
    sheet.write_row(5, 0, ["Mur Neuf", "Alma"])
    book.close()
    return kept.getvalue()


def test_workbook_with_two_heading_rows_and_merged_cells_is_read(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    it = looked_at(client, workbook())
    assert (it["rows"], len(it["headings"])) == (3, 40)
    assert [(row["number"], row["texts"]["name"], row["twin"]) for row in rows(client, it)] == [
        (4, "Toit Neuf ltée", None),
        (5, "Toit Neuf ltée", 4),
        (6, "Mur Neuf", None),
    ]
    written(client, service, it)
    found = client.get("/api/companies", params={"q": "toit neuf"}).json()["companies"]
    assert [(one["name"], one["people"]) for one in found] == [("Toit Neuf ltée", 2)]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "NoFile"),
        (b"%PDF-1.7", 422, "UnreadableList"),
        (b"Entreprise;Ville\n", 422, "UnreadableList"),
        (b"\x00\x01\x02", 422, "UnreadableList"),
        (b"x" * (LARGEST + 1), 413, "MemberListTooLarge"),
        (b"Entreprise;Ville\n" + b"a;b\n" * 5001, 422, "ListTooLong"),
    ],
)
def test_file_that_is_no_list_is_refused_by_page_and_api(
    browser: Browser, content: bytes, status: int, code: str
) -> None:
    client = browser("coordinator")
    answer = client.post("/api/imports?origin=A", content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    page = client.post("/staff/imports", files={"file": ("a.csv", content)}, data={"origin": "A"})
    assert page.status_code == status and "field-error" in page.text


def test_columns_without_headings_are_said_by_hand(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    it = read(client, csv("Toit Neuf;Alma", "Mur Neuf;Roberval"))
    assert (it["places"], it["rows"]) == ({}, 2)
    path = f"/api/imports/{it['id']}/columns"
    for places in ({}, {"name": 0, "city": 0}, {"name": 7}):
        refused = client.post(path, json={"places": places})
        assert (refused.status_code, refused.json()["code"]) == (422, "InvalidInput"), places
    assert client.post(path, json={"places": {"name": 0, "city": 1}}).json()["kinds"] == {"new": 2}


def test_names_column_alone_is_the_companys(browser: Browser) -> None:
    assert read(browser("coordinator"), csv("Nom;Ville", "Toit Neuf;Alma"))["places"] == {"name": 0, "city": 1}


def test_values_of_a_known_company_are_kept_or_taken_and_not_asked_again(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    content = csv("Entreprise;Nb employés;Ville", "Usinage Valbrume;25;Alma")
    it = looked_at(client, content)
    (row,) = rows(client, it)
    assert [(one["field"], one["ours"], one["theirs"], one["taken"]) for one in row["differences"]] == [
        ("employees", "18", "25", False),
        ("city", "Chicoutimi", "Alma", False),
    ]
    decide(client, it, {"number": 2, "takes": ["employees", "nonsense"]})
    written(client, service, it)
    with service.db.read() as session:
        found = session.exec(select(Company).where(Company.key == "c01")).one()
    assert (found.employees, found.city) == (25, "Chicoutimi")
    for again in (content, csv("Entreprise;Nb employés", "Usinage Valbrume;18")):
        assert set(looked_at(client, again)["kinds"]) == {"same"}


def test_import_that_does_not_exist_is_found_nowhere(browser: Browser) -> None:
    client = browser("coordinator")
    path = "/api/imports/00000000-0000-0000-0000-000000000000"
    for answer in (
        client.get(path),
        client.get(f"{path}/rows"),
        client.post(f"{path}/columns", json={"places": {"name": 0}}),
        client.post(f"{path}/write"),
        client.post(f"{path}/undo"),
        client.post(f"{path}/discard"),
    ):
        assert answer.status_code == 404
    assert client.post("/api/imports?origin=" + "a" * 41, content=b"Entreprise;Ville\na;b").status_code == 422
