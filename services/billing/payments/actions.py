"""Receiving money, and what an order asks for at once when it is placed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from billing.association.queries import books
from billing.invoices import actions as invoices
from billing.invoices import actions_groups as groups
from billing.invoices import rules as documents
from billing.invoices.queries import invoice_of
from billing.ledger import actions as ledger
from billing.ledger import rules as posting
from billing.notices import actions as notices
from billing.notices import rules as agreeing
from billing.orders import actions as orders
from billing.orders.models import Order
from billing.orders.rules import OrderStatus
from billing.payments import queries, rules
from billing.payments.models import Allocation, Payment
from kit.contracts import OrderMethod, OrderPaid, OrderPartlyPaid, PaymentMethod, PlaceOrder
from kit.contracts.papers import PaperQuestion
from kit.errors import NotFound
from kit.mailbox import post


@dataclass(frozen=True)
class Received:
    """Money that came: `amount` cents, of which `rounding` pays nothing."""

    method: PaymentMethod
    amount: int
    rounding: int = 0
    received_on: date | None = None
    reference: str = ""
    payment_intent: str | None = None
    by: str = ""


def accept(session: Session, message: PlaceOrder, now: datetime) -> Order:
    """Place an order and do what its way of paying asks at once: an invoice, a payment that staff
    had in hand, or nothing yet.

    An order that goes on one invoice with others waits for them. Placing it again changes nothing. Raises what
    `orders.actions.place` raises.
    """
    agreeing.asked_by(message)
    group = groups.enter(session, message, now)
    order, new = orders.place(session, message, now)
    if group is not None:
        groups.complete(session, group, now)
    elif new and order.on_notice:
        notices.issue(session, order, now)
    elif new and order.method is OrderMethod.INVOICE:
        invoices.issue(session, order, now)
    if new and order.method is OrderMethod.CASH:
        amount, rounding = rules.coins(order.total)
        receive(session, [order], Received(PaymentMethod.CASH, amount, rounding, by=message.by), now)
    if new and order.method is OrderMethod.RECEIVED and (had := message.received):
        receive(session, [order], Received(had.method, order.total, reference=had.reference, by=message.by), now)
    return order


def record(
    session: Session,
    order_id: uuid.UUID,
    method: PaymentMethod,
    amount: int,
    received_on: date,
    reference: str,
    by: str,
    now: datetime,
) -> Payment:
    """A cheque or a transfer that staff received for the invoice that an order is on: it settles all orders of the
    invoice, the oldest first. Whoever pays a notice agrees to owe it, and is invoiced.

    Raises NotFound, OrderNotBilled, OrderClosed, AlreadyPaid, Overpaid, InvalidInput.
    """
    owing = invoices.locked_together(session, order_id)
    notices.agreed(session, owing[0], now)
    statuses = [order.status for order in owing]
    owed = documents.payable(statuses, [order.balance for order in owing])
    rules.recordable(documents.state_of(statuses), sum(owed), method, amount, received_on, books(session, now).day)
    came = Received(method, amount, received_on=received_on, reference=reference, by=by)
    return _receive(session, list(zip(owing, documents.settled(amount, owed), strict=True)), came, now)


def receive(session: Session, owing: Sequence[Order], came: Received, now: datetime) -> Payment:
    """Write down money for a locked order, or for the locked orders of one invoice: invoice if there is none, payment,
    postings, and a message to registration for each that got something, the oldest first.

    What comes above the balance is kept here too: `refunds.return_excess` sends it back.
    """
    invoices.issue(session, owing[0], now)
    owed = documents.payable([order.status for order in owing], [order.balance for order in owing])
    shares = documents.spread(came.amount - came.rounding, owed)
    return _receive(session, list(zip(owing, shares, strict=True)), came, now)


def orders_paid(session: Session, owing: Sequence[Order], payment: Payment) -> list[Order]:
    """Those of these orders that got something of a payment."""
    paid = queries.orders_of(session, payment.id)
    return [order for order in owing if order.id in paid]


def _receive(session: Session, shares: Sequence[tuple[Order, int]], came: Received, now: datetime) -> Payment:
    """Write down money for locked orders of one invoice, and how much of it each gets."""
    today = books(session, now)
    payment = Payment(
        method=came.method,
        amount=came.amount,
        rounding=came.rounding,
        received_on=came.received_on or today.day,
        recorded_at=now,
        reference=came.reference,
        payment_intent=came.payment_intent,
        by=came.by,
    )
    session.add(payment)
    session.flush()
    chart, parts = posting.Chart(today.profile.accounts), [(order, part) for order, part in shares if part]
    # Coins are rounded for one order alone: for several, what came is the sum of what they get.
    legs = [
        (order.id, posting.payment(chart, came.method, part + came.rounding, came.rounding)) for order, part in parts
    ]
    ledger.write_parts(session, today, legs, posting.Memo.PAYMENT, payment.id.hex, now)
    for order, part in parts:
        _allocate(session, order, payment, part, now)
    session.flush()
    return payment


def _allocate(session: Session, order: Order, payment: Payment, amount: int, now: datetime) -> None:
    session.add(Allocation(payment_id=payment.id, order_id=order.id, amount=amount))
    order.paid += amount
    if orders.settle_status(order):
        tell_paid(session, order, payment, now)
    elif order.status is not OrderStatus.PAID:
        _tell_partly_paid(session, order, payment, amount, now)


def locked(session: Session, payment_intent: str) -> tuple[list[Order], Payment]:
    """The payment of a Stripe payment intent, and the orders it paid, the oldest first, which are locked first,
    everywhere. Raises NotFound."""
    payment = queries.by_intent(session, payment_intent)
    if payment is None:
        raise NotFound()
    paid = [orders.existing(session, order_id) for order_id in queries.orders_of(session, payment.id)]
    return paid, session.get_one(Payment, payment.id, populate_existing=True)


def tell_paid(session: Session, order: Order, payment: Payment, now: datetime) -> None:
    """Registration learns that nothing is owed any more."""
    paid = OrderPaid(
        order_id=order.id,
        paid_at=now,
        amount=order.balance.left,
        method=payment.method,
        by=payment.by,
        sums=orders.next_sums(order),
        papers=_papers(session, order, payment),
    )
    post(session, "registration", paid, now, subject=order.id)


def _papers(session: Session, order: Order, payment: Payment) -> tuple[PaperQuestion, ...]:
    """The receipt; after the invoice, which whoever pays at once is sent with it."""
    receipt = PaperQuestion(kind="receipt", id=payment.id)
    invoice = invoice_of(session, order.id) if order.method is not OrderMethod.INVOICE else None
    return (PaperQuestion(kind="invoice", id=invoice.id), receipt) if invoice else (receipt,)


def _tell_partly_paid(session: Session, order: Order, payment: Payment, amount: int, now: datetime) -> None:
    sums = orders.next_sums(order)
    part = OrderPartlyPaid(order_id=order.id, amount=amount, method=payment.method, by=payment.by, sums=sums)
    post(session, "registration", part, now, subject=order.id)
