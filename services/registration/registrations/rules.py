"""The states of a registration and of its places, what may follow which, and what a line takes."""

from enum import StrEnum

from kit.errors import Refusal


class RegistrationStatus(StrEnum):
    """held → confirmed → cancelled, or held → expired (and, paid too late with room left, expired → confirmed)."""

    HELD = "held"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


# Those that hold their places.
STANDING = (RegistrationStatus.HELD, RegistrationStatus.CONFIRMED)


class AttendeeStatus(StrEnum):
    """A place is active until it is given back; replacing the person keeps the place."""

    ACTIVE = "active"
    CANCELLED = "cancelled"


# The channel of what staff sign up by telephone.
BY_STAFF = "telephone"


class SoldOut(Refusal):
    """Fewer places are left than were asked for."""


class TooLate(Refusal):
    """The deadline for this change is over."""


class NotInThisState(Refusal):
    """The registration is not in a state where this can be done."""


class NothingToCancel(Refusal):
    """Everything named was cancelled already."""


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
