"""What may be changed after a signup, until when, and what a cancellation gives back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kit.money import kept
from registration.registrations.rules import AttendeeStatus, NothingToCancel


def may_change_until(names_due: datetime | None, starts: datetime | None) -> datetime | None:
    """Names and answers may change until the activity's deadline, else until it starts."""
    return names_due or starts


def is_open(until: datetime | None, now: datetime) -> bool:
    return until is None or now <= until


def units_given_back(
    lines: Sequence[Mapping[str, Any]], attendees: Sequence[Mapping[str, Any]], leaving: set[Any]
) -> dict[Any, int]:
    """Units of each line that nobody is left to use: a foursome goes back when its four people have left.

    When everyone has left, add-ons go back too. Raises NothingToCancel when no active attendee is leaving.
    """
    staying = [a for a in attendees if a["status"] == AttendeeStatus.ACTIVE and a["id"] not in leaving]
    if not any(a["status"] == AttendeeStatus.ACTIVE and a["id"] in leaving for a in attendees):
        raise NothingToCancel()
    back: dict[Any, int] = {}
    for line in lines:
        used = len({a["unit"] for a in staying if a["line_id"] == line["id"]})
        standing = line["quantity"] - line["cancelled"]
        gone = standing - used if line["attendees"] else (0 if staying else standing)
        if gone > 0:
            back[line["id"]] = gone
    return back


def kept_amount(back: Mapping[Any, int], lines: Sequence[Mapping[str, Any]], percent: int) -> int:
    """What the rule keeps of the units given back, in cents before tax.

    As billing credits them: line by line, and it is the part that goes back which is rounded half up.
    """
    amounts = [line["unit_amount"] * back.get(line["id"], 0) for line in lines]
    return sum(amount - kept(amount, 100 - percent) for amount in amounts)


def is_replacement(was: str, now: str) -> bool:
    """Whether another person comes: somebody was named, and the name is another one. Both are folded names
    (`sort_name`): an accent or a capital put right is the same person, who keeps ticket and answers."""
    return bool(was) and was != now
