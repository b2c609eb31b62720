"""The states of a registration and of its places, what may follow which, and what a line takes."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from kit.errors import Refusal
from registration.catalog.offers.rules_activity import CancellationStep


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


def keep_percent(steps: Sequence[CancellationStep], now: datetime) -> int:
    """The part the activity's rule keeps when cancelling now: 0 (full refund) to 100 (none), domain.md J3."""
    for step in steps:
        if step.until is None or now <= step.until:
            return step.keep_percent
    return 100


class OnPayment(StrEnum):
    """What a payment does: confirm a held one, take the places of an expired one again, or nothing."""

    CONFIRM = "confirm"
    RETAKE = "retake"
    NOTHING = "nothing"


def may_confirm(status: RegistrationStatus) -> OnPayment:
    """A cancelled one was confirmed: what goes back was decided then, and a cheque that crossed it changes nothing."""
    return {
        RegistrationStatus.HELD: OnPayment.CONFIRM,
        RegistrationStatus.EXPIRED: OnPayment.RETAKE,
        RegistrationStatus.CONFIRMED: OnPayment.NOTHING,
        RegistrationStatus.CANCELLED: OnPayment.NOTHING,
    }[status]
