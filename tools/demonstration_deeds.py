"""When everything happens in the demonstration."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Json = dict[str, Any]
OPENS, PAYS_AFTER = 9, timedelta(days=3)


@dataclass(frozen=True)
class Deed:
    """Something that happens: `n` is the place of a signup in the row of its party."""

    at: datetime
    what: str
    party: Json
    n: int


def deeds(parties: list[Json], now: datetime) -> Iterator[Deed]:
    """When everything happens, at hours when people are at work."""
    morning = now.replace(hour=OPENS + 5, minute=0, second=0, microsecond=0)  # UTC.
    for party in parties:
        first, last = party["days"]
        count = len(party["size"])
        for n in range(count):
            days = first - (first - last) * n // max(1, count - 1)
            at = min(morning - timedelta(days=days, minutes=-37 * n), now - timedelta(minutes=20 - n))
            yield Deed(at, "cover" if party.get("covers") else "sign_up", party, n)
            if party.get("paid") and n % party["paid"] == 0 and at + PAYS_AFTER < now:
                yield Deed(at + PAYS_AFTER, "pay", party, n)
            for what, key in (("cancel", "cancelled"), ("withdraw", "withdrawn")):
                if party.get(key) == n:
                    yield Deed(min(at + PAYS_AFTER * 2, now), what, party, n)
            if party.get("arrives"):
                yield Deed(now - timedelta(days=6, minutes=-n), "arrive", party, n)
