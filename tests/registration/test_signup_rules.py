"""Decisions of a signup, of what may change afterwards and of what a cancellation keeps, by themselves."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.contracts import Bilingual
from kit.money import TaxClass
from kit.text import fold
from registration.catalog.offers.rules_activity import CancellationStep, keep_percent
from registration.catalog.offers.rules_questions import Option, Per, QuestionOffer, QuestionType, ShowIf
from registration.catalog.rules import NO_CODE, CodeEffect, NotOffered, PriceOption, best_price, lowered
from registration.changes.rules import is_open, is_replacement, may_change_until
from registration.registrations.rules import RegistrationStatus, may_confirm
from registration.registrations.rules_answers import answer_problem, is_asked

NOON = datetime(2027, 5, 20, 16, 0, tzinfo=UTC)


OPTIONS = tuple(Option(key, Bilingual(fr=key)) for key in ("boeuf", "sau", "veg"))


def asked(of: str, required: bool = False, max_choices: int = 0) -> QuestionOffer:
    """A question as rules see it."""
    label, options = Bilingual(fr="Question"), OPTIONS
    return QuestionOffer(uuid.uuid4(), "q", Per.ATTENDEE, QuestionType(of), required, label, options, max_choices)


@pytest.mark.parametrize(
    ("show_if", "asked"),
    [
        ({}, True),
        ({"products": ["golf-ind"]}, True),
        ({"products": ["golf-quat"]}, False),
        ({"question": "q-repas", "is": ["veg", "sau"]}, True),
        ({"question": "q-repas", "is": ["boeuf"]}, False),
        ({"question": "q-extras", "is": ["b"]}, True),
        ({"question": "q-extras", "is": ["c"]}, False),
        ({"question": "q-none", "is": ["a"]}, False),
        ({"products": ["golf-ind"], "question": "q-repas", "is": ["veg"]}, True),
        ({"products": ["golf-quat"], "question": "q-repas", "is": ["veg"]}, False),
    ],
)
def test_question_is_asked_under_its_conditions(show_if: dict[str, Any], asked: bool) -> None:
    assert (
        is_asked(ShowIf.of(show_if), {"golf-ind", "golf-souper"}, {"q-repas": "veg", "q-extras": ["a", "b"]}) is asked
    )


@pytest.mark.parametrize(
    ("question", "value", "problem"),
    [
        (asked("text"), "", None),
        (asked("text", required=True), "", "problem.required"),
        (asked("choices", required=True), [], "problem.required"),
        (asked("text"), "x" * 1000, None),
        (asked("text"), "x" * 1001, "problem.too_long"),
        (asked("choice"), "veg", None),
        (asked("choice"), "foin", "problem.choice"),
        (asked("choices"), ["veg", "sau"], None),
        (asked("choices"), ["veg", "foin"], "problem.choice"),
        (asked("choices", max_choices=1), ["veg", "sau"], "problem.too_many"),
        (asked("choices", max_choices=2), ["veg", "sau"], None),
        (asked("number"), "12", None),
        (asked("number"), "1\u00a0304,5", None),
        (asked("number"), "douze", "problem.number"),
        (asked("date"), "2027-02-28", None),
        (asked("date"), "2027-02-29", "problem.date"),
        (asked("date"), "hier", "problem.date"),
        (asked("yes_no"), "yes", None),
        (asked("yes_no"), "peut-être", "problem.choice"),
    ],
)
def test_answer_is_accepted_or_its_problem_named(question: QuestionOffer, value: Any, problem: str | None) -> None:
    assert answer_problem(question, value) == problem


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (asked(kind), value)
        for kind in ("choice", "number", "date", "yes_no", "text")
        for value in (["veg"], ["x" * 2000])
    ]
    + [
        (asked("choices"), "veg"),
        (asked("choices"), ["veg", "veg"]),
        (asked("number"), "NaN"),
        (asked("number"), "1e999"),
        (asked("number"), "Infinity"),
        (asked("number"), "1_000"),
        (asked("number"), "1e5"),
        (asked("number"), "١٢"),
        (asked("date"), "2027-W23-4"),
        (asked("date"), "20270610"),
    ],
)
def test_answer_of_another_shape_is_a_problem_and_no_bug(question: QuestionOffer, value: Any) -> None:
    """The API takes a word or a list for any question; which one fits is for the question to say."""
    assert answer_problem(question, value) is not None


def rule(*steps: tuple[float | None, int]) -> list[CancellationStep]:
    """(days from noon, percent kept)."""
    return [CancellationStep(None if days is None else NOON + timedelta(days=days), percent) for days, percent in steps]


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        ([(1, 0), (2, 50)], 0),
        ([(0, 0), (2, 50)], 0),
        ([(-1, 0), (2, 50)], 50),
        ([(-2, 0), (-1, 50)], 100),
        ([(-1, 0), (None, 25)], 25),
        ([], 100),
    ],
)
def test_amount_kept_follows_the_day_of_the_cancellation(steps: list[tuple[float | None, int]], kept: int) -> None:
    assert keep_percent(rule(*steps), NOON) == kept


deadlines = st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 100)), max_size=5).map(
    lambda steps: list(zip(sorted(day for day, _ in steps), sorted(kept for _, kept in steps), strict=True))
)


@given(deadlines, st.integers(-60, 60), st.integers(0, 60))
def test_amount_kept_never_falls_by_waiting(steps: list[tuple[int, int]], day: int, wait: int) -> None:
    now = NOON + timedelta(days=day)
    early, late = (keep_percent(rule(*steps), moment) for moment in (now, now + timedelta(days=wait)))
    assert 0 <= early <= late <= 100


def test_names_change_until_the_deadline_else_until_it_starts() -> None:
    due, starts = NOON, NOON + timedelta(days=3)
    assert (may_change_until(due, starts), may_change_until(None, starts), may_change_until(None, None)) == (
        due,
        starts,
        None,
    )
    assert is_open(due, NOON) and is_open(None, NOON) and not is_open(due, NOON + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("before", "after", "another"),
    [
        ("", "Rosalie Deux-Rives", False),
        ("Rosalie Côté", "ROSALIE Cote", False),
        ("Rosalie Deux-Rives", "Rose Deux-Rives", True),
        ("Rosalie", "", True),
    ],
)
def test_name_that_differs_is_another_person(before: str, after: str, another: bool) -> None:
    assert is_replacement(fold(before), fold(after)) is another


def test_payment_by_status_and_room_has_its_outcome() -> None:
    assert {status.value: may_confirm(status) for status in RegistrationStatus} == {
        "held": "confirm",
        "expired": "retake",
        "confirmed": "nothing",
        "cancelled": "nothing",
    }


def price(key: str, amount: int, least: int = 1, until: datetime | None = None) -> PriceOption:
    return PriceOption(key, "member", "online", amount, TaxClass.TAXABLE, Bilingual(fr=key), until, least, {}, "4410")


def test_price_is_the_lowest_that_fits_the_number_and_the_day() -> None:
    """ef2 of the sample: 795.00, or 735.00 for three and more; an early bird ends with its last minute."""
    prices = [price("ef2-m", 79500), price("ef2-m3", 73500, least=3), price("eb", 70000, least=9, until=NOON)]

    def best(quantity: int, now: datetime = NOON) -> str:
        return best_price(prices, "member", quantity, now, "online", NO_CODE).key

    assert [best(1), best(2), best(3), best(9), best(9, NOON + timedelta(seconds=1))] == [
        "ef2-m",
        "ef2-m",
        "ef2-m3",
        "eb",
        "ef2-m3",
    ]
    with pytest.raises(NotOffered):
        best_price(prices[1:], "member", 2, NOON, "online", NO_CODE)
    with pytest.raises(NotOffered):
        best_price(prices, "non_member", 1, NOON, "online", NO_CODE)


@given(st.integers(0, 1_000_000), st.integers(0, 100))
def test_code_discount_is_never_more_than_its_part(amount: int, percent: int) -> None:
    after = lowered(amount, CodeEffect(percent_off=percent))
    assert 0 <= after <= amount
    assert abs(after - amount * (100 - percent) / 100) <= 0.5
