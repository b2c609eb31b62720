"""Money as companies send it: what one payment settles, what is left over, and when it came to nothing. Cents."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal, get_args

from billing.payments.rules import PaymentState
from billing.payments.rules import coins as collected_in_coins
from kit.contracts import PaymentMethod
from kit.errors import Busy, InvalidInput, Refusal
from kit.money import TaxClass

# What staff write down of an invoice; a card pays by itself.
Collected = Literal[PaymentMethod.CHEQUE, PaymentMethod.TRANSFER, PaymentMethod.CASH, PaymentMethod.READER]
COLLECTED: tuple[PaymentMethod, ...] = get_args(Collected)
# How far apart the same cheque is looked for, and the coin that cash is counted in.
SAME_WITHIN, COIN = timedelta(days=14), 5


class WhyReversed(StrEnum):
    """A cheque *bounced*, or the payment was *mistyped* and is entered anew."""

    BOUNCED = "bounced"
    MISTYPED = "mistyped"


class ReturnStatus(StrEnum):
    """A credit that goes back *to pay by hand*, then *done*; or *withdrawn*: its money came to nothing."""

    TO_PAY = "to_pay_by_hand"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class EnteredBefore(Refusal):
    """The same company sent the same amount with the same reference days ago: is it the same cheque?"""


class ResultDiffers(Refusal):
    """Something was paid meanwhile: this payment would not do what was shown. Look again."""


class NoAccount(Refusal):
    """More than is owed, and no company that the rest could be kept for."""


class CreditTooSmall(Refusal):
    """More than what is left of the company's credit."""


class InvoiceNotOpen(Refusal):
    """Nothing is owed on this invoice any more, or it is not this company's."""


class ReturnAnswered(Refusal):
    """This credit was returned already, or is not to be returned any more."""


class NotReversible(Refusal):
    """A card is answered for by its bank: only what staff wrote down is reversed."""


class AlreadyReversed(Refusal):
    """This payment was reversed before."""


class PaymentReturned(Refusal):
    """Money of this payment has gone back already: it cannot come to nothing."""


class AccountMoving(Busy):
    """Something of this payment moved at the same moment. Try again."""


@dataclass(frozen=True)
class Cheque:
    """Money that staff hold: how it came, how much, when, its reference and who writes it down."""

    method: PaymentMethod
    amount: int
    received_on: date
    reference: str
    by: str


@dataclass(frozen=True)
class Wanted:
    """What to do with it. `invoices`: those that it pays, the oldest first; None: whatever is open; none at all: it is
    kept. `kept`: how much was shown to be left over. `again`: whoever writes it down knows of the one before."""

    invoices: Sequence[uuid.UUID] | None = None
    kept: int | None = None
    again: bool = False


def collectable(cheque: Cheque, today: date) -> None:
    """Raises InvalidInput."""
    odd = cheque.method is PaymentMethod.CASH and cheque.amount % COIN
    checks = (
        (cheque.method not in COLLECTED, "method", "payment.bad_method"),
        (bool(odd), "amount", "payment.not_coins"),
        (cheque.amount <= 0, "amount", "payment.bad_amount"),
        (cheque.received_on > today, "received_on", "payment.future_day"),
    )
    problems = {field: problem for wrong, field, problem in checks if wrong}
    if problems:
        raise InvalidInput(problems)


def rounding_of(cheque: Cheque, owed: int) -> int:
    """What of it pays nothing: coins that settle all that is owed are rounded (domain.md T5)."""
    collected, rounding = collected_in_coins(owed)
    return rounding if cheque.method is PaymentMethod.CASH and owed and cheque.amount == collected else 0


def over(cheque: Cheque, owed: int, company_key: str, wanted: Wanted) -> int:
    """What is left over for the company's credit. Raises NoAccount, ResultDiffers."""
    rest = max(0, cheque.amount - rounding_of(cheque, owed) - owed)
    if rest and not company_key:
        raise NoAccount("amount")
    if wanted.kept is not None and wanted.kept != rest:
        raise ResultDiffers()
    return rest


def usable(amount: int, available: int, owed: int) -> None:
    """Whether so much of a credit may pay an invoice. Raises InvalidInput, CreditTooSmall, InvoiceNotOpen."""
    if owed <= 0:
        raise InvoiceNotOpen()
    if not 0 < amount <= owed:
        raise InvalidInput({"amount": "payment.bad_amount" if amount <= 0 else "payment.above_invoice"})
    if amount > available:
        raise CreditTooSmall("amount")


def returnable(amount: int, available: int) -> None:
    """Whether so much of a credit may go back. Raises InvalidInput, CreditTooSmall."""
    if amount <= 0:
        raise InvalidInput({"amount": "payment.bad_amount"})
    if amount > available:
        raise CreditTooSmall("amount")


def reversible(method: PaymentMethod, state: PaymentState, received_on: date, on: date, today: date) -> None:
    """Whether a payment may be said to have come to nothing on a day.

    Raises NotReversible, AlreadyReversed, InvalidInput.
    """
    if method is PaymentMethod.CARD:
        raise NotReversible()
    if state is PaymentState.REVERSED:
        raise AlreadyReversed()
    if on > today:
        raise InvalidInput({"reversed_on": "payment.future_return"})
    if on < received_on:
        raise InvalidInput({"reversed_on": "payment.before_it_came"})


def fee_class(taxable: bool) -> TaxClass:
    """How a fee for a cheque that bounced is taxed; the association says which (domain.md T10)."""
    return TaxClass.TAXABLE if taxable else TaxClass.OUT_OF_SCOPE


def moves(credits: Sequence[int], owed: Sequence[int], amount: int) -> list[tuple[int, int, int]]:
    """How an amount goes from credits to orders, both the oldest first: (which credit, which order, cents)."""
    left, wants, done, at = list(credits), list(owed), list[tuple[int, int, int]](), 0
    for order in range(len(wants)):
        while at < len(left) and wants[order] and amount:
            part = min(left[at], wants[order], amount)
            if part:
                done.append((at, order, part))
            left[at], wants[order], amount = left[at] - part, wants[order] - part, amount - part
            at += not left[at]
    return done
