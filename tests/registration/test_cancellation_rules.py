"""What goes back when people leave, whole or in part, and what a rule keeps of it: by themselves."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.refunds.rules import Creditable, Part, credit_units
from registration.changes.rules import kept_amount, units_given_back
from registration.registrations.rules import (
    AttendeeStatus,
    NothingToCancel,
)
from registration.registrations.rules_add_ons import AddOnRow, in_order
from registration.registrations.rules_rows import AttendeeRow, LineRow
from tests import rows

# Lines: (quantity, people per unit, price in cents); a line without people is an add-on.
orders = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from([0, 1, 1, 4]), st.integers(0, 90_000)), min_size=1, max_size=4
)


def registered(order: list[tuple[int, int, int]]) -> tuple[list[LineRow], list[AttendeeRow], list[AddOnRow]]:
    lines = [
        rows.line(n, quantity=quantity, attendees=brings, unit_amount=price)
        for n, (quantity, brings, price) in enumerate(order)
    ]
    people = [
        rows.attendee(n, place, brings)
        for n, (quantity, brings, _) in enumerate(order)
        for place in range(quantity * brings)
    ]
    add_ons = [
        AddOnRow(line_id=line.id, attendee_id=person.id, registration_id=rows.NOWHERE, units=units)
        for line in lines
        if not line.attendees and people
        for person, units in zip(people, in_order(line.quantity, len(people)), strict=True)
        if units
    ]
    return lines, people, add_ons


@given(st.integers(0, 40), st.integers(1, 40))
def test_add_ons_in_order_are_all_shared_out_as_evenly_as_they_go(units: int, people: int) -> None:
    shares = in_order(units, people)
    assert sum(shares) == units and len(shares) == people
    assert shares == sorted(shares, reverse=True) and shares[0] - shares[-1] <= 1


@given(orders, st.integers(0, 100), st.randoms(use_true_random=False))
def test_units_leaving_one_by_one_give_back_what_leaving_together_does(
    order: list[tuple[int, int, int]], percent: int, chance: Any
) -> None:
    lines, people, add_ons = registered(order)
    if not people:
        return
    together = units_given_back(lines, people, add_ons, {person.id for person in people})
    assert together == {line.id: line.quantity for line in lines}, "all goes back, add-ons too"
    whole = kept_amount(together, lines, percent)
    total = sum(line.unit_amount * line.quantity for line in lines)
    assert 0 <= whole <= total and abs(whole - total * percent / 100) <= 0.5 * len(lines), "a cent a line"
    given: dict[uuid.UUID, int] = {}
    leaving = list(people)
    chance.shuffle(leaving)
    for person in leaving:
        back = units_given_back(lines, people, add_ons, {person.id})
        people = [replace(p, status=AttendeeStatus.CANCELLED) if p.id == person.id else p for p in people]
        lines = [replace(line, cancelled=line.cancelled + back.get(line.id, 0)) for line in lines]
        for line_id, units in back.items():
            given[line_id] = given.get(line_id, 0) + units
    assert given == together


def test_foursome_last_of_four_leaving_frees_its_unit() -> None:
    lines, people, add_ons = registered([(2, 4, 74000), (3, 0, 1000)])
    first = {person.id for person in people if person.unit == 0}
    assert units_given_back(lines, people, add_ons, first - {rows.number(0, 3)}) == {rows.number(1): 3}
    assert units_given_back(lines, people, add_ons, first) == {rows.number(0): 1, rows.number(1): 3}


def test_add_on_goes_back_with_the_person_it_is_for() -> None:
    lines, people, _ = registered([(3, 1, 52500), (2, 0, 18000)])
    hers = {"line_id": rows.number(1), "registration_id": rows.NOWHERE}
    add_ons = [AddOnRow(attendee_id=people[n].id, units=1, **hers) for n in (1, 2)]
    assert units_given_back(lines, people, add_ons, {people[0].id}) == {rows.number(0): 1}
    assert units_given_back(lines, people, add_ons, {people[1].id}) == {rows.number(0): 1, rows.number(1): 1}
    both = {people[1].id, people[2].id}
    assert units_given_back(lines, people, add_ons, both) == {rows.number(0): 2, rows.number(1): 2}


def test_cancellation_with_nobody_left_is_refused() -> None:
    lines, people, add_ons = registered([(1, 1, 6500)])
    with pytest.raises(NothingToCancel):
        units_given_back(lines, people, add_ons, set())
    people = [replace(people[0], status=AttendeeStatus.CANCELLED)]
    with pytest.raises(NothingToCancel):
        units_given_back(lines, people, add_ons, {rows.number(0, 0)})


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
