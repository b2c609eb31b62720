"""What places may be reserved, and what keeps a reservation from being changed."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from kit.contracts.base import YEARS
from kit.contracts.texts import LINE
from kit.errors import InvalidInput, Refusal

MOST_UNITS = 100_000


class NotEnoughLeft(Refusal):
    """Fewer units are left of the resource than would be reserved: `left`."""


class AllotmentBelowTaken(Refusal):
    """Fewer units cannot be reserved than were taken of them: `taken`."""


class AllotmentReleased(Refusal):
    """These places are no longer reserved."""


@dataclass(frozen=True)
class Reserving:
    """How many units are kept, under what name, until when (UTC; None: until staff release them)."""

    label: str
    units: int
    release_at: datetime | None = None


@dataclass(frozen=True)
class Beneficiary:
    """Who takes from reserved places: whoever has a code, or one company's people. Neither: nobody online, and staff
    release them when they know."""

    code_id: uuid.UUID | None = None
    company_id: uuid.UUID | None = None


NOBODY_ONLINE = Beneficiary()


def check(new: Reserving, now: datetime) -> None:
    """Raises InvalidInput: no name or a long one, no units or too many, a release that is over already."""
    wrong = dict(_problems(new, now))
    if wrong:
        raise InvalidInput(wrong)


def _problems(new: Reserving, now: datetime) -> Iterator[tuple[str, str]]:
    if not new.label.strip():
        yield "label", "problem.required"
    elif len(new.label) > LINE:
        yield "label", "problem.line_too_long"
    if not 1 <= new.units <= MOST_UNITS:
        yield "units", "problem.allotment_units"
    if new.release_at is not None and new.release_at <= now:
        yield "release_at", "problem.allotment_past"
    if new.release_at is not None and new.release_at.year not in YEARS[:-1]:
        # The last hours of the last year are the next one's elsewhere.
        yield "release_at", "problem.day_far"
