"""Tickets: what a QR says can be read by whoever made it, and by nobody else."""

import uuid

import pytest

from kit.errors import NotFound
from registration.links import read_ticket, ticket_code

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
