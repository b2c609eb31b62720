"""A clock that stands still until told otherwise."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Wednesday 2027-02-17 at noon in Saguenay, in the sample's open season."""

    def __init__(self, now: datetime = datetime(2027, 2, 17, 17, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        """`advance(minutes=31)`: as `timedelta`."""
        self.now += timedelta(**span)

    def set(self, now: datetime) -> None:
        self.now = now
