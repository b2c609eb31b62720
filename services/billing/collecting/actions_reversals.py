"""Payments that came to nothing: a cheque that bounced, or one that was typed wrong and is entered anew."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from billing.association.queries import books
from billing.collecting import queries, rules
from billing.collecting.actions import collect, lock_account
from billing.collecting.models import Reversal
from billing.collecting.rules import Cheque, ReturnStatus, Wanted, WhyReversed
from billing.invoices.models import Invoice
from billing.ledger import actions as ledger
from billing.ledger import rules as posting
from billing.ledger.rules import Memo
from billing.orders import actions as orders
from billing.orders.models import Order
from billing.orders.queries import buyer_of
from billing.orders.queries import order as order_of
from billing.payments import actions as payments
from billing.payments.models import Payment
from billing.payments.queries import allocations_of
from billing.payments.rules import PaymentState, legs
from billing.refunds.actions_stripe import give_way
from kit.clock import local_day
from kit.contracts import Bilingual, OrderLine, OrderMethod, PaymentReversed, PlaceOrder
from kit.db import new_id
from kit.mailbox import post
from kit.money import Line, amounts


@dataclass(frozen=True)
class Undone:
    """Why a payment came to nothing, on which day, and who wrote it down."""

    reason: WhyReversed
    on: date
    by: str


def reverse(session: Session, payment_id: uuid.UUID, undone: Undone, now: datetime) -> Reversal:
    """What it paid is owed again since the day that it was due; what it left over is gone, and so is what was promised
    back of it. Registration is told; places are kept.

    Raises NotFound, NotReversible, AlreadyReversed, PaymentReturned, InvalidInput, AccountMoving.
    """
    payment, paid = _locked(session, payment_id)
    today = books(session, now)
    rules.reversible(payment.method, payment.state, payment.received_on, undone.on, today.day)
    _take_promises_back(session, payment, paid, now)
    reversal = Reversal(
        payment_id=payment.id, reason=undone.reason, reversed_on=undone.on, recorded_at=now, by=undone.by
    )
    session.add(reversal)
    session.flush()
    parts = [(order.id, amount) for _, order, amount in paid]
    written = legs(posting.Chart(today.profile.accounts), payment.method, parts, payment.unallocated, payment.rounding)
    back = [(order_id, posting.reversed_(each)) for order_id, each in written]
    # Nothing is taken back before it was written down.
    day = max(undone.on, local_day(payment.recorded_at, today.profile.timezone))
    ledger.write_parts(session, today, back, Memo.PAYMENT_REVERSED, reversal.id.hex, now, day)
    payment.state = PaymentState.REVERSED
    for invoice, order, amount in paid:
        _owed_again(session, invoice, order, payment, amount, undone, now)
    session.flush()
    return reversal


def charge(session: Session, reversal: Reversal, fee: int, label: Bilingual, now: datetime) -> Order:
    """A fee for a cheque that bounced (cents, before taxes): an invoice of its own to whoever sent it, taxed as the
    association says. It is no registration's: staff send it with the invoices that are owed again."""
    today = books(session, now)
    who = queries.payer_of(session, queries.payment(session, reversal.payment_id))
    of, tax_class = order_of(session, who.order_id), rules.fee_class(today.profile.returned_cheque_taxable)
    line = OrderLine(key="returned", label=label, quantity=1, unit_amount=fee, tax_class=tax_class, gl_account="")
    total = amounts([Line(fee, tax_class)], today.day, today.profile.tax_registered).total
    placed = PlaceOrder(
        order_id=new_id(),
        code=of.code,
        activity_key="",
        activity_title=label,
        timezone=of.timezone,
        ordered_on=today.day,
        method=OrderMethod.INVOICE,
        lang=of.lang,
        lines=(line,),
        buyer=buyer_of(session, of.id).contract,
        expected_total=total,
        return_url="",
        by=reversal.by,
    )
    order = payments.accept(session, placed, now)
    reversal.fee_order_id = order.id
    session.flush()
    return order


def correct(session: Session, payment_id: uuid.UUID, cheque: Cheque, now: datetime) -> Payment:
    """A payment was typed wrong: it is reversed, and entered anew for the invoices that it paid. Both are kept.

    Raises what `reverse` and `collect` raise.
    """
    rules.collectable(cheque, books(session, now).day)
    wrong = queries.payment(session, payment_id)
    who = queries.payer_of(session, wrong)
    paid = {invoice.id for invoice, _, _ in queries.invoices_paid(session, payment_id)}
    on = max(wrong.received_on, books(session, now).day)
    reverse(session, payment_id, Undone(WhyReversed.MISTYPED, on, cheque.by), now)
    open_again = [invoice.id for invoice in queries.open_invoices(session, who) if invoice.id in paid]
    return collect(session, who, cheque, Wanted(open_again, again=True), now, payment_id)


def _locked(session: Session, payment_id: uuid.UUID) -> tuple[Payment, Sequence[tuple[Invoice, Order, int]]]:
    """A payment and what it paid, which nobody else moves until this transaction ends."""
    known = queries.payment(session, payment_id)
    paid = {one.order_id for one in allocations_of(session, payment_id)}
    lock_account(session, queries.payer_of(session, known), tuple(paid))
    payment = session.get_one(Payment, payment_id, populate_existing=True, with_for_update=True)
    now_paid = queries.invoices_paid(session, payment_id)
    if {order.id for _, order, _ in now_paid} != paid:
        raise rules.AccountMoving()
    return payment, now_paid


def _take_promises_back(
    session: Session, payment: Payment, paid: Sequence[tuple[Invoice, Order, int]], now: datetime
) -> None:
    """What was promised back of a payment, and has not left, is not needed any more. Raises PaymentReturned."""
    for _, order, amount in paid:
        give_way(session, order, payment, amount, (), now)
    for one in queries.returns_of(session, payment.id):
        if one.status is ReturnStatus.DONE:
            raise rules.PaymentReturned()
        if one.status is ReturnStatus.TO_PAY:
            one.status = ReturnStatus.WITHDRAWN
            payment.unallocated += one.amount
    if payment.refunded or payment.disputed:
        raise rules.PaymentReturned()


def _owed_again(
    session: Session, invoice: Invoice, order: Order, payment: Payment, amount: int, undone: Undone, now: datetime
) -> None:
    order.paid -= amount
    orders.reopen(order, invoice.due_on)
    told = PaymentReversed(
        order_id=order.id,
        amount=amount,
        method=payment.method,
        reason=undone.reason.value,
        reversed_on=undone.on,
        by=undone.by,
        sums=orders.next_sums(order),
    )
    post(session, "registration", told, now, subject=order.id)
