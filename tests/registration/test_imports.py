"""Two lists of members become one: what is new, the same, different or doubtful; written once, taken back whole."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import select

from kit.auth import STAFF
from kit.db import Database
from kit.sql import column, table
from registration.history import queries as history
from registration.main import create_app
from registration.members.imports.models import ImportChange, ImportRow, MemberImport
from registration.members.models import Company, CompanyRole, Membership, Person
from registration.members.writing import flows
from registration.seed import people
from registration.seed.source import Source, insert
from registration.settings import RegistrationSettings
from tests import make
from tests.conftest import MakeDatabase
from tests.fakes.absent import nobody
from tests.fakes.clock import FakeClock
from tests.registration import reading
from tests.registration.conftest import HOME, Browser
from tests.registration.listing import LIST_A, LIST_B, at_work, csv, decide, looked_at, read, rows, written


@pytest.fixture
def app(make_database: MakeDatabase, clock: FakeClock) -> Iterator[FastAPI]:
    """An association without members yet: its profile, and the lists by which companies are told apart."""
    url = make_database("registration")
    source = Source.read(make.SAMPLE)
    db = Database(url)
    with db.write() as session:
        insert(session, people._groupings(source))
        people.save(session, people.association(source.content["association"]), clock())
    db.close()
    built = create_app(
        RegistrationSettings(app_env="development", database_url=url, registration_url=HOME), clock, nobody
    )
    yield built
    built.state.service.close()


def counts(service: Any) -> list[int]:
    """Companies, people, roles and periods."""
    with service.db.read() as session:
        of = (Company, Person, CompanyRole, Membership)
        return [session.execute(sa.select(sa.func.count()).select_from(table(one))).scalar_one() for one in of]


def test_two_messy_lists_make_forty_companies_and_again_nothing(service: Any, browser: Browser) -> None:
    client = browser("coordinator", name="Maya Coordonnatrice")
    first = looked_at(client, LIST_A.read_bytes(), "A")
    assert first["kinds"] == {"new": 20}
    assert written(client, service, first)["state"] == "done"
    second = looked_at(client, LIST_B.read_bytes(), "B")
    assert second["kinds"] == {"new": 20, "different": 3, "doubtful": 1} and second["undecided"] == 1
    (doubtful,) = rows(client, second, "doubtful")
    assert (doubtful["number"], doubtful["texts"]["name"], doubtful["why"]) == (
        17, "Soudures Cap aux Loups Inc", ["near", "domain"],
    )  # fmt: skip
    refused = client.post(f"/api/imports/{second['id']}/write")
    assert (refused.status_code, refused.json()["code"]) == (409, "RowsUndecided")
    assert "1 ligne attend votre décision" in reading.text(client, f"/staff/imports/{second['id']}")
    decide(client, second, {"number": 17, "decision": "same"})
    assert written(client, service, second)["state"] == "done"
    assert counts(service) == [40, 40, 40, 40]
    for content in (LIST_A.read_bytes(), LIST_B.read_bytes()):
        again = looked_at(client, content)
        assert set(again["kinds"]) == {"same"}
        answer = client.post(f"/api/imports/{again['id']}/write")
        assert (answer.status_code, answer.json()["code"]) == (409, "NothingToWrite")
        assert "Rien à changer" in reading.text(client, f"/staff/imports/{again['id']}")
    found = client.get("/api/companies", params={"q": "soudures cap"}).json()["companies"]
    assert [one["name"] for one in found] == ["Soudure Cap-aux-Loups inc."], "found by the name it has in list B"
    with service.db.read() as session:
        loups = session.exec(select(Company).where(Company.name == "Soudure Cap-aux-Loups inc.")).one()
        entries = history.of(session, loups.id)
    assert (loups.legacy_org, loups.postal_code, loups.phone) == ("A", "G1J 3C7", "418-555-0101")
    assert {entry.actor for entry in entries} == {"Maya Coordonnatrice"}


def test_doubtful_company_said_to_be_another_is_made_and_known_again(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    written(client, service, looked_at(client, LIST_A.read_bytes()))
    it = looked_at(client, LIST_B.read_bytes())
    decide(client, it, {"number": 17, "decision": "another"})
    assert written(client, service, it)["state"] == "done"
    assert counts(service)[0] == 41
    assert set(looked_at(client, LIST_B.read_bytes())["kinds"]) == {"same"}
    assert client.get("/api/duplicates").json()["pairs"] == [], "what was decided is not asked again"


def test_import_undone_leaves_nothing_of_it(service: Any, browser: Browser, clock: FakeClock) -> None:
    client = browser("director")
    first = written(client, service, looked_at(client, LIST_A.read_bytes()))
    it = looked_at(client, LIST_B.read_bytes(), "B")
    decide(client, it, {"number": 17, "decision": "same"}, take_all=True)
    written(client, service, it)
    with service.db.read() as session:
        changed = session.exec(select(Company).where(Company.name == "ÉQUIPEMENTS ROCTREMBLE LIMITÉE")).all()
        taken = session.exec(select(Company).where(Company.phone == "418-555-0902")).one()
    assert changed == [] and taken.employees == 67, "the same name written otherwise is no difference"
    assert client.post(f"/api/imports/{it['id']}/undo").json()["state"] in ("undoing", "undone")
    at_work(service)
    assert client.get(f"/api/imports/{it['id']}").json()["state"] == "undone"
    assert counts(service) == [20, 20, 20, 20]
    with service.db.read() as session:
        back = session.get_one(Company, taken.id)
    assert (back.employees, back.phone) == (64, "418-555-0102 poste 12")
    assert set(looked_at(client, LIST_A.read_bytes())["kinds"]) == {"same"}
    clock.advance(hours=24)
    late = browser("director").post(f"/api/imports/{first['id']}/undo")
    assert (late.status_code, late.json()["code"]) == (409, "ImportNotUndone")


def test_import_in_use_is_not_undone_and_says_what_is(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    it = written(client, service, looked_at(client, LIST_A.read_bytes()))
    with service.db.read() as session:
        used = session.exec(select(Company).where(Company.name == "Usinage Valbrume inc.")).one()
    client.post(f"/api/companies/{used.id}/code")
    refused = client.post(f"/api/imports/{it['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "ImportUsed")
    assert "Usinage Valbrume inc." in refused.json()["detail"]
    page = client.post(f"/staff/imports/{it['id']}/undo")
    assert page.status_code == 409 and "Usinage Valbrume inc." in page.text
    assert counts(service)[0] == 20


def test_period_paid_or_person_put_right_keeps_an_import(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    it = written(client, service, looked_at(client, LIST_A.read_bytes()))
    with service.db.write() as session:
        period = session.exec(select(Membership)).first()
        period.fee_paid_on = service.member_terms().day
        session.add(period)
    assert client.post(f"/api/imports/{it['id']}/undo").json()["code"] == "ImportUsed"
    with service.db.write() as session:
        session.execute(sa.update(table(Membership)).values({column(Membership.fee_paid_on): None}))
        person = session.exec(select(Person)).first()
        person.version += 1
        session.add(person)
    assert client.post(f"/api/imports/{it['id']}/undo").json()["code"] == "ImportUsed"


@pytest.mark.parametrize("role", [*STAFF, ""])
def test_imports_by_role_are_for_directors_and_coordinators(service: Any, browser: Browser, role: str) -> None:
    it = looked_at(browser("director"), LIST_A.read_bytes())
    client, may = browser(*[role] if role else []), role in ("director", "coordinator")
    no = 403 if role else 401
    path, api = f"/staff/imports/{it['id']}", f"/api/imports/{it['id']}"
    for page in ("/staff/imports", path, f"{path}?columns=1", "/api/imports", api, f"{api}/rows"):
        assert client.get(page).status_code == (200 if may else no), page
    assert client.post("/api/imports?origin=A", content=b"x;y\n1;2").status_code == (201 if may else no)
    for form in ("rows", "write", "undo", "discard"):
        assert client.post(f"{path}/{form}").status_code in ((303, 409) if may else (no,)), form
    assert client.post(f"{api}/decisions", json={}).status_code == (409 if may else no)
    nowhere = uuid.uuid4()
    for form in ("rows", "write", "undo", "discard"):
        assert client.post(f"/staff/imports/{nowhere}/{form}").status_code == (404 if may else no)


def test_import_killed_in_the_middle_is_resumed_and_each_row_written_once(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    lines = ["Entreprise;Courriel;Prénom;Nom"]
    lines += [f"Atelier {n:04} inc.;lou{n}@atelier{n}.example.org;Lou;Numéro{n}" for n in range(450)]
    client = browser("coordinator")
    it = looked_at(client, csv(*lines))
    assert it["kinds"] == {"new": 450}
    client.post(f"/api/imports/{it['id']}/write")
    assert counts(service)[0] == 400, "the request wrote the first rows"
    dead = flows._claimed(service, None)
    assert dead is not None, "claimed by a process that is killed before it writes"
    at_work(service)
    assert counts(service)[0] == 400, "nobody else may write meanwhile"
    clock.advance(seconds=flows.LEASE.total_seconds() + 1)
    at_work(service)
    assert client.get(f"/api/imports/{it['id']}").json()["state"] == "done"
    assert flows._some_rows(service, dead) is False, "the slower one changes nothing"
    assert counts(service)[:3] == [450, 450, 450]


def test_company_made_by_somebody_else_meanwhile_is_left_out(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    content = csv("Entreprise;Ville", "Atelier Neuf inc.;Alma", "Toit Roy;Alma")
    one, other = looked_at(client, content), looked_at(client, content)
    written(client, service, one)
    left = written(client, service, other)
    assert left["state"] == "done" and counts(service)[0] == 2
    assert {row["left"] for row in rows(client, other)} == {"known"}
    assert "quelqu’un d’autre l’a ajoutée" in reading.text(client, f"/staff/imports/{other['id']}")


def test_list_is_forgotten_when_its_term_is_over(service: Any, browser: Browser, clock: FakeClock) -> None:
    client = browser("coordinator")
    written(client, service, looked_at(client, LIST_A.read_bytes()))
    read(client, LIST_B.read_bytes())
    discarded = read(client, LIST_B.read_bytes())
    assert client.post(f"/staff/imports/{discarded['id']}/discard").status_code == 303
    housekeeping = next(loop for loop in service.loops if loop.name == "housekeeping")
    clock.advance(days=8)
    housekeeping.job()
    with service.db.read() as session:
        assert len(session.exec(select(MemberImport)).all()) == 1
        assert {tuple(cells) for cells in session.exec(select(ImportRow.cells))} == {()}, "cells go once written"
    clock.advance(days=30)
    housekeeping.job()
    with service.db.read() as session:
        assert [len(session.exec(select(one)).all()) for one in (MemberImport, ImportRow, ImportChange)] == [0, 0, 0]
    assert counts(service)[0] == 20


def test_pages_bring_a_list_in_from_its_file_to_its_undoing(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    page = client.post("/staff/imports", files={"file": ("b.csv", LIST_B.read_bytes())}, data={"origin": "B"})
    assert page.status_code == 303
    path = page.headers["location"]
    text = client.get(path).text
    assert "« Company name » est".replace("« ", "«\u00a0").replace(" »", "\u00a0»") in text
    api = f"/api/imports/{path.rpartition('/')[2]}"
    places = client.get(api).json()["places"]
    twice = {f"column-{places['name']}": "name", f"column-{places['city']}": "name"}
    assert client.post(f"{path}/columns", data=twice).status_code == 422
    assert client.post(f"{path}/columns", data={f"column-{places['city']}": "city"}).status_code == 422
    form = {f"column-{place}": name for name, place in places.items()}
    assert client.post(f"{path}/columns", data=form).status_code == 303
    assert "24 entreprises seront créées" in reading.text(client, path)
    assert client.post(f"{path}/write").status_code == 303
    assert "La liste est importée" in reading.text(client, path)
    assert client.post(f"{path}/undo").status_code == 303
    assert "L’import est annulé" in reading.text(client, path)
    assert counts(service) == [0, 0, 0, 0]
    assert client.post(f"{path}/rows", data={"every": "take"}).status_code == 409


def test_known_person_of_another_company_is_one_person_with_two_roles(service: Any, browser: Browser) -> None:
    client = browser("coordinator")
    content = csv(
        "Entreprise;Courriel;Prénom;Nom", "Toit Roy;zoe@roy.example.org;Zoé;Roy", "Mur Côté;ZOE@roy.example.org;Zoé;Roy"
    )
    it = looked_at(client, content)
    (doubtful,) = rows(client, it, "doubtful")
    assert doubtful["why"] == ["domain"] and doubtful["twin"] == 2
    decide(client, it, {"number": 3, "decision": "another"})
    written(client, service, it)
    assert counts(service) == [2, 1, 2, 0]
