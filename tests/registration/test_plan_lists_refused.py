"""What cannot be said of a list that HR prepares, and what a row of it does to somebody the company covers already."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from kit.contracts.addresses import NEAR
from kit.db import new_id
from registration.invariants import invariants
from registration.members.rules import Role
from registration.plans.lists.rules import Verdict, judge
from registration.plans.lists.rules_columns import Choice, ColumnsUnknown, EmptyList, Entry, entries_of
from registration.plans.rules import MOST, Newcomer, newcomer_problems
from tests import make
from tests.covering import bought, covered, enrolled, everybody, listed, person, renewed, scalar
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.plan_lists import URL, Program, acting_for, drafts, recognised, sheet
from tests.registration.test_plan_lists_rules import covered as known
from tests.registration.test_plan_lists_rules import judged, verdicts
from tests.registration.test_plan_lists_rules import person as row
from tests.registration.test_plan_office import WRITTEN


@pytest.fixture(autouse=True)
def in_march(clock: FakeClock, service: Any) -> None:
    clock.set(datetime(2027, 3, 8, 16, tzinfo=UTC))
    renewed(service)


@pytest.fixture
def program(service: Any, app: FastAPI) -> Program:
    return Program(service, app, acting_for(service, "c15", Role.HR))


@pytest.fixture
def page(service: Any, browser: Browser, program: Program) -> TestClient:
    return recognised(service, browser(), program.person)


def buy(program: Program) -> Any:
    return program.post("/purchases", {"registration_id": str(new_id()), "method": "invoice", "terms_accepted": True})


def test_list_that_nobody_prepares_has_no_rows_to_correct_and_nothing_to_drop(service: Any, program: Program) -> None:
    somebody = {"first_name": "Zoé", "last_name": "Roy"}
    refused = program.put("/list/rows/1", somebody)
    assert (refused.status_code, refused.json()["code"]) == (404, "NotFound")
    refused = program.post("/list/rows/1/correction")
    assert (refused.status_code, refused.json()["code"]) == (404, "NotFound")
    assert program.post("/list/drop").json()["rows"] == []
    refused = buy(program)
    assert (refused.status_code, refused.json()["detail"]) == (409, "Choisissez au moins une personne.")
    assert drafts(service) == 0


def test_list_that_is_full_takes_nobody_more(service: Any, program: Program, page: TestClient) -> None:
    people = [{"first_name": f"Prénom{n}", "last_name": "Roy", "email": f"p{n}@example.org"} for n in range(MOST)]
    assert program.post("/list", {"people": people}).status_code == 201
    refused = page.post(f"{URL}/add/person", data={"first_name": "Zoé", "last_name": "Pic"})
    said = "Une liste compte au plus 2000 personnes. Partagez la vôtre en deux."
    assert refused.status_code == 422 and said in refused.text.replace("\u00a0", " ").replace("2 000", "2000")
    assert drafts(service) == MOST + 1


@pytest.mark.parametrize(("first", "last"), [("Zoé", ""), ("", "Roy"), ("", "")])
def test_person_added_alone_has_both_names(service: Any, page: TestClient, first: str, last: str) -> None:
    refused = page.post(f"{URL}/add/person", data={"first_name": first, "last_name": last, "email": "z@example.org"})
    assert refused.status_code == 422 and 'value="z@example.org"' in refused.text
    assert drafts(service) == 0


def test_people_who_wait_are_bought_without_a_list(service: Any, program: Program) -> None:
    listed(service, enrolled(service), [person(1), person(2)])
    done = buy(program)
    assert (done.status_code, done.json()["covered"]) == (201, 2)
    assert len(covered(service, enrolled(service).whose)) == 2


def test_list_that_only_names_people_who_wait_buys_them_once(service: Any, program: Program) -> None:
    one = listed(service, enrolled(service), [person(1)])[0]
    said = {"first_name": one.first_name, "last_name": one.last_name, "email": one.email}
    assert program.post("/list", {"people": [said]}).json()["people"] == 1
    assert buy(program).json()["covered"] == 1
    assert [mine.id for mine in covered(service, enrolled(service).whose)] == [one.id]
    assert drafts(service) == 0


def test_language_that_is_corrected_sends_no_letter(service: Any, program: Program) -> None:
    one = bought(service, "c15", [person(1)]).covered[0]
    letters = scalar(service, "SELECT count(*) FROM outbox")
    said = {"first_name": one.first_name, "last_name": one.last_name, "lang": "en"}
    assert program.post("/list", {"people": [said]}).json()["rows"][0]["verdict"] == "changed"
    assert program.post("/list/rows/1/correction").json()["email"] == one.email
    assert covered(service, enrolled(service).whose)[0].lang == "en"
    assert scalar(service, "SELECT count(*) FROM outbox") == letters
    assert program.get("/list").json()["rows"][0]["verdict"] == "covered"


def test_person_covered_is_met_by_the_row_that_counts_beside_one_left_out(service: Any, program: Program) -> None:
    one = bought(service, "c15", [Newcomer("Guy", "Roy")]).covered[0]
    twice = [{"first_name": "Guy", "last_name": "Roy"}] * 2
    program.post("/list", {"people": twice})
    told = program.put("/list/rows/1", {**twice[0], "choice": "left_out"}).json()
    assert [each["verdict"] for each in told["rows"]] == ["left_out", "covered"] and told["people"] == 0
    assert buy(program).json()["code"] == "NobodyChosen"
    assert [mine.id for mine in covered(service, enrolled(service).whose)] == [one.id]


def test_row_that_must_be_mended_leaves_somebody_covered_to_the_row_that_is_right() -> None:
    now = [known("Jean Roy"), known("Jean Roy", "b@x.example.org")]
    rows = judge([row(2, "Jean Roy", "jean"), row(3, "Jean Roy")], now)
    assert verdicts(rows) == [Verdict.BAD_EMAIL, Verdict.COVERED]
    left_out = [replace(row(n, "Jean Roy"), choice=Choice.LEFT_OUT) for n in (2, 3)]
    assert judge(left_out, now).absent == (), "two namesakes covered, two rows: nobody is asked about"


def test_person_with_another_number_is_another_than_their_namesake_covered() -> None:
    now = [known("Jean Roy", ref="7")]
    rows = judged(row(2, "Jean Roy", ref="8"), covered=now)
    assert [one.verdict for one in rows] == [Verdict.NO_EMAIL]
    for first, second in (("7", "8"), ("8", "7")):
        both = judged(row(2, "Jean Roy", ref=first), row(3, "Jean Roy", ref=second), covered=now)
        assert {one.entry.employer_ref: one.verdict for one in both} == {"7": Verdict.COVERED, "8": Verdict.NO_EMAIL}
    by_address = judged(
        row(2, "Jean Roy", "j@x.example.org", ref="8"), covered=[known("Jean Roy", "j@x.example.org", "7")]
    )
    assert by_address[0].verdict is Verdict.CHANGED, "one address is one person, whose number changed"
    by_number = judged(row(2, "Jeanne Roy", ref=" 7 "), covered=now)
    assert (by_number[0].verdict, by_number[0].covered) == (Verdict.CHANGED, now[0])


PEOPLE = st.tuples(
    st.sampled_from(["Zoé Roy", "zoe ROY", "Guy Pic"]),
    st.sampled_from(["", "a@x.example.org", "A@x.example.org", "b@x.example.org", "b"]),
    st.sampled_from(["", "7", " 7", "8"]),
)


@given(st.lists(st.tuples(PEOPLE, st.sampled_from(Choice)), max_size=7), st.lists(PEOPLE, max_size=5))
def test_row_that_is_added_is_nobody_else_of_the_list_or_covered(
    rows: list[tuple[tuple[str, str, str], Choice]], now: list[tuple[str, str, str]]
) -> None:
    """So whatever she answers, what is shown as added is added, for the database holds nobody twice."""
    nobody = uuid.uuid4()
    standing = {person_key(as_newcomer(entry), nobody): known(*one) for one in now if (entry := row(0, *one))}
    entries = [replace(row(n, *one), choice=choice) for n, (one, choice) in enumerate(rows, 2)]
    added = [person_key(as_newcomer(entry), uuid.uuid4()) for entry in judge(entries, list(standing.values())).added]
    assert len(set(added)) == len(added) and not set(added) & set(standing)


def as_newcomer(entry: Entry) -> Newcomer:
    return Newcomer(entry.first_name, entry.last_name, entry.email, entry.lang, entry.employer_ref, entry.kept)


def person_key(one: Newcomer, own: uuid.UUID) -> str:
    key = one.key(own)
    assert key is not None
    return key


def test_row_at_the_address_of_somebody_covered_is_asked_about() -> None:
    now = [known("Zoé Roy", "atelier@x.example.org")]
    rows = judged(row(2, "Guy Pic", "Atelier@x.example.org"), row(3, "Léa Pic"), covered=now)
    assert [(one.verdict, one.like) for one in rows] == [(Verdict.SAME_EMAIL, 0), (Verdict.NO_EMAIL, 0)]


def test_columns_are_those_she_says_when_the_headings_are_hers() -> None:
    rows = sheet(["A", "B"], ["Zoé", "Roy"])
    assert entries_of(rows, {"first_name": 0, "last_name": 1}).entries[-1].full_name == "Zoé Roy"
    with pytest.raises(ColumnsUnknown):
        entries_of(rows, {"email": 1})
    with pytest.raises(EmptyList):
        entries_of(sheet(["Prénom", "Nom"]), {})


@pytest.mark.parametrize(
    ("newcomer", "where"),
    [
        (Newcomer("Zoé", ""), {"last_name": "problem.required"}),
        (Newcomer("", "Roy"), {"first_name": "problem.required"}),
        (Newcomer(email="z@example.org"), {"first_name": "problem.required"}),
        (Newcomer(employer_ref="7"), {"first_name": "problem.required"}),
        (Newcomer("Z" * 201, "Roy"), {"first_name": "problem.line_too_long"}),
        (Newcomer("Zoé", "Roy", "zoe"), {"email": "problem.email"}),
        (Newcomer(), {}),
    ],
)
def test_newcomer_is_named_whole_or_not_at_all(newcomer: Newcomer, where: dict[str, str]) -> None:
    assert newcomer_problems(newcomer, NEAR) == where


def test_person_whose_twelve_months_are_over_is_covered_for_twelve_more(
    service: Any, program: Program, browser: Browser, clock: FakeClock
) -> None:
    with service.db.read() as session:
        activity = make.activity_id(session, "pae-2027")
    each = {**WRITTEN, "mode": "twelve_months", "ends": None, "starts": "2027-03-01"}
    assert browser("coordinator").put(f"/api/staff/activities/{activity}/plan", json=each).status_code == 200
    said = {"first_name": "Zoé", "last_name": "Roy", "email": "zoe@example.org"}
    program.post("/list", {"people": [said]})
    assert buy(program).json()["covered"] == 1
    clock.set(datetime(2028, 3, 10, 16, tzinfo=UTC))
    assert program.post("/list", {"people": [said]}).json()["rows"][0]["verdict"] == "accepted"
    done = buy(program)
    assert (done.status_code, done.json().get("covered")) == (201, 1), done.text
    assert [(one.state.value, str(one.ends_on)) for one in everybody(service, enrolled(service).whose)] == [
        ("ended", "2028-03-07"),
        ("covered", "2029-03-09"),
    ]
    assert invariants(service.db) == []
