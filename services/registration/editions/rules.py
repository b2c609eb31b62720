"""Two editions of an activity, week by week, at the same distance from their own first day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kit.contracts import Bilingual

# How many weeks before the first day the comparison begins.
WEEKS = 26
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class SoldRow:
    """How many units of a product are confirmed."""

    key: str
    label: Bilingual
    units: int


@dataclass(frozen=True)
class CountRow:
    """A resource of an edition: how much of it there was, and how much was taken."""

    key: str
    capacity: int
    taken: int


@dataclass(frozen=True)
class LastFigures:
    """What an edition came to, by the keys that its copy kept: units of each product, amounts in cents before tax."""

    day: date | None
    units: Mapping[str, int]
    amounts: Mapping[str, int]
    resources: tuple[CountRow, ...]


@dataclass(frozen=True)
class WeekRow:
    """So many weeks before the first day: how many people were registered by then; None: it is yet to come."""

    weeks_left: int
    now: int | None
    before: int


@dataclass(frozen=True)
class ProductRow:
    """A product of this edition with the units of it that are taken, and those of the edition before (None: it had no
    such product)."""

    key: str
    label: Bilingual
    now: int
    before: int | None


def bounds(starts: datetime) -> list[datetime]:
    """The ends of the weeks before a first day, the earliest first; the last one is the first day itself."""
    return [starts - WEEK * left for left in range(WEEKS, -1, -1)]


def weeks(now: Sequence[int], before: Sequence[int], starts: datetime, at: datetime) -> list[WeekRow]:
    """Both editions side by side, as of `at`. What this edition has by a week that is not over is not told yet, but
    for the week that is under way."""
    rows = []
    for left, (bound, mine, theirs) in zip(
        range(WEEKS, -1, -1), zip(bounds(starts), now, before, strict=True), strict=True
    ):
        rows.append(WeekRow(left, mine if bound - WEEK <= at else None, theirs))
    return rows


def products(now: Sequence[SoldRow], before: Sequence[SoldRow]) -> list[ProductRow]:
    """Each product of this edition beside the one of the same key."""
    units = {row.key: row.units for row in before}
    return [ProductRow(row.key, row.label, row.units, units.get(row.key)) for row in now]
