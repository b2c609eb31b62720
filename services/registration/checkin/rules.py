"""What the door answers to a ticket, a code or a name, as pure functions. Times are UTC.

An invoice that is not paid yet is welcome: domain.md J5 wants nothing red in front of guests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kit.errors import Refusal
from registration.catalog.offers.rules_activity import Point

# A training lists one point for all its sessions; each session then counts by itself.
EACH_SESSION = "chaque_seance"
SESSION_POINT = "seance-"
ENTRANCE = Point("accueil")
# Whoever sets up the day before may already let somebody in; an earlier arrival is a wrong clock.
BEFORE_THE_DOORS = timedelta(days=2)


class Outcome(StrEnum):
    """The one clear answer of the door."""

    WELCOME = "welcome"
    ALREADY = "already"
    NOT_CONFIRMED = "not_confirmed"
    CANCELLED = "cancelled"
    OTHER_ACTIVITY = "other_activity"
    REPLACED = "replaced"
    UNKNOWN = "unknown"


class UnknownPoint(Refusal):
    """The activity has no such check-in point."""

    status = 422


class ArrivalTooEarly(Refusal):
    """An arrival dated long before the activity: the clock of whoever sends it is wrong."""

    status = 422


class CheckInIdTaken(Refusal):
    """This check-in id was already used for somebody else or at another point."""


@dataclass(frozen=True)
class Place:
    """What decides at the door: one attendee's place as it stands. `ticket_version` is the one that is valid now."""

    activity_id: str
    attendee_status: str
    registration_status: str
    ticket_version: int


def verdict(place: Place | None, activity_id: str, shown_version: int | None) -> Outcome:
    """May this place enter? `shown_version` is the ticket's, None when a code or a name was given instead.

    WELCOME here means "may enter": whether the person is in already is for the database to say.
    """
    if place is None:
        return Outcome.UNKNOWN
    if place.activity_id != activity_id:
        return Outcome.OTHER_ACTIVITY
    if shown_version is not None and shown_version != place.ticket_version:
        return Outcome.REPLACED
    if "cancelled" in (place.attendee_status, place.registration_status):
        return Outcome.CANCELLED
    return Outcome.WELCOME if place.registration_status == "confirmed" else Outcome.NOT_CONFIRMED


def to_pay(method: str, total: int, credited: int, paid_at: datetime | None) -> bool:
    """Whether an invoice is still to be paid: shown discreetly, never a reason to stop anybody."""
    return method == "invoice" and paid_at is None and total > credited


def point_at(points: Sequence[Point], asked: str) -> str:
    """The check-in point meant: the activity's first one when none is named. Raises UnknownPoint."""
    if not asked:
        return points_of(points, 1)[0]
    keys = [point.key for point in points]
    by_session = EACH_SESSION in keys and asked.removeprefix(SESSION_POINT).isdigit()
    if asked in keys or (by_session and asked.startswith(SESSION_POINT)) or (not keys and asked == ENTRANCE.key):
        return asked
    raise UnknownPoint()


def points_of(points: Sequence[Point], sessions: int) -> list[str]:
    """The key of every point people are checked in at: an activity that names none has its entrance."""
    listed: list[str] = []
    for point in points or (ENTRANCE,):
        each = point.key == EACH_SESSION and sessions > 0
        listed += [f"{SESSION_POINT}{number}" for number in range(1, sessions + 1)] if each else [point.key]
    return listed


def moment_of(claimed: datetime | None, now: datetime, starts: datetime | None = None) -> datetime:
    """When the person arrived: a phone that was offline says so itself, but nobody arrives in the future, nor long
    before the doors of the activity open. Raises ArrivalTooEarly."""
    if claimed is None:
        return now
    if claimed < min(starts or now, now) - BEFORE_THE_DOORS:
        raise ArrivalTooEarly()
    return min(claimed, now)


def code_from_text(text: str) -> str:
    """An attendee's code as it is stored, from what was typed: no regard to case, spaces or dashes; O is 0, I and L
    are 1. Empty when this cannot be a code (eight characters, then the place's number)."""
    plain = "".join(letter for letter in text.upper() if letter.isalnum()).translate(str.maketrans("OIL", "011"))
    if not 9 <= len(plain) <= 11 or not plain.isascii() or not plain[8:].isdigit():
        return ""
    return f"{plain[:8]}-{int(plain[8:])}"


def points_now(points: Sequence[Point], ends: Sequence[datetime], now: datetime) -> list[str]:
    """The points worth offering now: of a training's sessions (by their ends, in order), the one under way or next."""
    listed = points_of(points, len(ends))
    coming = next((number for number, end in enumerate(ends, start=1) if now <= end), len(ends))
    return [p for p in listed if not p.startswith(SESSION_POINT) or p == f"{SESSION_POINT}{coming}"]
