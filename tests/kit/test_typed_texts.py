"""Texts as people type and paste them: what shows nothing counts for nothing; numbers and days are read strictly."""

from datetime import date
from decimal import Decimal

import pytest

from kit.contracts.texts import day, number, seen

UNSEEN = ["", " ", "\u00a0", "\u200b", "\u2060", "\u00ad", "\u2800", "\u3164", "\u115f", "\uffa0", "\ufeff", "\ufe0f"]


@pytest.mark.parametrize("text", [*UNSEEN[:-1], "".join(UNSEEN[:-1]), "\u200b \u2800\n", "\u202e", "\x00"])
def test_text_of_nothing_visible_is_empty(text: str) -> None:
    assert seen(text) == ""


@pytest.mark.parametrize("text", ["a", "李", "Ève\u00a0B", "👩\u200d👧", "❤\ufe0f", "می\u200cخواهم", "0", "-"])
def test_text_that_can_be_seen_is_left_as_it_is(text: str) -> None:
    assert seen(text) == text
    assert seen(f"\u200b {text}\u00a0\u2060") == text


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x85", "\u202e", "\u202a", "\u2066", "\u2069"])
def test_control_inside_a_text_is_taken_out(control: str) -> None:
    assert seen(f"Zo{control}é") == "Zoé"
    assert seen("une ligne\net\tune autre") == "une ligne\net\tune autre"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        ("1 304,5", "1304.5"),
        ("1\u00a0304,5", "1304.5"),
        ("-3.25", "-3.25"),
        ("\u22123", "-3"),
        ("+7", "7"),
    ],
)
def test_number_is_read_as_people_write_it(text: str, value: str) -> None:
    assert number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "1_000", "1e5", "١٢", "１２", "NaN", "Infinity", "0x1F", "1 2", "1,2,3", ".5", "5.", "--1", "9" * 31]
)
def test_number_that_only_a_program_would_read_is_none(text: str) -> None:
    assert number(text) is None


def test_day_is_read_as_a_form_sends_it() -> None:
    assert day("2027-06-10") == date(2027, 6, 10)


@pytest.mark.parametrize(
    "text", ["", "2027-W23-4", "20270610", "2027-6-10", "2027-02-29", "٢٠٢٧-٠٦-١٠", "2027-06-10T00:00"]
)
def test_day_written_otherwise_is_none(text: str) -> None:
    assert day(text) is None
