"""What billing and its payment gateway say to each other: shapes and refusals only, so that rules may read them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kit.errors import Refusal


class Outcome(StrEnum):
    """What Stripe says of a refund."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class Answered:
    """A reading of a refund at Stripe. `amount`: the cents it moves there; None where that is not known."""

    outcome: Outcome
    stripe_refund: str | None = None
    error: str = ""
    amount: int | None = None


@dataclass(frozen=True)
class RefundSeen:
    """A refund as Stripe lists it, in cents. `refund_id` is ours; None for one that was made there by hand."""

    stripe_refund: str
    outcome: Outcome
    amount: int
    refund_id: uuid.UUID | None = None
    error: str = ""

    @property
    def answered(self) -> Answered:
        return Answered(self.outcome, self.stripe_refund, self.error, self.amount)


class DisputeStatus(StrEnum):
    """Where a dispute stands: the bank waits for our answer, reads it, or has decided (*won*: the money is ours)."""

    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True)
class DisputeSeen:
    """A dispute as Stripe tells of it, in cents. `withdrawn` is what its movements took, less what they gave back."""

    stripe_dispute: str
    payment_intent: str
    status: DisputeStatus
    amount: int
    reason: str
    evidence_due_at: datetime | None
    movements: int
    withdrawn: int
    fees: int


@dataclass(frozen=True)
class ReturnsSeen:
    """All that Stripe took back of one payment, oldest first."""

    refunds: Sequence[RefundSeen]
    disputes: Sequence[DisputeSeen]


class PageStatus(StrEnum):
    """Stripe's word for the same."""

    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class CardNotOffered(Refusal):
    """This order is not paid by card, or the association takes no cards."""


class BelowCardMinimum(Refusal):
    """Stripe takes no card payment of so little: there is another way to pay, or somebody to ask."""


@dataclass(frozen=True)
class PageLine:
    """A line of the payment page."""

    name: str
    unit_amount: int
    quantity: int


@dataclass(frozen=True)
class PageRequest:
    """What a payment page shows. The same for the same committed row, because Stripe compares it with its key."""

    key: str
    order_id: uuid.UUID
    lang: str
    email: str
    lines: Sequence[PageLine]
    expires_at: datetime
    success_url: str
    cancel_url: str


@dataclass(frozen=True)
class Reading:
    """What Stripe says of a page: `amount` is what it asks, `received` what its payment intent got."""

    session_id: str
    status: PageStatus
    url: str
    order_id: str
    paid: bool
    amount: int
    received: int
    currency: str
    payment_intent: str | None


@dataclass(frozen=True)
class EventSeen:
    """The hint in a Stripe event. Nothing else of its payload is kept: it may hold personal data."""

    id: str
    type: str
    created: datetime
    object_id: str
    order_id: uuid.UUID | None
    refund_id: uuid.UUID | None
    payment_intent: str | None
    account: str | None
