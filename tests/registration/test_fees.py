"""What a membership costs: the fee by size, the period, and fees that are saved over one another."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import InvalidInput
from kit.money import TaxClass
from registration.renewals.scale.rules import SHORTEST, Scale, Step, scale
from tests.registration.conftest import Browser

SAMPLE = Scale(
    starts_month=7,
    starts_day=1,
    due_days=30,
    steps=(Step(5, 22500), Step(20, 37500), Step(50, 60000), Step(None, 95000)),
    tax_class=TaxClass.EXEMPT,
    tax_to_confirm=True,
    gl_account="4010",
    reminder_days=(60, 30, 7),
    automatic=True,
)


@pytest.mark.parametrize(
    ("employees", "fee"),
    [(0, 22500), (5, 22500), (6, 37500), (20, 37500), (21, 60000), (50, 60000), (51, 95000), (140, 95000)],
)
def test_fee_follows_the_number_of_people(employees: int, fee: int) -> None:
    assert SAMPLE.fee(employees) == fee


@pytest.mark.parametrize(
    ("ended", "ends"),
    [
        (date(2027, 6, 30), date(2028, 6, 30)),
        (date(2027, 6, 15), date(2028, 6, 30)),
        (date(2026, 12, 31), date(2027, 6, 30) + timedelta(days=366)),
        (date(2026, 12, 1), date(2027, 6, 30)),
    ],
)
def test_period_follows_the_one_before_to_the_end_of_the_year(ended: date, ends: date) -> None:
    period = SAMPLE.period_after(ended)
    assert period.starts == ended + timedelta(days=1)
    assert period.ends == ends


days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(days, st.integers(1, 12), st.integers(1, 28))
def test_period_ends_on_the_eve_of_the_day_and_is_never_short(ended: date, month: int, day: int) -> None:
    period = Scale(**{**vars(SAMPLE), "starts_month": month, "starts_day": day}).period_after(ended)
    eve = period.ends + timedelta(days=1)
    assert (eve.month, eve.day) == (month, day)
    assert SHORTEST <= eve - period.starts < SHORTEST + timedelta(days=366)


@given(st.lists(st.integers(0, 200), min_size=2, max_size=2))
def test_fee_of_the_sample_never_falls_with_size(sizes: list[int]) -> None:
    small, large = sorted(sizes)
    assert SAMPLE.fee(small) <= SAMPLE.fee(large)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"starts_month": 2, "starts_day": 29}, "starts_day"),
        ({"starts_day": 0}, "starts_day"),
        ({"due_days": 400}, "due_days"),
        ({"gl_account": "  "}, "gl_account"),
        ({"reminder_days": ()}, "reminder_days"),
        ({"reminder_days": (60, 0)}, "reminder_days"),
        ({"steps": ()}, "steps"),
        ({"steps": (Step(5, 0), Step(None, 1))}, "steps[0].fee"),
        ({"steps": (Step(5, 100), Step(5, 200), Step(None, 300))}, "steps[1].most"),
        ({"steps": (Step(5, 100), Step(10, 200))}, "steps[1].most"),
    ],
)
def test_scale_that_cannot_be_is_refused_where_it_is_wrong(changed: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        scale(Scale(**{**vars(SAMPLE), **changed}))
    assert where in refused.value.problems


def test_scale_is_kept_in_order() -> None:
    kept = scale(Scale(**{**vars(SAMPLE), "reminder_days": (7, 60, 30, 7), "gl_account": " 4010 "}))
    assert kept == SAMPLE


def test_fees_are_saved_once_over_what_was_read(browser: Browser) -> None:
    client = browser("accountant")
    found = client.get("/api/staff/fees").json()
    body = {**found["fees"], "version": found["version"], "due_days": 45}
    saved = client.put("/api/staff/fees", json=body)
    assert (saved.status_code, saved.json()["fees"]["due_days"]) == (200, 45)
    again = client.put("/api/staff/fees", json={**body, "due_days": 60})
    assert (again.status_code, again.json()["code"]) == (409, "ScaleChanged")
    assert client.get("/api/staff/fees").json()["fees"]["due_days"] == 45


def test_fees_page_saves_and_gives_back_what_was_typed(browser: Browser) -> None:
    client = browser("director")
    page = client.get("/staff/renewals/fees").text
    assert 'value="225,00"' in page and 'value="60, 30, 7"' in page
    form = {
        "version": "1",
        "starts_month": "7",
        "starts_day": "1",
        "due_days": "30",
        "tax_class": "exempt",
        "gl_account": "4010",
        "reminder_days": "60 30 7",
        "automatic": "yes",
        "steps[0].most": "10",
        "steps[0].fee": "1 250,50 $",
        "steps[1].fee": "abc",
    }
    headers = {"sec-fetch-site": "same-origin"}
    refused = client.post("/staff/renewals/fees", data=form, headers=headers)
    assert refused.status_code == 422 and 'value="abc"' in refused.text and "plus grand que zéro" in refused.text
    saved = client.post("/staff/renewals/fees", data=form | {"steps[1].fee": "2000"}, headers=headers)
    assert saved.status_code == 303
    fees = client.get("/api/staff/fees").json()["fees"]
    assert fees["steps"] == [{"most": 10, "fee": 125050}, {"most": None, "fee": 200000}]
    assert fees["automatic"] is True and fees["tax_to_confirm"] is False
    assert "Cotisations changées" in client.get("/staff/renewals/fees").text


def test_door_sees_neither_fees_nor_renewals(browser: Browser) -> None:
    client = browser("door")
    assert client.get("/api/staff/fees").status_code == client.get("/api/staff/renewals").status_code == 403
