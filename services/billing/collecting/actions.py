"""Writing down money as it came: one payment on several invoices, and the rest to the company's credit.

Whoever moves a company's account locks its first order, then the orders that it pays, in the order of ids.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from billing.association.queries import books
from billing.collecting import queries, rules
from billing.collecting.queries import OpenInvoice, Payer
from billing.collecting.rules import Cheque, Wanted
from billing.invoices import rules as documents
from billing.orders import actions as orders
from billing.orders.models import Buyer, Order
from billing.payments import actions as payments
from billing.payments.actions import Received
from billing.payments.models import Payment
from kit.sql import column, table


@dataclass(frozen=True)
class Plan:
    """What a payment would do, as it was read: how much each order gets, the rounding of coins, what is left over."""

    cheque: Cheque
    invoices: Sequence[OpenInvoice]
    shares: Sequence[tuple[Order, int]]
    rounding: int
    kept: int
    before: Payment | None

    def paid(self, invoice: OpenInvoice) -> int:
        """How much of an invoice it pays."""
        mine = {order.id for order in invoice.orders}
        return sum(part for order, part in self.shares if order.id in mine)


def collect(
    session: Session,
    who: Payer,
    cheque: Cheque,
    wanted: Wanted,
    now: datetime,
    replaces: uuid.UUID | None = None,
) -> Payment:
    """Write a payment down: it settles invoices, the oldest first, and what is over is the company's credit.

    Raises InvalidInput, InvoiceNotOpen, NoAccount, ResultDiffers, EnteredBefore.
    """
    lock_account(session, who)
    plan = planned(session, who, cheque, wanted, now)
    if plan.before is not None and not wanted.again:
        raise rules.EnteredBefore()
    came = Received(
        cheque.method,
        cheque.amount,
        plan.rounding,
        received_on=cheque.received_on,
        reference=cheque.reference,
        by=cheque.by,
        company_key=who.company_key,
        replaces=replaces,
    )
    return payments.receive_shares(session, plan.shares, came, now)


def planned(session: Session, who: Payer, cheque: Cheque, wanted: Wanted, now: datetime) -> Plan:
    """What it would do now. Raises InvalidInput, InvoiceNotOpen, NoAccount, ResultDiffers."""
    rules.collectable(cheque, books(session, now).day)
    invoices = _chosen(queries.open_invoices(session, who), wanted.invoices)
    owing = [order for invoice in invoices for order in invoice.orders]
    owed = [max(0, order.balance.owed) for order in owing]
    kept, rounding = rules.over(cheque, sum(owed), who.company_key, wanted), rules.rounding_of(cheque, sum(owed))
    parts = documents.settled(cheque.amount - rounding - kept, owed)
    shares = [(order, part) for order, part in zip(owing, parts, strict=True) if part]
    return Plan(cheque, invoices, shares, rounding, kept, queries.same_before(session, who, cheque))


def _chosen(known: Sequence[OpenInvoice], wanted: Sequence[uuid.UUID] | None) -> Sequence[OpenInvoice]:
    """Those that were ticked, the oldest first whatever their order."""
    if wanted is None:
        return known
    if not set(wanted) <= {invoice.id for invoice in known}:
        raise rules.InvoiceNotOpen()
    return [invoice for invoice in known if invoice.id in set(wanted)]


def lock_account(session: Session, who: Payer, more: Sequence[uuid.UUID] = ()) -> None:
    """The account, and the orders that it owes, are nobody else's until this transaction ends. `more`: other orders.

    Raises AccountMoving when another invoice came to be open meanwhile.
    """
    wanted = {queries.anchor(session, who), *_owing(session, who), *more}
    for order_id in sorted(wanted):
        orders.existing(session, order_id)
    if not _owing(session, who) <= wanted:
        raise rules.AccountMoving()


def _owing(session: Session, who: Payer) -> set[uuid.UUID]:
    return {order.id for invoice in queries.open_invoices(session, who) for order in invoice.orders}


def follow_owner(session: Session, before: Iterable[str], company_key: str) -> None:
    """Orders are another company's since: what was kept for one that has none left is that other's, who took it over.
    One that still has orders keeps its credit."""
    mine = sa.select(column(Buyer.company_key)).where(column(Buyer.company_key) != "")
    gone = sa.and_(column(Payment.company_key).in_(set(before)), column(Payment.company_key).not_in(mine))
    if company_key:
        moved = sa.update(table(Payment)).where(gone).values({column(Payment.company_key): company_key})
        session.execute(moved)
