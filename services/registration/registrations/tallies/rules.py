"""What an activity comes to, and what one registration is of it."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from registration.registrations.rules import AttendeeStatus, RegistrationStatus
from registration.registrations.rules_rows import AttendeeRow, RegistrationRow


@dataclass(frozen=True)
class Tally:
    """Confirmed registrations, the people they bring (`unnamed` of them without a name), what they come to with taxes
    and credits, and how much of it is on invoices that are not paid. Amounts are cents."""

    registrations: int = 0
    people: int = 0
    unnamed: int = 0
    expected: int = 0
    owed: int = 0

    def __bool__(self) -> bool:
        return any(astuple(self))

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(*(mine - theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


NOTHING = Tally()


def tally_of(registration: RegistrationRow, attendees: Iterable[AttendeeRow]) -> Tally:
    """What a registration with these people is of its activity's tally: nothing unless it is confirmed."""
    if registration.status is not RegistrationStatus.CONFIRMED:
        return NOTHING
    active = [attendee for attendee in attendees if attendee.status is AttendeeStatus.ACTIVE]
    left = registration.total - registration.credited
    unpaid = registration.method == "invoice" and registration.paid_at is None
    unnamed = sum(attendee.sort_name == "" for attendee in active)
    return Tally(1, len(active), unnamed, left, left if unpaid else 0)
