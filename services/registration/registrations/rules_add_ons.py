"""Which of the people of a registration an add-on is for. A unit goes back with the person it is for."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AddOnRow:
    """So many units of an add-on's line, for one attendee."""

    line_id: uuid.UUID
    attendee_id: uuid.UUID
    registration_id: uuid.UUID
    units: int


def in_order(units: int, people: int) -> list[int]:
    """How many each has when nobody said whom they are for: one each in order, and round again."""
    each, more = divmod(units, people)
    return [each + (number < more) for number in range(people)]
