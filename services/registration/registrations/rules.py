"""The states of a registration and of its places, what may follow which, and what a line takes."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from kit.errors import Refusal
from kit.text import fold


class RegistrationStatus(StrEnum):
    """held → confirmed → cancelled, or held → expired (and, paid too late with room left, expired → confirmed)."""

    HELD = "held"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class AttendeeStatus(StrEnum):
    """A place is active until it is given back; replacing the person keeps the place."""

    ACTIVE = "active"
    CANCELLED = "cancelled"


class SoldOut(Refusal):
    """Fewer places are left than were asked for."""


class CodeUsedUp(Refusal):
    """The code has served as many times as it may."""


class TooLate(Refusal):
    """The deadline for this change is over."""


class NotInThisState(Refusal):
    """The registration is not in a state where this can be done."""


class NothingToCancel(Refusal):
    """Everything named was cancelled already."""


def keep_percent(rules: Sequence[Mapping[str, Any]], now: datetime) -> int:
    """The part the activity's rule keeps when cancelling now: 0 (full refund) to 100 (none), domain.md J3."""
    for rule in rules:
        if rule["until"] is None or now <= datetime.fromisoformat(rule["until"]):
            return int(rule["keep_percent"])
    return 100


def may_confirm(status: RegistrationStatus) -> str:
    """What a payment does: `confirm` a held one, `retake` the places of an expired one, or `nothing`.

    A cancelled one was confirmed: what goes back was decided then, and a cheque that crossed it changes nothing of it.
    """
    return {
        RegistrationStatus.HELD: "confirm",
        RegistrationStatus.EXPIRED: "retake",
        RegistrationStatus.CONFIRMED: "nothing",
        RegistrationStatus.CANCELLED: "nothing",
    }[status]


Row = dict[str, Any]


def takes_of(lines: list[Row], resources: Mapping[str, uuid.UUID]) -> list[tuple[uuid.UUID, int]]:
    """Units of each resource that lines take, in id order so that two signups never wait for each other in a ring."""
    wanted: dict[uuid.UUID, int] = {}
    for line in lines:
        for key, count in line["uses"].items():
            if key in resources:
                units = count * (line["quantity"] - line["cancelled"])
                wanted[resources[key]] = wanted.get(resources[key], 0) + units
    return sorted((resource, units) for resource, units in wanted.items() if units > 0)


def names(first: str, last: str, email: str, company: str, code: str) -> Row:
    """The columns that follow an attendee's name."""
    search = fold(f"{first} {last} {company} {email} {code.replace('-', '')}")
    return {
        "first_name": first,
        "last_name": last,
        "email": email,
        "sort_name": fold(f"{last} {first}"),
        "search": search,
    }
