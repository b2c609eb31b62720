"""What an order is, what it comes to, and the reasons it may be refused. Amounts are integer cents."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from enum import StrEnum

from kit.contracts import OrderMethod, PlaceOrder
from kit.errors import InvalidInput, Refusal
from kit.money import Amounts, Line, amounts

# How long is known who ordered what came to nothing, and what is in the books.
AFTER_VOID, BOOKS = timedelta(days=30), timedelta(days=7 * 366)


class OrderStatus(StrEnum):
    """*open* waits for a card, *invoiced* for a cheque or a transfer; credits and refunds are sums, not states."""

    OPEN = "open"
    INVOICED = "invoiced"
    PAID = "paid"
    VOID = "void"


class TotalDiffers(Refusal):
    """The total the person was shown is not what the lines come to: show it again, never charge another amount."""


class OrderDiffers(Refusal):
    """The same order was placed before with other content."""


class OrderClosed(Refusal):
    """The hold behind this order has ended: nothing can be ordered, paid or credited on it any more."""


class NothingToPay(Refusal):
    """A total of zero cannot be paid or invoiced: the order is free."""


class NotFree(Refusal):
    """An order announced as free comes to more than zero."""


class OrderNotBilled(Refusal):
    """The order has no invoice yet, so it can neither receive a cheque nor be credited."""


@dataclass(frozen=True)
class Balance:
    """The sums of an order. `refunding` is promised and on its way, `refunded` has left, `disputed` was taken."""

    total: int
    credited: int
    paid: int
    refunding: int
    refunded: int
    disputed: int = 0

    @property
    def left(self) -> int:
        """What the order comes to after its credit notes."""
        return self.total - self.credited

    @property
    def retained(self) -> int:
        """What was received, is not being returned and was not taken back by a bank; below zero after a dispute is
        lost on what was refunded."""
        return self.paid - self.refunding - self.refunded - self.disputed

    @property
    def owed(self) -> int:
        """What the buyer still owes; negative when we hold too much."""
        return self.left - self.retained

    @property
    def excess(self) -> int:
        """What must go back to the buyer."""
        return max(0, -self.owed)


def together(balances: Sequence[Balance]) -> Balance:
    """The sums of several orders, added up."""
    return Balance(*(sum(sums) for sums in zip(*map(astuple, balances), strict=True)))


def priced(message: PlaceOrder, registered: bool) -> Amounts:
    """The amounts of an order, taxes by the day it was ordered on (domain.md T1 to T3, T9).

    Raises InvalidInput for lines that are not an order, TotalDiffers, NothingToPay, NotFree.
    """
    keys = [line.key for line in message.lines]
    if not keys or len(set(keys)) < len(keys) or any(line.unit_amount < 0 for line in message.lines):
        raise InvalidInput({"lines": "order.bad_lines"})
    lines = [Line(line.unit_amount * line.quantity, line.tax_class) for line in message.lines]
    priced = amounts(lines, message.ordered_on, registered)
    if priced.total != message.expected_total:
        raise TotalDiffers()
    if (message.method is OrderMethod.RECEIVED) != (message.received is not None):
        raise InvalidInput({"received": "order.bad_received"})
    free = message.method is OrderMethod.FREE
    if free and priced.total:
        raise NotFree()
    if not free and not priced.total:
        raise NothingToPay()
    return priced


def needs_tax_review(message: PlaceOrder, total: int, home: str) -> bool:
    """Paid, online and from another province: other taxes may apply, staff must look (domain.md T11)."""
    return bool(total) and message.online and message.buyer.province != home


def fingerprint(message: PlaceOrder) -> str:
    """What makes two placings the same. Defaults are left out, so that a new optional field changes no old order.

    So is the hold's end: places that are held anew, or a little longer, are owed the same.
    """
    content = message.model_dump(mode="json", exclude_defaults=True, exclude={"hold_until"})
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def same_again(status: OrderStatus, closing: bool, known: str, fingerprint: str) -> None:
    """Raises OrderClosed or OrderDiffers unless placing this order again changes nothing."""
    if status is OrderStatus.VOID or (closing and status is OrderStatus.OPEN):
        raise OrderClosed()
    if known != fingerprint:
        raise OrderDiffers()


def settled_status(status: OrderStatus, balance: Balance) -> OrderStatus:
    """The status after its sums changed. Forward only: what was paid stays paid, credited or not, unless the money
    came to nothing (`actions.reopen`).

    An invoice taken back whole before it was paid is void: no cheque may be received for it any more.
    """
    if status is OrderStatus.PAID or balance.owed > 0:
        return status
    if balance.left == 0 and status in (OrderStatus.INVOICED, OrderStatus.VOID):
        return OrderStatus.VOID
    return OrderStatus.PAID


def amount_due(status: OrderStatus, balance: Balance) -> int:
    """What the buyer is asked to pay now. Once it was paid, what went back since is between the accountant and Stripe
    until a credit note, or another payment, explains it."""
    return max(0, balance.owed) if status in (OrderStatus.OPEN, OrderStatus.INVOICED) else 0


def due_on(issued_on: date, method: OrderMethod, invoice_days: int) -> date | None:
    """An invoice is due after the association's terms; anything else is paid the day it is invoiced."""
    return issued_on + timedelta(days=invoice_days) if method is OrderMethod.INVOICE else None
