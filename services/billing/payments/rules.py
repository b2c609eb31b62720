"""Money received: by what way, and when a payment is refused. Amounts are integer cents."""

import uuid
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Literal, get_args

from billing.ledger import rules as posting
from billing.ledger.rules import Chart, Leg
from billing.orders.rules import OrderClosed, OrderNotBilled, OrderStatus
from kit.contracts import PaymentMethod
from kit.contracts.texts import seen
from kit.errors import InvalidInput, Refusal
from kit.money import cash

# What staff write down; the others come by themselves.
ByHand = Literal[PaymentMethod.CHEQUE, PaymentMethod.TRANSFER, PaymentMethod.READER]
BY_HAND: tuple[PaymentMethod, ...] = get_args(ByHand)

# Characters that the books hold; what is longer is refused, never cut.
REFERENCE, REASON = 80, 300


class PaymentState(StrEnum):
    """A payment *settled* what it paid; *reversed*, it came to nothing: a cheque bounced, or it was typed wrong."""

    SETTLED = "settled"
    REVERSED = "reversed"


class AlreadyPaid(Refusal):
    """Nothing is owed on this order any more."""


class Overpaid(Refusal):
    """More than is owed: return the difference, or look for the other order it pays."""


def recordable(
    status: OrderStatus, owed: int, method: PaymentMethod, amount: int, received_on: date, today: date
) -> None:
    """Whether staff may record this cheque or transfer on an invoice that stands so, and of which so much is owed.

    Raises OrderNotBilled, OrderClosed, AlreadyPaid, Overpaid, InvalidInput.
    """
    if status is OrderStatus.OPEN:
        raise OrderNotBilled()
    if status is OrderStatus.VOID:
        raise OrderClosed()
    if owed <= 0:
        raise AlreadyPaid()
    problems = {}
    if method not in BY_HAND:
        problems["method"] = "payment.bad_method"
    if amount <= 0:
        problems["amount"] = "payment.bad_amount"
    if received_on > today:
        problems["received_on"] = "payment.future_day"
    if problems:
        raise InvalidInput(problems)
    if amount > owed:
        raise Overpaid("amount")


def reference_of(text: str, field: str = "reference") -> str:
    """The number of a cheque or a transfer. Raises InvalidInput when it is longer than the books hold."""
    return _within(text, field, REFERENCE, "desk.reference_too_long")


def reason_of(text: str) -> str:
    """Why money is credited. Raises InvalidInput when there is nothing, or more than a credit note shows."""
    if not seen(text):
        raise InvalidInput({"reason": "desk.reason_needed"})
    return _within(text, "reason", REASON, "desk.reason_too_long")


def _within(text: str, field: str, most: int, problem: str) -> str:
    if len(seen(text)) > most:
        raise InvalidInput({field: problem})
    return seen(text)


def coins(total: int) -> tuple[int, int]:
    """What is collected in cash for a total, and how much of it is rounding (domain.md T5)."""
    collected = cash(total)
    return collected, collected - total


def legs(
    chart: Chart, method: PaymentMethod, parts: Sequence[tuple[uuid.UUID, int]], unallocated: int, rounding: int
) -> list[tuple[uuid.UUID | None, list[Leg]]]:
    """What a payment writes in the books: for each order what it gets, and what is kept for the company. Coins are
    rounded once, with the first."""
    each: list[tuple[uuid.UUID | None, list[Leg]]] = []
    for order_id, part in parts:
        each.append((order_id, posting.payment(chart, method, part + rounding, rounding)))
        rounding = 0
    return [*each, (None, posting.kept(chart, method, unallocated))] if unallocated else each
