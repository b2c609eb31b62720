"""What an entry of the history may say about a field, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

# A value that JSON can hold. A moment is stored as its ISO text, and the name of its field ends in `_at`.
Stored = str | int | Sequence[str] | None
Value = Stored | datetime

# Actions whose entries say names, addresses, telephones, answers or notes: they are forgotten with the people they are
# of.
NAMING = (
    "registration.contact_corrected",
    "registration.attendee_corrected",
    "registration.attendee_replaced",
    "registration.attendee_named",
    "registration.cancelled",
    "registration.attendees_cancelled",
    "registration.answers_changed",
    "registration.billing_corrected",
    "registration.note_changed",
    "registration.signed_up_by_staff",
)

# The confidential answers of an activity left in a file: every registration's history says so.
TAKEN_AWAY = "activity.answers_exported"

# What no person does: the clock, a payment that came, mail that came back.
BY_ITSELF = (
    "registration.expired",
    "registration.choice_by_default",
    "registration.invoiced",
    "registration.paid",
    "registration.paid_without_room",
    "registration.partly_paid",
    "registration.payment_reversed",
    "registration.credited",
    "registration.refunded",
    "registration.refund_failed",
    "activity.answers_erased",
    "activity.not_published",
    "message.failed",
    "plan.covered",
)


class Change(NamedTuple):
    """A field before and after an action; None or an empty text where there was nothing."""

    before: Value
    after: Value


@dataclass(frozen=True)
class FieldChange:
    """One changed field as an entry stores it."""

    field: str
    old: Stored
    new: Stored


def stored(value: Value) -> Stored:
    """The value as JSON keeps it."""
    return value.isoformat() if isinstance(value, datetime) else value
