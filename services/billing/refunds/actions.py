"""Crediting orders and sending back what was paid too much. Each correction happens once, by its amendment's id."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col

from billing.association.queries import books
from billing.invoices import actions as invoices
from billing.invoices.actions import Correction
from billing.invoices.models import CreditNote
from billing.invoices.rules import DocumentLine
from billing.ledger import actions as ledger
from billing.ledger import rules as posting
from billing.orders import actions as orders
from billing.orders.models import Order, OrderLine
from billing.orders.queries import lines_of
from billing.payments import actions as payments
from billing.payments.models import Payment
from billing.payments.queries import payments_of
from billing.port import Answered, Outcome
from billing.refunds import queries, rules
from billing.refunds.models import MADE_AT_STRIPE, Amendment, Refund
from billing.refunds.rules import Credit, RefundStatus
from kit import lease
from kit.contracts import CreditOrder, OrderCredited, OrderRefunded, PaidBack, PaymentMethod, RefundMethod, RefundOrder
from kit.contracts.papers import PaperQuestion
from kit.lease import Patience
from kit.mailbox import post
from kit.sql import Values, add_once, column


def credit_order(session: Session, message: CreditOrder, now: datetime) -> CreditNote | None:
    """Credit units of lines; what was paid above the new balance goes back. None: done before, or nothing to credit.

    Raises NotFound, OrderNotBilled, OrderClosed, UnknownLine, CreditTooLarge.
    """
    correction = Correction(message.amendment_id, message.reason, message.by, now)
    order = _amend(session, message.order_id, correction)
    if order is None:
        return None
    lines = lines_of(session, order.id)
    credits = rules.credits_of(queries.creditable(lines), message.lines, message.keep_percent)
    return _credit(session, order, lines, credits, correction)


def refund_order(session: Session, message: RefundOrder, now: datetime) -> CreditNote | None:
    """Credit all that is left and send everything back. Raises NotFound, OrderNotBilled, OrderClosed."""
    correction = Correction(message.amendment_id, message.reason, message.by, now)
    order = _amend(session, message.order_id, correction)
    if order is None:
        return None
    lines = lines_of(session, order.id)
    return _credit(session, order, lines, rules.credit_rest(queries.creditable(lines)), correction)


def credit_part(
    session: Session, order_id: uuid.UUID, amendment_id: uuid.UUID, amount: int, reason: str, by: str, now: datetime
) -> CreditNote | None:
    """Staff credit exactly `amount`, taxes included (see `rules.credit_amount`). None: done before.

    Raises NotFound, OrderNotBilled, OrderClosed, InvalidInput, CreditTooLarge.
    """
    correction = Correction(amendment_id, reason, by, now)
    order = _amend(session, order_id, correction)
    if order is None:
        return None
    lines = lines_of(session, order.id)
    credits = rules.credit_amount(queries.creditable(lines), amount)
    return _credit(session, order, lines, credits, correction)


def _amend(session: Session, order_id: uuid.UUID, correction: Correction) -> Order | None:
    """The locked order, or None when this correction was made before."""
    order = orders.existing(session, order_id)
    row = Amendment(id=correction.id, order_id=order_id, reason=correction.reason, by=correction.by, at=correction.now)
    if not add_once(session, Amendment, row.model_dump()):
        return None
    queries.creditable_now(session, order)
    return order


def _credit(
    session: Session, order: Order, lines: Sequence[OrderLine], credits: Sequence[Credit], correction: Correction
) -> CreditNote | None:
    by_key = {line.key: line for line in lines}
    for credit in credits:
        _take(by_key[credit.key], credit)
    shown = [_as_credited(order, by_key[credit.key], credit) for credit in credits if credit.part.total]
    if not shown:
        return None  # A free place, or a rule that keeps everything: no document says nothing.
    invoice = invoices.issue(session, order, correction.now)
    note = invoices.credit(session, order, invoice, shown, correction)
    order.credited -= note.total
    if orders.settle_status(order):
        payments.tell_paid(session, order, payments_of(session, order.id)[-1], correction.now)
    refund = return_excess(session, order, correction.reason, correction.id, correction.now)
    _tell_credited(session, order, note, refund, correction)
    return note


def _take(line: OrderLine, credit: Credit) -> None:
    line.credited_quantity += credit.quantity
    line.credited_amount += credit.part.amount
    line.credited_tps += credit.part.tps
    line.credited_tvq += credit.part.tvq


def _as_credited(order: Order, line: OrderLine, credit: Credit) -> DocumentLine:
    return DocumentLine(
        order=order.code,
        key=line.key,
        label_fr=line.label_fr,
        label_en=line.label_en,
        quantity=-credit.quantity,
        unit_amount=line.unit_amount,
        amount=-credit.part.amount,
        tax_class=line.tax_class.value,
        tps=-credit.part.tps,
        tvq=-credit.part.tvq,
        gl_account=line.gl_account,
        components=line.components,
    )


def return_excess(session: Session, order: Order, reason: str, amendment_id: uuid.UUID | None, now: datetime) -> int:
    """Promise back what was paid above the balance of a locked order; the amount. Newest payment first."""
    shares = queries.shares_of(session, order.id, lock=True)
    parts = rules.returns([share.refundable for share in shares], order.balance.excess)
    for payment, amount in zip((share.payment for share in shares), parts, strict=True):
        if amount:
            card = payment.method is PaymentMethod.CARD
            session.add(
                Refund(
                    order_id=order.id,
                    payment_id=payment.id,
                    amendment_id=amendment_id,
                    amount=amount,
                    method=RefundMethod.CARD if card else RefundMethod.MANUAL,
                    status=RefundStatus.REQUESTED if card else RefundStatus.TO_PAY,
                    reason=reason,
                    requested_at=now,
                    due_at=now,
                )
            )
            payment.refunded += amount
            order.refunding += amount
    session.flush()
    return sum(parts)


def _tell_credited(session: Session, order: Order, note: CreditNote, refund: int, correction: Correction) -> None:
    credited = OrderCredited(
        order_id=order.id,
        amendment_id=correction.id,
        number=note.number,
        subtotal=note.subtotal,
        tps=note.tps,
        tvq=note.tvq,
        total=note.total,
        left=order.balance.left,
        refund=refund,
        reason=correction.reason,
        by=correction.by,
        sums=orders.next_sums(order),
        papers=(PaperQuestion(kind="credit_note", id=note.id),),
    )
    post(session, "registration", credited, correction.now, subject=order.id)


def claim(session: Session, refund_id: uuid.UUID, patience: Patience, now: datetime) -> Refund | None:
    """Take a requested card refund for one attempt; None when another process has it. A crash gives it back after the
    lease."""
    due = lease.is_due(Refund.due_at, now, patience.horizon)
    requested = (col(Refund.id) == refund_id, col(Refund.status) == RefundStatus.REQUESTED, due)
    return next(iter(lease.claim(session, Refund, *requested, until=now + lease.LONGEST_LEASE)), None)


def postpone(session: Session, claimed: Refund, again_at: datetime, spent: bool) -> None:
    """Nothing is known yet: try again later, with another key when this one is spent."""
    values: Values = {column(Refund.due_at): again_at, column(Refund.spent_keys): claimed.spent_keys + spent}
    lease.move(session, claimed, values)


def finish(
    session: Session, refund_id: uuid.UUID, answer: Answered, now: datetime, again_at: datetime | None = None
) -> None:
    """Apply what Stripe says of a card refund. Reading it again changes nothing; a success may still fail later.

    `again_at`: when to ask again while the bank has not decided. Raises NotFound, MoreThanCame.
    """
    order, refund = _with_order(session, refund_id)
    if answer.outcome is not Outcome.FAILED and answer.amount is not None:
        _as_sent(session, order, refund, answer.amount)
    refund.stripe_refund = answer.stripe_refund or refund.stripe_refund
    after = rules.after(refund.status, answer.outcome)
    if after is refund.status:
        refund.due_at = again_at or refund.due_at
        return
    had_left = refund.status is RefundStatus.SUCCEEDED
    refund.status, refund.finished_at, refund.error = after, now, answer.error
    if after is RefundStatus.SUCCEEDED:
        order.refunding, order.refunded = order.refunding - refund.amount, order.refunded + refund.amount
        book(session, order, refund, posting.Memo.REFUND, now)
    else:
        _give_up(session, order, refund, had_left, now)
    tell_refunded(session, order, refund, after is RefundStatus.SUCCEEDED, now)


def _as_sent(session: Session, order: Order, refund: Refund, amount: int) -> None:
    """What left is what Stripe was asked for, even when the promise gave way while the request was under way. What
    somebody asked for there by hand may be of several orders, and each has its part.

    Raises MoreThanCame.
    """
    if refund.reason == MADE_AT_STRIPE:
        return
    withdrawn = refund.status is RefundStatus.FAILED and refund.error == rules.NOT_NEEDED
    if not withdrawn and refund.status is not RefundStatus.REQUESTED:
        return
    more = amount if withdrawn else amount - refund.amount
    payment = session.get_one(Payment, refund.payment_id, populate_existing=True)
    if more > payment.refundable:
        raise rules.MoreThanCame()
    payment.refunded += more
    order.refunding += more
    refund.amount, refund.status, refund.error, refund.finished_at = amount, RefundStatus.REQUESTED, "", None


def mark_done(session: Session, refund_id: uuid.UUID, how: PaidBack, reference: str, by: str, now: datetime) -> Refund:
    """The accountant paid a refund by hand. Raises NotFound, RefundNotPayable."""
    order, refund = _with_order(session, refund_id)
    shares = {share.payment.id: share for share in queries.shares_of(session, order.id, lock=True)}
    payment, held = shares[refund.payment_id].payment, shares[refund.payment_id].refundable
    rules.payable_by_hand(refund.status, order.balance, held, refund.amount)
    if refund.status is RefundStatus.FAILED:
        payment.refunded += refund.amount
    else:
        order.refunding -= refund.amount
    order.refunded += refund.amount
    refund.status, refund.finished_at, refund.method = RefundStatus.DONE, now, RefundMethod.MANUAL
    refund.how, refund.reference, refund.by, refund.rounding = how, reference, by, rules.coins(refund.amount, how)
    book(session, order, refund, posting.Memo.REFUND, now)
    tell_refunded(session, order, refund, True, now)
    return refund


def _with_order(session: Session, refund_id: uuid.UUID) -> tuple[Order, Refund]:
    """The order is locked first, everywhere, and its refund then read again."""
    order = orders.existing(session, queries.refund(session, refund_id).order_id)
    return order, session.get_one(Refund, refund_id, populate_existing=True)


def _give_up(session: Session, order: Order, refund: Refund, had_left: bool, now: datetime) -> None:
    """The money is ours again: it counts as excess until staff return it another way."""
    payment = session.get_one(Payment, refund.payment_id)
    payment.refunded -= refund.amount
    if had_left:
        order.refunded -= refund.amount
        book(session, order, refund, posting.Memo.REFUND_FAILED, now)
    else:
        order.refunding -= refund.amount


def book(session: Session, order: Order, refund: Refund, memo: posting.Memo, now: datetime) -> None:
    today = books(session, now)
    chart, amount = posting.Chart(today.profile.accounts), refund.amount + refund.rounding
    legs = posting.refund(chart, refund.how or RefundMethod.CARD, amount, refund.rounding)
    if memo is posting.Memo.REFUND_FAILED:
        legs = posting.reversed_(legs)
    ledger.write(session, today, order.id, memo, refund.id.hex, legs, now)


def tell_refunded(session: Session, order: Order, refund: Refund, succeeded: bool, now: datetime) -> None:
    message = OrderRefunded(
        order_id=refund.order_id,
        refund_id=refund.id,
        amount=refund.amount,
        method=refund.method,
        succeeded=succeeded,
        reason=refund.reason,
        sums=orders.next_sums(order),
    )
    post(session, "registration", message, now, subject=refund.order_id)
