"""Tickets: what a QR says can be read by whoever made it, and by nobody else."""

import uuid

import pytest

from kit.errors import NotFound
from registration.links import Links, read_ticket, ticket_code

SECRET = "a key of tickets"
ID = uuid.UUID("018f0000-0000-7000-8000-000000000001")


@pytest.mark.parametrize("code", ["", "é", "é" * 24, "\udcff", "A" * 24, "x" * 10_000])
def test_ticket_that_is_none_of_ours_is_refused_and_no_bug(code: str) -> None:
    with pytest.raises(NotFound):
        read_ticket(SECRET, code)


def test_ticket_outlives_a_key_being_replaced_and_ends_with_it() -> None:
    code = ticket_code("old", ID, 3)
    assert read_ticket("new,old", code) == read_ticket("new,old", code.lower()) == (ID, 3)
    with pytest.raises(NotFound):
        read_ticket("new", code)


CANADA = str.maketrans("/:", "é;")
FRANCE = str.maketrans("aqzwm/:234567", "qawz,!Mé\"'(-è")
GERMANY = str.maketrans("yz/:", "zy-Ö")


@pytest.mark.parametrize("keyboard", [{}, CANADA, FRANCE, GERMANY], ids=["none", "canada", "france", "germany"])
@pytest.mark.parametrize("version", [1, 2, 300])
def test_ticket_typed_by_a_scanner_is_read_on_any_keyboard(keyboard: dict[int, int], version: int) -> None:
    links = Links(f"https://{'inscriptions.' * 12}example.org", SECRET)
    for number in range(20):
        attendee = uuid.UUID(int=ID.int + number * 7_919)
        typed = links.ticket(attendee, version).lower().translate(keyboard)
        for as_typed in (typed, typed.upper(), typed + "\n"):
            assert links.read_ticket(as_typed) == (attendee, version)


def test_ticket_of_another_key_stays_unknown_on_every_keyboard() -> None:
    typed = Links("https://example.org", "another key").ticket(ID, 1).lower()
    for keyboard in ({}, CANADA, FRANCE, GERMANY):
        with pytest.raises(NotFound):
            Links("https://example.org", SECRET).read_ticket(typed.translate(keyboard))
