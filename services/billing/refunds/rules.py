"""What is taken back of an order, to the cent, and what goes back to the buyer. Amounts are integer cents, positive."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from billing.orders.rules import Balance, OrderClosed, OrderNotBilled, OrderStatus
from billing.port import Outcome
from kit.contracts import CreditLine, PaidBack
from kit.errors import InvalidInput, Refusal
from kit.money import cash, percent_of, rounded, shared


class RefundStatus(StrEnum):
    """A card refund is *requested*, then *succeeded* or *failed*; the other kind is *to pay by hand*, then *done*."""

    REQUESTED = "requested"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TO_PAY = "to_pay_by_hand"
    DONE = "done"


# Why a refund was not sent in the end: its money had gone back, or was taken, without us.
NOT_NEEDED = "not_needed"


class MoreThanCame(Refusal):
    """More went back at Stripe than the payment brought, or than we did not return ourselves: somebody must look."""


class ReturnTooLarge(Refusal):
    """More than what is left of the money that came for this order."""


class CreditTooLarge(Refusal):
    """More than what is left of the order or of one of its lines."""


class UnknownLine(Refusal):
    """The order has no such line."""


class RefundNotPayable(Refusal):
    """This refund is not waiting to be paid by hand, or its money was returned another way."""


@dataclass(frozen=True)
class Part:
    """An amount before tax and the taxes it carries."""

    amount: int
    tps: int
    tvq: int

    @property
    def total(self) -> int:
        return self.amount + self.tps + self.tvq


@dataclass(frozen=True)
class Creditable:
    """A line: the whole of it, and what was already taken back."""

    key: str
    quantity: int
    whole: Part
    credited_quantity: int
    credited: Part

    @property
    def left(self) -> Part:
        whole, gone = self.whole, self.credited
        return Part(whole.amount - gone.amount, whole.tps - gone.tps, whole.tvq - gone.tvq)


@dataclass(frozen=True)
class Credit:
    """What is taken back of one line. `quantity` is 0 when an amount is credited and no unit."""

    key: str
    quantity: int
    part: Part


def credit_allowed(status: OrderStatus) -> None:
    """Raises OrderNotBilled or OrderClosed: only what was invoiced, or was free, can be credited."""
    if status is OrderStatus.OPEN:
        raise OrderNotBilled()
    if status is OrderStatus.VOID:
        raise OrderClosed()


def part_of(total: int, units_before: int, units: int, quantity: int) -> int:
    """What `taken` units of `quantity` carry of `total` cents, after `units_before` units were credited.

    Cumulative, so that crediting a line unit by unit ends at exactly `total`.
    """
    after = rounded(Decimal(total * (units_before + units)) / quantity)
    return after - rounded(Decimal(total * units_before) / quantity)


def credit_units(line: Creditable, quantity: int, keep_percent: int) -> Credit:
    """Take back units with exactly the taxes they carry (domain.md 2.1, o4-credit). Raises CreditTooLarge.

    `keep_percent` of them stays owed, as a taxed part of the line (T19): of the price and of each tax, the other part
    is credited, each rounded half up. Never more than what an earlier credit left.
    """
    if quantity > line.quantity - line.credited_quantity:
        raise CreditTooLarge(key=line.key)
    whole, left, give = line.whole, line.left, 100 - keep_percent

    def share(total: int, rest: int) -> int:
        return min(rest, percent_of(part_of(total, line.credited_quantity, quantity, line.quantity), give))

    part = Part(share(whole.amount, left.amount), share(whole.tps, left.tps), share(whole.tvq, left.tvq))
    return Credit(line.key, quantity, part)


def credits_of(lines: Sequence[Creditable], wanted: Sequence[CreditLine], keep_percent: int) -> list[Credit]:
    """Take back so many units of each line, by its key. Raises UnknownLine, CreditTooLarge."""
    by_key = {line.key: line for line in lines}
    units: dict[str, int] = {}
    for line in wanted:
        units[line.key] = units.get(line.key, 0) + line.quantity
    if not units.keys() <= by_key.keys():
        raise UnknownLine()
    return [credit_units(by_key[key], quantity, keep_percent) for key, quantity in units.items()]


def credit_rest(lines: Sequence[Creditable]) -> list[Credit]:
    """Take back everything that is left."""
    return [Credit(line.key, line.quantity - line.credited_quantity, line.left) for line in lines]


def credit_amount(lines: Sequence[Creditable], amount: int) -> list[Credit]:
    """Take back exactly `amount`, taxes included: staff's "refund a part". Raises InvalidInput, CreditTooLarge.

    It is shared between price, TPS and TVQ in proportion of what is left of each on the order, by largest remainder;
    each of the three is then shared over the lines the same way. No share can exceed what is left, and crediting all
    that is left gives exactly that: invoice and credit notes always end at 0.00 in each tax.
    """
    left = [line.left for line in lines]
    if amount <= 0:
        raise InvalidInput({"amount": "payment.bad_amount"})
    if amount > sum(part.total for part in left):
        raise CreditTooLarge("amount")
    columns = [[part.amount for part in left], [part.tps for part in left], [part.tvq for part in left]]
    totals = shared(amount, [sum(column) for column in columns])
    shares = [shared(total, column) for total, column in zip(totals, columns, strict=True)]
    return [Credit(line.key, 0, Part(*share)) for line, share in zip(lines, zip(*shares, strict=True), strict=True)]


def returns(refundable: Sequence[int], excess: int) -> list[int]:
    """How much of each payment goes back, newest first (the given order is oldest first)."""
    parts = [0] * len(refundable)
    for i in reversed(range(len(refundable))):
        parts[i] = min(excess, refundable[i])
        excess -= parts[i]
    return parts


def over_orders(amount: int, rooms: Sequence[int], due: Sequence[int]) -> list[int]:
    """How much of what went back of a payment is of each order it paid, the oldest first: what was `due` to go back to
    one, then what is left of the newest. What no room is left for is the first one's."""
    first = [min(room, wanted) for room, wanted in zip(rooms, due, strict=True)]
    parts = returns(first, amount)
    rest = returns([room - part for room, part in zip(rooms, parts, strict=True)], amount - sum(parts))
    parts = [part + more for part, more in zip(parts, rest, strict=True)]
    parts[0] += amount - sum(parts)
    return parts


def after(status: RefundStatus, outcome: Outcome) -> RefundStatus:
    """The status after a reading. Only a requested refund succeeds; one that succeeded can still bounce."""
    if outcome is Outcome.SUCCEEDED and status is RefundStatus.REQUESTED:
        return RefundStatus.SUCCEEDED
    if outcome is Outcome.FAILED and status in (RefundStatus.REQUESTED, RefundStatus.SUCCEEDED):
        return RefundStatus.FAILED
    return status


def waits_for_hand(status: RefundStatus, balance: Balance, held: int, amount: int) -> bool:
    """Whether the accountant is to pay it: it did not come by card, or the card refused it and we still hold it.

    `held` is what is left of the payment it returns: another refund may have given it back meanwhile.
    """
    return status is RefundStatus.TO_PAY or (status is RefundStatus.FAILED and min(balance.excess, held) >= amount)


def payable_by_hand(status: RefundStatus, balance: Balance, held: int, amount: int) -> None:
    """Raises RefundNotPayable."""
    if not waits_for_hand(status, balance, held, amount):
        raise RefundNotPayable()


def to_withdraw(amount: int, free: int, owed: int) -> int:
    """How much of what was promised gives way to `amount` that went back without us: what is not `free` of the money
    received, and what would go back beyond what is `owed` to the buyer (below zero). Cents."""
    return max(amount - free, owed + amount)


def shares_of(rooms: Sequence[int], amount: int) -> list[int]:
    """Which payments an amount went back of, newest first. Raises InvalidInput, ReturnTooLarge."""
    if amount <= 0:
        raise InvalidInput({"amount": "payment.bad_amount"})
    if amount > sum(rooms):
        raise ReturnTooLarge("amount")
    return returns(rooms, amount)


def coins(amount: int, how: PaidBack) -> int:
    """What is rounded when a refund is paid in cash (domain.md T5)."""
    return cash(amount) - amount if how is PaidBack.CASH else 0
