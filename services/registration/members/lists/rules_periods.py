"""What a list says of a membership beside the periods that are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
FOREVER = date.max


@dataclass(frozen=True, order=True)
class Period:
    """Days of membership; without an end while it lasts."""

    starts: date
    ends: date | None = None

    @property
    def last(self) -> date:
        return self.ends or FOREVER

    def as_text(self) -> str:
        return f"{self.starts.isoformat()}/{self.ends.isoformat() if self.ends else ''}"

    @classmethod
    def of_text(cls, text: str) -> "Period":
        starts, _, ends = text.partition("/")
        return cls(date.fromisoformat(starts), date.fromisoformat(ends) if ends else None)


class Overlapping(ValueError):
    """The period says of days that are known something that cannot be added to them."""


def said_period(since: str, until: str) -> Period | None:
    """The period of a row. Its end alone: the year that ends so."""
    ends = date.fromisoformat(until) if until else None
    if since:
        return Period(date.fromisoformat(since), ends)
    return Period(_a_year_before(ends), ends) if ends else None


def _a_year_before(ends: date) -> date:
    following = ends + ONE_DAY
    try:
        return following.replace(year=following.year - 1)
    except ValueError:  # The 29th of February.
        return following.replace(year=following.year - 1, day=28)


def missing(known: Sequence[Period], said: Period) -> Period | None:
    """What of a period is not known yet; None when every day of it is. Raises Overlapping when that is more than one
    stretch of days, or lies across one that is known."""
    rest = [said]
    for period in known:
        rest = [part for one in rest for part in _without(one, period)]
    if len(rest) > 1:
        raise Overlapping()
    return rest[0] if rest else None


def _without(one: Period, other: Period) -> list[Period]:
    if other.starts > one.last or other.last < one.starts:
        return [one]
    left = []
    if one.starts < other.starts:
        left.append(Period(one.starts, other.starts - ONE_DAY))
    if other.last < one.last:
        left.append(Period(other.last + ONE_DAY, one.ends))
    return left
