"""Refusals about the association's profile, and the periods of its own calendar."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from kit.errors import Busy


class ProfileUnknown(Busy):
    """Registration has not sent the association's profile yet: nothing can be billed in its name. Try again."""


# The years of which there may be books: nobody asks for others but by mistake.
FIRST_YEAR, LAST_YEAR = 2000, 2199


@dataclass(frozen=True)
class Period:
    """Days of the association's own calendar, both included: a payment on 31 March at 22 h belongs to March."""

    since: date
    until: date

    @classmethod
    def of_month(cls, year: int, month: int) -> Self:
        return cls(date(year, month, 1), _after(year, month, 1) - timedelta(days=1))

    @classmethod
    def of_quarter(cls, year: int, quarter: int) -> Self:
        """The calendar's own quarters, the first from January to March."""
        first = 3 * quarter - 2
        return cls(date(year, first, 1), _after(year, first, 3) - timedelta(days=1))

    @property
    def months(self) -> int:
        return 12 * (self.until.year - self.since.year) + self.until.month - self.since.month + 1

    @property
    def quarter(self) -> int:
        return (self.since.month + 2) // 3

    @property
    def next_since(self) -> date:
        """The first day after it."""
        return self.until + timedelta(days=1)

    @property
    def before(self) -> Self | None:
        """As many months before it; none before the first year."""
        since = _after(self.since.year, self.since.month, -self.months)
        return type(self)(since, self.since - timedelta(days=1)) if since.year >= FIRST_YEAR else None

    @property
    def after(self) -> Self | None:
        """As many months after it; none after the last year."""
        until = _after(self.next_since.year, self.next_since.month, self.months) - timedelta(days=1)
        return type(self)(self.next_since, until) if until.year <= LAST_YEAR else None


def _after(year: int, month: int, months: int) -> date:
    """The first day of the month so many months after that one."""
    years, rest = divmod(month - 1 + months, 12)
    return date(year + years, rest + 1, 1)
