"""Hours that a day does not have: in spring, clocks go forward over some of them.

Written down, such an hour would be another one in the database, and every page would show that one instead.
"""

from collections.abc import Iterator
from datetime import datetime

from kit.clock import from_wall, local
from kit.contracts.problems import Where
from registration.catalog.sections.schemas import Dates


def is_skipped(wall: datetime, zone: str) -> bool:
    """Whether the clocks of a zone never show this."""
    return local(from_wall(wall, zone), zone).replace(tzinfo=None) != wall


def skipped(dates: Dates, zone: str) -> Iterator[tuple[Where, str]]:
    """Where such an hour stands among the dates of an activity."""
    for name in ("starts", "ends", "sale_opens", "sale_closes", "names_due"):
        wall = getattr(dates, name)
        if wall and is_skipped(wall, zone):
            yield (name,), "problem.hour_skipped"
    for index, session in enumerate(dates.sessions):
        for name, wall in zip(("starts", "ends"), session.span, strict=True):
            if is_skipped(wall, zone):
                yield ("sessions", index, name), "problem.hour_skipped"
    for index, line in enumerate(dates.agenda):
        if is_skipped(line.at, zone):
            yield ("agenda", index, "at"), "problem.hour_skipped"
