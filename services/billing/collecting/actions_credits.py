"""A company's credit: it pays another invoice, or goes back by hand."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from billing.association.queries import books
from billing.collecting import queries, rules
from billing.collecting.actions import lock_account
from billing.collecting.models import CreditReturn, CreditUse
from billing.collecting.queries import Payer
from billing.collecting.rules import ReturnStatus
from billing.ledger import actions as ledger
from billing.ledger import rules as posting
from billing.ledger.rules import Memo
from billing.orders.models import Order
from billing.payments import actions as payments
from billing.payments.models import Payment
from billing.refunds.rules import coins
from kit.contracts import PaidBack


def use(session: Session, who: Payer, invoice_id: uuid.UUID, amount: int, by: str, now: datetime) -> None:
    """So much of the credit pays an invoice; the oldest credit and the oldest order first.

    Raises InvalidInput, CreditTooSmall, InvoiceNotOpen.
    """
    lock_account(session, who)
    credits, owing = queries.credits_of(session, who, lock=True), _orders_of(session, who, invoice_id)
    owed = [max(0, order.balance.owed) for order in owing]
    rules.usable(amount, sum(one.unallocated for one in credits), sum(owed))
    for one, order, part in rules.moves([credit.unallocated for credit in credits], owed, amount):
        _pay(session, credits[one], owing[order], part, by, now)


def _orders_of(session: Session, who: Payer, invoice_id: uuid.UUID) -> Sequence[Order]:
    invoices = queries.open_invoices(session, who)
    return next((invoice.orders for invoice in invoices if invoice.id == invoice_id), [])


def _pay(session: Session, payment: Payment, order: Order, amount: int, by: str, now: datetime) -> None:
    today = books(session, now)
    use = CreditUse(payment_id=payment.id, order_id=order.id, amount=amount, used_on=today.day, recorded_at=now, by=by)
    session.add(use)
    payment.unallocated -= amount
    legs = posting.credit_used(posting.Chart(today.profile.accounts), amount)
    ledger.write(session, today, order.id, Memo.CREDIT_USED, use.id.hex, legs, now)
    payments.allocate(session, order, payment, amount, now)
    session.flush()


def give_back(session: Session, who: Payer, amount: int, by: str, now: datetime) -> None:
    """So much of the credit is to be returned by hand, the oldest first. Raises InvalidInput, CreditTooSmall."""
    lock_account(session, who)
    credits = queries.credits_of(session, who, lock=True)
    rules.returnable(amount, sum(one.unallocated for one in credits))
    for at, _, part in rules.moves([one.unallocated for one in credits], [amount], amount):
        credits[at].unallocated -= part
        waits = CreditReturn(
            payment_id=credits[at].id, amount=part, status=ReturnStatus.TO_PAY, requested_at=now, by=by
        )
        session.add(waits)
    session.flush()


def given_back(
    session: Session, return_id: uuid.UUID, how: PaidBack, reference: str, by: str, now: datetime
) -> CreditReturn:
    """The accountant returned it. Raises NotFound, ReturnAnswered."""
    lock_account(session, queries.payer_of_return(session, return_id))
    waits, today = session.get_one(CreditReturn, return_id, populate_existing=True), books(session, now)
    if waits.status is not ReturnStatus.TO_PAY:
        raise rules.ReturnAnswered()
    waits.status, waits.returned_on, waits.how = ReturnStatus.DONE, today.day, how
    waits.reference, waits.by, waits.rounding = reference, by, coins(waits.amount, how)
    legs = posting.credit_returned(posting.Chart(today.profile.accounts), how, waits.amount, waits.rounding)
    ledger.write(session, today, None, Memo.CREDIT_RETURNED, waits.id.hex, legs, now)
    session.flush()
    return waits
