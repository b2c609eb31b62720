"""Numbers that no form means: whoever sends them is answered like anybody who mistypes one."""

from typing import Any

import pytest

from registration.forms import FormValues, whole
from registration.members.rules import Role
from tests.registration.conftest import Browser
from tests.registration.plan_lists import SPREADSHEET, URL, acting_for, recognised, send_file
from tests.registration.test_form_date import FORM, TYPED, hidden

HUGE = "9" * 5000
FEES = {
    "starts_month": "7",
    "starts_day": "1",
    "due_days": "30",
    "steps[0].fee": "100",
    "gl_account": "4100",
    "reminder_days": "60",
    "tax_class": "exempt",
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("", 0), ("-1", 0), ("x", 0), ("²", 0), ("7", 7), ("40", 40), ("41", 40), ("9" * 16, 40), (HUGE, 40)],
)
def test_number_of_a_form_is_none_or_the_most(typed: str, meant: int) -> None:
    assert whole(typed, 40) == meant
    assert FormValues({"n": [typed]}).count("n", 40) == meant


def test_number_without_end_is_the_most_sealed_codes(service: Any, browser: Browser) -> None:
    page = recognised(service, browser(), acting_for(service, "c15", Role.HR))
    assert page.post(f"{URL}/add/sealed", data={"sealed": HUGE}).headers["location"].endswith("/list")
    assert page.post(f"{URL}/list/drop").status_code == 303
    assert send_file(page, SPREADSHEET.content, seen=HUGE).status_code == 303


@pytest.mark.parametrize("version", [HUGE, "9" * 50])
def test_number_without_end_is_no_version_of_the_fees(browser: Browser, version: str) -> None:
    answer = browser("director").post("/staff/renewals/fees", data={**FEES, "version": version})
    assert answer.status_code == 409


def test_number_without_end_in_the_api_is_refused(browser: Browser) -> None:
    desk = browser("director")
    known = desk.get("/api/staff/fees").json()
    answer = desk.put("/api/staff/fees", json={**known["fees"], "version": int("9" * 30)})
    assert answer.status_code in (409, 422)


@pytest.mark.parametrize("field", ["shown_total", "q.car.non_member"])
def test_number_without_end_in_a_signup_is_answered(browser: Browser, field: str) -> None:
    visitor = browser()
    typed = {**TYPED, **hidden(visitor.get(FORM).text), field: HUGE}
    assert visitor.post(FORM, data=typed).status_code in (409, 422)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_day_that_nobody_means_is_no_day_of_renewals(browser: Browser, day: str) -> None:
    desk = browser("coordinator")
    assert desk.get(f"/api/staff/renewals?ends={day}").status_code == 422
    assert desk.get(f"/staff/renewals?ends={day}").status_code == 200
