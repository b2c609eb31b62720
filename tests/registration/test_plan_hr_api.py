"""HR's part of a plan for programs, and who sees it: role by operation, one company's people against another's."""

import uuid
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from kit import wiring
from kit.db import new_id
from registration.members.models import CompanyRole
from registration.members.rules import Role
from registration.plans.models import Coverage
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, Browser
from tests.registration.plan_lists import (
    PLAN,
    SPREADSHEET,
    Program,
    acting_for,
    as_file,
    covered,
    pay,
    recognised,
    send_file,
)

CANARY = "QZ7canari"


@pytest.fixture
def program(service: Any, app: FastAPI) -> Program:
    return Program(service, app, acting_for(service, "c15", Role.HR))


def bought(program: Program, **more: Any) -> Any:
    """Everybody on the list, by invoice."""
    asked = {"registration_id": str(new_id()), "method": "invoice", "terms_accepted": True, **more}
    return program.post("/purchases", asked)


def first(program: Program) -> str:
    """The id of somebody covered."""
    found = next(one for one in program.get().json()["people"] if one["state"] == "covered" and one["email"])
    return str(found["id"])


def test_program_covers_twelve_people_from_a_file(service: Any, program: Program) -> None:
    sent = program.post("/list/file", SPREADSHEET.content, key="a")
    assert sent.status_code == 201
    told = sent.json()
    assert [row["number"] for row in told["rows"]] == list(range(2, 15))
    assert [(row["number"], row["verdict"]) for row in told["rows"] if row["verdict"] != "accepted"] == [
        (4, "no_email"),
        (10, "duplicate"),
    ]
    assert (told["people"], told["letters"], told["cards"], told["total"]) == (12, 11, 1, 89681)
    assert program.post("/list/file", SPREADSHEET.content, key="a").headers["idempotent-replayed"] == "true"
    own = str(new_id())
    done = bought(program, expected_total=89681, registration_id=own)
    assert done.status_code == 201
    assert {name: done.json()[name] for name in ("status", "total", "covered", "kept")} == {
        "status": "confirmed",
        "total": 89681,
        "covered": 12,
        "kept": False,
    }
    assert bought(program, registration_id=own).json()["registration_id"] == own
    assert len(program.get().json()["people"]) == 12
    assert program.get("/list").json()["people"] == 0


def test_program_says_a_list_row_by_row(program: Program) -> None:
    people = [{"first_name": "Zoé", "last_name": "Roy", "email": "ZOE@example.org"}, {"first_name": "Guy"}]
    told = program.post("/list", {"people": people, "sealed": 2}).json()
    assert [row["verdict"] for row in told["rows"]] == ["accepted", "no_name"] and told["people"] == 3
    told = program.put("/list/rows/2", {"first_name": "Guy", "last_name": "Pic"}).json()
    assert told["people"] == 4 and told["total"] == 29894
    told = program.put("/list/rows/1", {**people[0], "choice": "left_out"}).json()
    assert told["people"] == 3
    assert program.put("/list/rows/9", people[0]).status_code == 404
    dropped = program.post("/list/drop")
    assert dropped.json()["rows"] == [] and dropped.json()["sealed"] == 0


def test_program_does_what_the_pages_do_about_one_person(service: Any, program: Program, clock: FakeClock) -> None:
    program.post("/list/file", SPREADSHEET.content)
    bought(program)
    one = first(program)
    assert program.post(f"/coverages/{one}/letter", key="l").status_code == 200
    again = program.post(f"/coverages/{one}/letter", key="l")
    assert again.headers["idempotent-replayed"] == "true" and again.json()["id"] == one
    moved = program.post(f"/coverages/{one}/address", {"email": "neuve@example.org"})
    assert moved.json()["email"] == "neuve@example.org"
    assert program.post(f"/coverages/{one}/address", {"email": "neuve"}).status_code == 422
    other = program.post(f"/coverages/{one}/replacement", {"first_name": "Ève", "last_name": "Pic"})
    assert other.status_code == 201 and other.json()["card_number"] == 2
    assert program.post(f"/coverages/{one}/end").json()["code"] == "NotCovered"
    ended = program.post(f"/coverages/{other.json()['id']}/end")
    assert ended.json()["state"] == "ended"
    assert program.post(f"/coverages/{other.json()['id']}/removal").status_code == 409


def test_program_of_a_company_in_arrears_has_its_list_kept(service: Any, app: FastAPI) -> None:
    program = Program(service, app, acting_for(service, "c12", Role.DELEGATE))
    program.post("/list/file", SPREADSHEET.content)
    assert bought(program).json()["kept"] is True
    waiting = program.get().json()["people"]
    assert {one["state"] for one in waiting} == {"listed"}
    left = program.post(f"/coverages/{waiting[0]['id']}/removal").json()
    assert len(left["people"]) == 11


def test_program_takes_a_correction(program: Program) -> None:
    program.post("/list/file", SPREADSHEET.content)
    bought(program)
    moved = [row[:] for row in SPREADSHEET.rows]
    moved[1][2] = "remi.s@example.org"
    told = program.post("/list/file", as_file(moved)).json()
    assert [row["verdict"] for row in told["rows"]].count("changed") == 1 and told["people"] == 0
    taken = program.post("/list/rows/2/correction", key="c")
    assert taken.json()["email"] == "remi.s@example.org"
    assert program.post("/list/rows/2/correction", key="c").headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("what", ["cards", "roster", "poster", "model"])
def test_program_prints_what_the_pages_print(program: Program, what: str) -> None:
    program.post("/list", {"people": [], "sealed": 1})
    bought(program)
    made = program.get(f"/{what}")
    assert made.status_code == 200 and made.content[:4] in (b"%PDF", b"PK\x03\x04")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (as_file([["Pr\u00e9nom", "Nom", "NAM"], [CANARY, CANARY, CANARY]]), "ColumnRefused"),
        (as_file([[CANARY, "Roy"]]), "ColumnsUnknown"),
        (b"%PDF" + CANARY.encode(), "NotASpreadsheet"),
    ],
)
def test_refusal_of_a_file_says_nothing_of_what_is_in_it(program: Program, content: bytes, code: str) -> None:
    refused = program.post("/list/file", content)
    assert refused.json()["code"] == code and CANARY not in refused.text


def paths(app: FastAPI) -> list[tuple[str, str]]:
    """Every route of HR's part of a plan, for pages and for programs."""
    mine = ("/plans", "/api/people/{person_id}/plans/")
    found = [
        (method, route.path)
        for route, _ in wiring.routes(app)
        if route.path.startswith(mine[0]) or route.path.startswith(mine[1])
        for method in sorted(route.methods or ())
    ]
    assert len(found) > 25
    return found


def asked(app: FastAPI, client: TestClient, headers: dict[str, str], values: dict[str, str]) -> dict[str, int]:
    """What each route answers to somebody about one company's person."""
    answers = {}
    for method, path in paths(app):
        address = path.format(**values)
        if path.startswith("/api/") and method in ("POST", "PUT"):
            answer = client.request(method, address, json={}, headers=headers)
        else:
            answer = client.request(method, address, headers=headers, data={} if method == "POST" else None)
        answers[f"{method} {path}"] = answer.status_code
    return answers


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ACCOUNTING, Role.EMPLOYEE, None])
def test_anybody_else_of_the_company_is_answered_as_if_there_were_no_plan(
    service: Any, app: FastAPI, browser: Browser, clock: FakeClock, role: Role | None
) -> None:
    hr = acting_for(service, "c15", Role.HR)
    page = recognised(service, browser(), hr)
    send_file(page, SPREADSHEET.content)
    pay(page)
    values = {"coverage_id": str(covered(service, hr.company_id)[0].id), "number": "2", "gesture": "letter"}
    with service.db.write() as session:
        for mine in session.exec(select(CompanyRole).where(CompanyRole.person_id == hr.id)).all():
            if role is None:
                session.delete(mine)
            else:
                mine.role = role
    program = Program(service, app, hr)
    values |= {"person_id": str(hr.id), "plan_key": PLAN}
    for client in (page, program.client):
        answers = asked(app, client, program.headers, values)
        assert {name: status for name, status in answers.items() if status != 404} == {}


def test_people_of_another_company_are_answered_as_those_who_do_not_exist(
    service: Any, app: FastAPI, browser: Browser
) -> None:
    theirs = acting_for(service, "c15", Role.HR)
    page = recognised(service, browser(), theirs)
    send_file(page, SPREADSHEET.content)
    pay(page)
    stranger = Program(service, app, acting_for(service, "c19", Role.DELEGATE))
    own = recognised(service, browser(), stranger.person)
    real, invented = str(covered(service, theirs.company_id)[0].id), str(uuid.uuid4())
    zoe = {"first_name": "Zoé", "last_name": "Roy"}
    for coverage in (real, invented):
        said = [stranger.post(f"/coverages/{coverage}/replacement", zoe)]
        said += [stranger.post(f"/coverages/{coverage}/{one}") for one in ("address", "letter", "end", "removal")]
        said += [own.get(f"/plans/{PLAN}/people/{coverage}")]
        gestures = ("replace", "address", "letter", "stop", "off-list")
        said += [own.post(f"/plans/{PLAN}/people/{coverage}/{one}", data=zoe) for one in gestures]
        assert {answer.status_code for answer in said} == {404}
    assert "Sansnuage" not in own.get(f"/plans/{PLAN}").text
    assert stranger.get().json()["people"] == [] and stranger.get("/list").json()["rows"] == []
    assert len(covered(service, theirs.company_id)) == 12


def test_link_of_somebody_else_opens_nothing(service: Any, app: FastAPI, program: Program) -> None:
    other = Program(service, app, acting_for(service, "c19", Role.DELEGATE))
    program.headers = other.headers
    assert program.get().status_code == 404
    assert TestClient(app, base_url=HOME).get(f"/plans/{PLAN}").status_code == 404


def test_coverage_keeps_the_words_of_the_file_until_then(service: Any, program: Program) -> None:
    program.post("/list/file", SPREADSHEET.content)
    bought(program)
    with service.db.read() as session:
        refs = {one.employer_ref for one in session.exec(select(Coverage)).all()}
    assert refs == {str(number) for number in range(101, 113)}
