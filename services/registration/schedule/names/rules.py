"""When the contact is reminded of names to give, and when that says nothing any more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from registration.catalog.rules import ActivityStatus
from registration.registrations.rules import RegistrationStatus
from registration.schedule.rules import Reason

# How many days before the last one.
DAYS = (7, 3, 1)
JUST_TOLD = timedelta(days=1)


class NamesReason(StrEnum):
    """Why nobody is reminded of names."""

    ALL_NAMED = "all_named"
    CANCELLED = "cancelled"
    NOT_HELD = "not_held"  # The activity was called off, postponed or withdrawn.
    OVER = "over"  # The last moment to give them has passed.


@dataclass(frozen=True)
class Unnamed:
    """A registration: how many of its people have no name, until when they may be given one, and whether its contact
    can be written to."""

    status: RegistrationStatus
    activity: ActivityStatus
    until: datetime | None
    people: int
    has_address: bool


def useless(found: Unnamed, now: datetime) -> str:
    """Why its contact is not reminded; empty: they are."""
    if found.status is not RegistrationStatus.CONFIRMED:
        return NamesReason.CANCELLED
    if found.activity is not ActivityStatus.PUBLISHED:
        return NamesReason.NOT_HELD
    if found.until is None:
        return Reason.NO_DATE
    if found.until <= now:
        return NamesReason.OVER
    if found.people == 0:
        return NamesReason.ALL_NAMED
    return "" if found.has_address else Reason.NO_ADDRESS
