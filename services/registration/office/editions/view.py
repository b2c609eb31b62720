"""The two editions as thin lines: points of a drawing that is `WIDE` by `HIGH`, the most people at the top."""

from collections.abc import Sequence
from dataclasses import dataclass

from registration.office.editions.schemas import WeekBeside

WIDE, HIGH = 260, 80


@dataclass(frozen=True)
class Lines:
    """The points of both lines, as SVG takes them, and how many people the top stands for."""

    now: str
    before: str
    most: int


def lines(weeks: Sequence[WeekBeside]) -> Lines:
    """Both lines to one scale; of this edition, as far as it has come."""
    most = max([1, *(row.before for row in weeks), *(row.now or 0 for row in weeks)])
    now = [(place, row.now) for place, row in enumerate(weeks) if row.now is not None]
    before = [(place, row.before) for place, row in enumerate(weeks)]
    return Lines(_points(now, len(weeks), most), _points(before, len(weeks), most), most)


def _points(values: Sequence[tuple[int, int]], count: int, most: int) -> str:
    step = WIDE / max(count - 1, 1)
    return " ".join(f"{place * step:.1f},{HIGH - value * HIGH / most:.1f}" for place, value in values)
