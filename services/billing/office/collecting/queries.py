"""A company's account as staff work on it, and what is found of what they type."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from billing.collecting import queries as collecting
from billing.collecting.models import CreditReturn, Reversal
from billing.collecting.queries import OpenInvoice, Payer
from billing.invoices.models import Invoice
from billing.office.finding.queries import find
from billing.orders.models import Order
from billing.payments.models import Payment
from kit.contracts.finding import FoundOrder, OrderSearch

# How many accounts are shown of what is looked for, and how many orders are read for them.
SHOWN, READ = 12, 50


@dataclass(frozen=True)
class Account:
    """What the payer owes, what is kept for it, what came lately, and what waits to go back by hand."""

    payer: Payer
    invoices: Sequence[OpenInvoice]
    credits: Sequence[Payment]
    payments: Sequence[tuple[Payment, Reversal | None]]
    to_return: Sequence[tuple[CreditReturn, Payment]]

    @property
    def owed(self) -> int:
        return sum(invoice.owed for invoice in self.invoices)

    @property
    def credit(self) -> int:
        return sum(payment.unallocated for payment in self.credits)


@dataclass(frozen=True)
class Paid:
    """A payment, whose it is, what it paid, and what became of it."""

    payment: Payment
    payer: Payer
    parts: Sequence[tuple[Invoice, Order, int]]
    reversal: Reversal | None
    returns: Sequence[CreditReturn]


def account(session: Session, order_id: uuid.UUID) -> Account:
    """The account that an order is of. Raises NotFound."""
    return account_of(session, collecting.payer(session, order_id))


def account_of(session: Session, payer: Payer) -> Account:
    return Account(
        payer,
        collecting.open_invoices(session, payer),
        collecting.credits_of(session, payer),
        collecting.payments_of(session, payer),
        collecting.to_return(session, payer) if payer.company_key else (),
    )


def paid(session: Session, payment_id: uuid.UUID) -> Paid:
    """Raises NotFound."""
    payment = collecting.payment(session, payment_id)
    return Paid(
        payment,
        collecting.payer_of(session, payment),
        collecting.invoices_paid(session, payment_id),
        collecting.reversal_of(session, payment_id),
        collecting.returns_of(session, payment_id),
    )


def found(session: Session, words: str) -> list[tuple[Payer, FoundOrder]]:
    """The accounts of the orders that have every word, or whose document's number begins so: each once."""
    accounts: dict[str, tuple[Payer, FoundOrder]] = {}
    for order in find(session, OrderSearch(words=words, most=READ)):
        payer = collecting.payer(session, order.id) if order.buyer else None
        if payer is not None:
            accounts.setdefault(payer.company_key or order.number or order.id.hex, (payer, order))
    return list(accounts.values())[:SHOWN]
