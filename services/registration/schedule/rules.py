"""What becomes of a letter that was planned, on the day it is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from kit.clock import from_wall

# The hour at which letters that wait for their day leave: when people are at work.
BY_DAY = time(9)
# How far ahead letters are planned, and how long what became of them is remembered: longer than anything is wanted.
AHEAD = timedelta(days=14)
KEPT = timedelta(days=400)
MOST_TRIES = 5


class PlannedState(StrEnum):
    """What became of a letter: it leaves once, or it is skipped and says why."""

    PLANNED = "planned"
    SENT = "sent"
    SKIPPED = "skipped"


class Reason(StrEnum):
    """Why a letter was skipped, whatever it is about; a rule has reasons of its own beside these."""

    OVERTAKEN = "overtaken"  # A later letter of the same rule about the same thing is due as well.
    NO_DATE = "no_date"  # What it counts its days to has no date any more.
    NO_ADDRESS = "no_address"
    TRIED_TOO_OFTEN = "tried_too_often"


@dataclass(frozen=True)
class Verdict:
    """What is done with a letter whose time has come: sent, put off `until` its day, or skipped for a reason."""

    skipped: str = ""
    until: datetime | None = None


SEND = Verdict()


def verdict(occurrence: str, due: Mapping[str, datetime], useless: str, now: datetime) -> Verdict:
    """`due`: when each letter of its rule about the same thing is to leave, by occurrence, as things stand now. Only
    the latest of those that are due together says anything; one whose day was moved waits for it."""
    if useless:
        return Verdict(skipped=useless)
    mine = due.get(occurrence)
    if mine is None:
        return Verdict(skipped=Reason.NO_DATE)
    if mine > now:
        return Verdict(until=mine)
    overtaken = any(mine < other <= now for other in due.values())
    return Verdict(skipped=Reason.OVERTAKEN) if overtaken else SEND


def days_before(last: date, days: int, zone: str) -> datetime:
    """So many days before a day, at the hour at which letters leave, in UTC."""
    return from_wall(datetime.combine(last - timedelta(days=days), BY_DAY), zone)
