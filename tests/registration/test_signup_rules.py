"""Decisions of a signup, of what may change afterwards and of what a cancellation keeps, by themselves."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.refunds.rules import Creditable, Part, credit_units
from kit.contracts import Bilingual
from kit.money import TaxClass
from kit.text import fold
from registration.catalog.offers.rules_activity import CancellationStep
from registration.catalog.offers.rules_questions import Option, Per, QuestionOffer, QuestionType, ShowIf
from registration.catalog.rules import NO_CODE, CodeEffect, NotOffered, PriceOption, best_price, lowered
from registration.changes.rules import is_open, is_replacement, kept_amount, may_change_until, units_given_back
from registration.registrations.rules import (
    AttendeeStatus,
    NothingToCancel,
    RegistrationStatus,
    keep_percent,
    may_confirm,
)
from registration.registrations.rules_answers import answer_problem, is_asked
from registration.registrations.rules_rows import AttendeeRow, LineRow
from tests import rows

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


# Lines: (quantity, people per unit, price in cents); a line without people is an add-on.
orders = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from([0, 1, 1, 4]), st.integers(0, 90_000)), min_size=1, max_size=4
)


def registered(order: list[tuple[int, int, int]]) -> tuple[list[LineRow], list[AttendeeRow]]:
    lines = [
        rows.line(n, quantity=quantity, attendees=brings, unit_amount=price)
        for n, (quantity, brings, price) in enumerate(order)
    ]
    people = [
        rows.attendee(n, place, brings)
        for n, (quantity, brings, _) in enumerate(order)
        for place in range(quantity * brings)
    ]
    return lines, people


@given(orders, st.integers(0, 100), st.randoms(use_true_random=False))
def test_units_leaving_one_by_one_give_back_what_leaving_together_does(
    order: list[tuple[int, int, int]], percent: int, chance: Any
) -> None:
    lines, people = registered(order)
    if not people:
        return
    together = units_given_back(lines, people, {person.id for person in people})
    assert together == {line.id: line.quantity for line in lines}, "all goes back, add-ons too"
    whole = kept_amount(together, lines, percent)
    total = sum(line.unit_amount * line.quantity for line in lines)
    assert 0 <= whole <= total and abs(whole - total * percent / 100) <= 0.5 * len(lines), "a cent a line"
    given: dict[uuid.UUID, int] = {}
    leaving = list(people)
    chance.shuffle(leaving)
    for person in leaving:
        back = units_given_back(lines, people, {person.id})
        people = [replace(p, status=AttendeeStatus.CANCELLED) if p.id == person.id else p for p in people]
        lines = [replace(line, cancelled=line.cancelled + back.get(line.id, 0)) for line in lines]
        for line_id, units in back.items():
            given[line_id] = given.get(line_id, 0) + units
    assert given == together


def test_foursome_last_of_four_leaving_frees_its_unit() -> None:
    lines, people = registered([(2, 4, 74000), (3, 0, 1000)])
    first = {person.id for person in people if person.unit == 0}
    assert units_given_back(lines, people, first - {rows.number(0, 3)}) == {}
    assert units_given_back(lines, people, first) == {rows.number(0): 1}


def test_cancellation_with_nobody_left_is_refused() -> None:
    lines, people = registered([(1, 1, 6500)])
    with pytest.raises(NothingToCancel):
        units_given_back(lines, people, set())
    people = [replace(people[0], status=AttendeeStatus.CANCELLED)]
    with pytest.raises(NothingToCancel):
        units_given_back(lines, people, {rows.number(0, 0)})


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


@given(
    lines=st.lists(st.tuples(st.integers(0, 200_001), st.integers(1, 12), st.integers(0, 12)), min_size=1, max_size=5),
    percent=st.integers(0, 100),
)
def test_amount_kept_in_the_sentence_is_what_billing_keeps(lines: list[tuple[int, int, int]], percent: int) -> None:
    mine = [rows.line(n, quantity=quantity, unit_amount=unit) for n, (unit, quantity, _) in enumerate(lines)]
    back = {n: min(quantity, leaving) for n, (_, quantity, leaving) in enumerate(lines)}
    kept = 0
    for n, (unit, quantity, _) in enumerate(lines):
        line = Creditable(str(n), quantity, Part(unit * quantity, 0, 0), 0, Part(0, 0, 0))
        kept += unit * back[n] - credit_units(line, back[n], percent).part.amount
    assert kept_amount({rows.number(n): units for n, units in back.items()}, mine, percent) == kept
