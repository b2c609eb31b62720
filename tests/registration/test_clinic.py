"""The provider's page: one field, one answer; nothing is written down of who asked about what."""

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from kit.log import JsonLines
from registration.plans.covering.actions import end, replace_person
from registration.plans.eligibility.flows import CHECKS
from registration.plans.flows import codes_shown
from registration.plans.rules import CoverageRow, TooManyChecks
from registration.strangers.actions import spend
from registration.strangers.rules import Spending
from tests.counting import statements
from tests.covering import acting, bought, enrolled, person, renewed, scalar
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, Browser

UNKNOWN = "AIF-0000-0000"


@pytest.fixture(autouse=True)
def in_march(clock: FakeClock, service: Any) -> None:
    clock.set(datetime(2027, 3, 8, 16, tzinfo=UTC))
    renewed(service)


@pytest.fixture
def one(service: Any) -> CoverageRow:
    """Somebody covered."""
    return bought(service, "c15", [person(1)]).covered[0]


@pytest.fixture
def lines() -> Iterator[Any]:
    """What was logged so far, as it is written."""
    stream = io.StringIO()
    output = logging.StreamHandler(stream)
    output.setFormatter(JsonLines("registration"))
    ours, level = logging.getLogger("guichet"), logging.getLogger("guichet").level
    ours.addHandler(output)
    ours.setLevel(logging.DEBUG)
    yield stream.getvalue
    ours.removeHandler(output)
    ours.setLevel(level)


def code_of(service: Any, one: CoverageRow) -> str:
    with service.db.read() as session:
        return codes_shown(service, session, [one])[one.id]


def link(service: Any) -> str:
    plan = enrolled(service).whose.plan
    return str(service.links.provider(plan.id, plan.link_version)).removeprefix(HOME)


def ask(service: Any, browser: Browser, code: str) -> Any:
    return browser().post(link(service), data={"code": code})


def program(service: Any, browser: Browser, code: str, **more: Any) -> Any:
    plan, token = enrolled(service).whose.plan, link(service).rsplit("/", 1)[1]
    headers = {"X-Link-Token": token}
    return browser().post(f"/api/clinic/{plan.id}/checks", json={"code": code, **more}, headers=headers)


def without(page: str, typed: str) -> str:
    """The page without what was typed."""
    return page.replace(f'value="{typed}"', "")


def test_clinic_reads_dates_and_entitlement_of_a_valid_code_and_no_name(
    service: Any, browser: Browser, one: CoverageRow
) -> None:
    page = ask(service, browser, code_of(service, one)).text.replace("\u00a0", " ")
    assert "Valable" in page and "Du 1er avril 2027 au 31 mars 2028" in page and "5 heures" in page
    assert one.first_name not in page and "Transport" not in page
    english = browser().post(link(service) + "?lang=en", data={"code": code_of(service, one)}).text
    assert "From April 1, 2027 to March 31, 2028" in english and "5\u00a0hours" in english


def test_clinic_accepts_lower_case_spaces_and_misread_characters(
    service: Any, browser: Browser, one: CoverageRow
) -> None:
    code = code_of(service, one)
    misread = code.lower().replace("-", " ").replace("0", "o").replace("1", "i")
    for typed in (misread, code[4:], code.replace("-", "")):
        assert 'class="verdict"' in ask(service, browser, typed).text, typed


def test_clinic_answers_alike_for_unknown_replaced_ended_and_past_codes(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    done = bought(service, "c15", [person(1), person(2), person(3)])
    codes = [code_of(service, one) for one in done.covered]
    clock.set(datetime(2027, 9, 14, 16, tzinfo=UTC))
    whose = enrolled(service).whose
    with service.db.write() as session:
        replace_person(session, whose, done.covered[0].id, person(9), acting(service))
        end(session, whose, done.covered[1].id, acting(service))
    answers = {}
    browser().get(link(service))  # The association is read once in a while, whoever asks.
    for name, typed in (("replaced", codes[0]), ("ended", codes[1]), ("unknown", UNKNOWN), ("odd", "x")):
        with statements(service.db) as asked:
            page = ask(service, browser, typed)
        answers[name] = (page.status_code, without(page.text, typed), len(asked))
    with statements(service.db) as asked:
        assert "Valable" in ask(service, browser, codes[2]).text
    valid = len(asked)
    clock.set(datetime(2028, 4, 1, 16, tzinfo=UTC))
    browser().get(link(service))
    with statements(service.db) as asked:
        page = ask(service, browser, codes[2])
    answers["past"] = (page.status_code, without(page.text, codes[2]), len(asked))
    assert len({(status, asked) for status, _, asked in answers.values()}) == 1
    assert answers["unknown"][2] == valid, "a valid code takes as many statements"
    assert all("Non valable" in text for _, text, _ in answers.values())
    assert len({text for _, text, _ in answers.values()}) == 1, answers


def test_clinic_visits_are_in_no_log_and_no_measure(
    service: Any, browser: Browser, one: CoverageRow, lines: Any
) -> None:
    before = service.metrics.text([])
    for code in (code_of(service, one), UNKNOWN):
        ask(service, browser, code)
        program(service, browser, code)
    browser().get(link(service))
    assert "request" not in lines() and "clinic" not in lines()
    measured = service.metrics.text([]).decode()
    assert "clinic" not in measured
    assert [line for line in measured.splitlines() if line.startswith("guichet_")] == [
        line for line in before.decode().splitlines() if line.startswith("guichet_")
    ]
    browser().get("/fr")
    assert "request" in lines(), "others are"


def test_clinic_visits_leave_only_the_count_of_their_link(service: Any, browser: Browser, one: CoverageRow) -> None:
    for code in (code_of(service, one), UNKNOWN):
        ask(service, browser, code)
    assert scalar(service, "SELECT sum(units) FROM budget WHERE bucket LIKE 'clinic:%'") == 2
    assert scalar(service, "SELECT count(*) FROM budget") == 1
    assert scalar(service, "SELECT count(*) FROM history_entry WHERE action LIKE '%check%'") == 0


def test_clinic_that_asks_too_often_waits(service: Any, browser: Browser, clock: FakeClock) -> None:
    plan = enrolled(service).whose.plan
    with service.db.write() as session:
        spend(session, [Spending(f"clinic:{plan.id}:1", CHECKS, CHECKS, 3600, TooManyChecks)], service.clock())
    refused = ask(service, browser, UNKNOWN)
    assert refused.status_code == 429 and "60" in refused.text
    assert program(service, browser, UNKNOWN).json()["code"] == "TooManyChecks"
    clock.advance(minutes=61)
    assert ask(service, browser, UNKNOWN).status_code == 200


def test_clinic_program_reads_the_same(service: Any, browser: Browser, one: CoverageRow) -> None:
    read = program(service, browser, code_of(service, one), lang="en").json()
    assert (read["valid"], read["starts"], read["ends"]) == (True, "2027-04-01", "2028-03-31")
    assert "hours" in read["entitlement"]
    nothing = {"valid": False, "starts": None, "ends": None, "entitlement": ""}
    assert program(service, browser, UNKNOWN).json() == nothing


def test_clinic_link_that_was_renewed_leads_nowhere(service: Any, browser: Browser, one: CoverageRow) -> None:
    old, activity = link(service), enrolled(service).whose.plan.activity_id
    desk = browser("coordinator")
    new = desk.post(f"/api/staff/activities/{activity}/plan/link").json()["url"]
    assert browser().get(old).status_code == 404 and browser().post(old, data={"code": UNKNOWN}).status_code == 404
    assert new != HOME + old and browser().get(new.removeprefix(HOME)).status_code == 200
    assert desk.get(f"/api/staff/activities/{activity}/plan/link").json()["url"] == new
    assert browser("accountant").get(f"/api/staff/activities/{activity}/plan/link").status_code == 403


def test_clinic_of_a_plan_that_is_none_is_not_found(browser: Browser, service: Any) -> None:
    plan = enrolled(service).whose.plan.id
    assert browser().get(f"/clinic/{plan}/wrong").status_code == 404
    assert browser().post(f"/api/clinic/{plan}/checks", json={"code": UNKNOWN}).status_code == 404


def test_card_is_told_to_notify_only(service: Any, browser: Browser, one: CoverageRow) -> None:
    asked = {"coverage": str(one.id)}
    assert browser().post("/cards", json=asked).status_code == 401
    assert browser("director").post("/cards", json=asked).status_code in (401, 403)
