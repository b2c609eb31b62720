"""Money received: by what way, and when a payment is refused. Amounts are integer cents."""

from datetime import date
from typing import Literal, get_args

from billing.orders.rules import Balance, OrderClosed, OrderNotBilled, OrderStatus
from kit.contracts import PaymentMethod
from kit.errors import InvalidInput, Refusal
from kit.money import cash

# What staff write down; the others come by themselves.
ByHand = Literal[PaymentMethod.CHEQUE, PaymentMethod.TRANSFER]
BY_HAND: tuple[PaymentMethod, ...] = get_args(ByHand)


class AlreadyPaid(Refusal):
    """Nothing is owed on this order any more."""


class Overpaid(Refusal):
    """More than is owed: return the difference, or look for the other order it pays."""


def recordable(
    status: OrderStatus, balance: Balance, method: PaymentMethod, amount: int, received_on: date, today: date
) -> None:
    """Whether staff may record this cheque or transfer on an order.

    Raises OrderNotBilled, OrderClosed, AlreadyPaid, Overpaid, InvalidInput.
    """
    if status is OrderStatus.OPEN:
        raise OrderNotBilled()
    if status is OrderStatus.VOID:
        raise OrderClosed()
    if balance.owed <= 0:
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
    if amount > balance.owed:
        raise Overpaid("amount")


def coins(total: int) -> tuple[int, int]:
    """What is collected in cash for a total, and how much of it is rounding (domain.md T5)."""
    collected = cash(total)
    return collected, collected - total
