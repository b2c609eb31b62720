"""The only place that reads the time. Everything is aware and UTC; an activity's zone is applied for display only."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of production. Tests pass their own to `create_app`."""
    return datetime.now(UTC)


def local(moment: datetime, zone: str) -> datetime:
    """The same moment on the wall clock of `zone`."""
    return moment.astimezone(ZoneInfo(zone))


def local_day(moment: datetime, zone: str) -> date:
    """The calendar day of `moment` in `zone`: a payment on 31 March at 22 h belongs to March."""
    return local(moment, zone).date()


def from_wall(wall: datetime, zone: str) -> datetime:
    """A wall-clock time of `zone` (naive) as UTC."""
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
