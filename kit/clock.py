"""The only place that reads the time. Everything is aware and UTC; an activity's zone is applied for display only."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from kit.errors import Busy

Clock = Callable[[], datetime]
T = TypeVar("T")


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


class Remembered(Generic[T]):
    """What a read answered, kept for a few seconds, and for as long as it cannot be read again: the page that says
    so must still be drawn. For display only: nothing that decides may be remembered."""

    def __init__(self, read: Callable[[], T], clock: Clock, seconds: float) -> None:
        self._read, self._clock, self._life = read, clock, timedelta(seconds=seconds)
        self._memory: tuple[datetime, T] | None = None

    def __call__(self) -> T:
        now, memory = self._clock(), self._memory
        if memory is None or not memory[0] <= now < memory[0] + self._life:
            try:
                memory = (now, self._read())
            except Busy:
                if memory is None:
                    raise
                memory = (now, memory[1])
            self._memory = memory
        return memory[1]
