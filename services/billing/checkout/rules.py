"""Visits to Stripe's page: when one may open, and what a reading of it means. Amounts are integer cents."""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum

from billing.orders.rules import OrderClosed, OrderStatus
from billing.payments.rules import AlreadyPaid
from billing.port import BelowCardMinimum, CardNotOffered, PageStatus, Reading
from kit.contracts import LEAST_BY_CARD
from kit.errors import Refusal

# Stripe accepts no page that ends in less than 30 minutes or more than a day; the margin covers clocks and a slow call.
SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=24)
MARGIN = timedelta(minutes=2)
# Until then a page whose creation was interrupted may be requested again with its key; later its end would be too near.
REPAIR = timedelta(seconds=60)


class CheckoutStatus(StrEnum):
    """*opening*: our row is committed, Stripe has not answered; *abandoned*: it never did, nobody has the address."""

    OPENING = "opening"
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"
    ABANDONED = "abandoned"


UNFINISHED = (CheckoutStatus.OPENING, CheckoutStatus.OPEN)


class NotOurs(Refusal):
    """Stripe sent an event that no order of ours explains. It is stored, and tried again later."""

    status = 404


def is_of_refunds(event_type: str) -> bool:
    """Whether an event of Stripe tells that money went back, or did not in the end."""
    return event_type.startswith(("refund.", "charge.refund"))


def is_of_disputes(event_type: str) -> bool:
    """Whether an event of Stripe tells that a card holder contests a payment."""
    return event_type.startswith("charge.dispute.")


def may_pay(status: OrderStatus, closing: bool, by_card: bool, owed: int) -> None:
    """Whether a payment page may open; an invoice that waits for money may always be paid by card. Raises AlreadyPaid,
    OrderClosed, CardNotOffered, BelowCardMinimum."""
    if status is OrderStatus.PAID:
        raise AlreadyPaid()
    if status is OrderStatus.VOID or closing:
        raise OrderClosed()
    if not by_card and status is OrderStatus.OPEN:
        raise CardNotOffered()
    if owed < LEAST_BY_CARD:
        raise BelowCardMinimum()


def ends_at(now: datetime, hold_until: datetime | None) -> datetime:
    """When a new page ends by itself: a backstop only, the hold's end expires it (design.md §4.3)."""
    hold = hold_until - now if hold_until else SHORTEST
    return (now + min(max(hold, SHORTEST) + MARGIN, LONGEST - MARGIN)).replace(microsecond=0)


def asked(amount: int, total: int) -> int:
    """What a page asks, in cents: the release before wrote no amount down, and asked the total of its order."""
    return amount or total


def reusable(status: CheckoutStatus, created_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Whether the last visit goes on: its page is open, or its making was cut a moment ago."""
    if status is CheckoutStatus.OPENING:
        return now < created_at + REPAIR
    return status is CheckoutStatus.OPEN and now < expires_at


def problem(reading: Reading, order_id: uuid.UUID, asked: int) -> str:
    """Why a paid page must not be believed, or nothing. Never confirmed, always shown to staff."""
    if reading.order_id != str(order_id):
        return "order"
    if reading.currency != "cad":
        return "currency"
    if reading.amount != asked or reading.received != asked:
        return "amount"
    return ""


def finished(reading: Reading) -> CheckoutStatus | None:
    """The final status a reading means; None while more may happen (a bank may take days to say yes)."""
    if reading.status is PageStatus.EXPIRED:
        return CheckoutStatus.EXPIRED
    return CheckoutStatus.COMPLETE if reading.paid else None
