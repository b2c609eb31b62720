"""Which of the people of a registration an add-on is for. A unit goes back with the person it is for."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from registration.registrations.rules_rows import AttendeeRow, LineRow


@dataclass(frozen=True, kw_only=True)
class AddOnRow:
    """So many units of an add-on's line, for one attendee."""

    line_id: uuid.UUID
    attendee_id: uuid.UUID
    registration_id: uuid.UUID
    units: int


@dataclass(frozen=True)
class Bought:
    """What a registration takes: its lines, and whom the add-ons among them are for; `added`: options for its people
    that came with its confirmed amendments."""

    lines: Sequence[LineRow]
    add_ons: Sequence[AddOnRow] = ()
    added: "Bought | None" = None

    def of(self, attendee: AttendeeRow) -> list[tuple[LineRow, int]]:
        """The lines that one attendee takes part in, with how many units: their place first, then their add-ons."""
        mine = {share.line_id: share.units for share in self.add_ons if share.attendee_id == attendee.id}
        place = [(line, 1) for line in self.lines if line.id == attendee.line_id]
        return place + [(line, mine[line.id]) for line in self.lines if line.id in mine]

    def with_added(self, attendee: AttendeeRow) -> list[tuple[LineRow, int]]:
        """The same, with the options that were added since: what a ticket says."""
        return self.of(attendee) + (self.added.of(attendee) if self.added else [])


def in_order(units: int, people: int) -> list[int]:
    """How many each has when nobody said whom they are for: one each in order, and round again."""
    each, more = divmod(units, people)
    return [each + (number < more) for number in range(people)]
