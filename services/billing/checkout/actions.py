"""What a payment page changes in our books. The network is `flows`': nothing here calls out."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from billing.checkout import queries, rules
from billing.checkout.models import Checkout, Incoming
from billing.checkout.rules import CheckoutStatus
from billing.invoices import actions as invoices
from billing.invoices import actions_groups as groups
from billing.invoices import rules as documents
from billing.notices import actions as notices
from billing.orders import actions as orders
from billing.orders.models import Order
from billing.orders.rules import OrderStatus
from billing.payments import actions as payments
from billing.payments.actions import Received
from billing.payments.queries import by_intent
from billing.port import EventSeen, Reading
from billing.refunds import actions as refunds
from kit import lease
from kit.contracts import PaymentMethod
from kit.errors import NotFound
from kit.lease import Patience
from kit.sql import Values, add_once, column

PAID_TWICE = "paid_twice"


def visit(session: Session, order_id: uuid.UUID, now: datetime) -> Checkout:
    """The visit that is going on and asks what is owed, or a new one, committed before Stripe is asked for its page.

    Raises NotFound, AlreadyPaid, OrderClosed, CardNotOffered, BelowCardMinimum.
    """
    owing = invoices.locked_together(session, order_id)
    owed, order = _may_pay(owing), owing[0]
    known = queries.checkouts_of(session, order.id)
    last = known[-1] if known else None
    if last and rules.reusable(last.status, last.created_at, last.expires_at, now):
        if rules.asked(last.amount, order.total) == owed:
            return last
    checkout = Checkout(
        order_id=order.id,
        n=len(known) + 1,
        amount=owed,
        status=CheckoutStatus.OPENING,
        created_at=now,
        expires_at=rules.ends_at(now, order.hold_until),
    )
    session.add(checkout)
    session.flush()
    return checkout


def opened(session: Session, checkout_id: uuid.UUID, reading: Reading) -> Checkout:
    """Stripe made the page: only from here on may anybody be sent to it, if it asks what is still owed. Raises what
    `rules.may_pay` raises, when the order was paid or closed while Stripe worked."""
    checkout, owing = _with_orders(session, checkout_id)
    asks_right = _may_pay(owing) == rules.asked(checkout.amount, owing[0].total)
    if checkout.status is CheckoutStatus.OPENING and asks_right:
        checkout.status, checkout.session_id, checkout.url = CheckoutStatus.OPEN, reading.session_id, reading.url
    return checkout


def abandoned(session: Session, checkout_id: uuid.UUID) -> None:
    """Stripe will not give this page: the next visit asks for another."""
    checkout, _owing = _with_orders(session, checkout_id)
    if checkout.status is CheckoutStatus.OPENING:
        checkout.status = CheckoutStatus.ABANDONED


def _with_orders(session: Session, checkout_id: uuid.UUID) -> tuple[Checkout, list[Order]]:
    """The orders are locked first, everywhere, and the visit then read again."""
    owing = invoices.locked_together(session, session.get_one(Checkout, checkout_id).order_id)
    return session.get_one(Checkout, checkout_id, populate_existing=True), owing


def _may_pay(owing: Sequence[Order]) -> int:
    """What a page over these orders would ask now, in cents. Raises what `rules.may_pay` raises."""
    statuses, owed = [order.status for order in owing], documents.owed_of(owing)
    closing = any(order.closing for order in owing if order.status is OrderStatus.OPEN)
    rules.may_pay(documents.state_of(statuses), closing, owing[0].by_card, owed)
    return owed


def apply(session: Session, order_id: uuid.UUID, readings: Mapping[uuid.UUID, Reading], now: datetime) -> Order:
    """Apply what Stripe says of the visits of an order, or of the invoice it is on, forward only: an older or repeated
    reading changes nothing."""
    owing = invoices.locked_together(session, order_id)
    order = next(one for one in owing if one.id == order_id)
    for checkout in queries.unfinished(session, owing[0].id):
        reading = readings.get(checkout.id)
        if reading is not None:
            _apply_one(session, owing, checkout, reading, now)
        elif checkout.status is CheckoutStatus.OPENING and (order.closing or now >= checkout.created_at + rules.REPAIR):
            # Nobody was ever sent to this page: `opened` comes first, and refuses from now on.
            checkout.status = CheckoutStatus.ABANDONED
    return order


def _apply_one(session: Session, owing: Sequence[Order], checkout: Checkout, reading: Reading, now: datetime) -> None:
    if reading.paid and reading.payment_intent:
        asked = rules.asked(checkout.amount, owing[0].total)
        checkout.problem = rules.problem(reading, checkout.order_id, asked)
        if not checkout.problem:
            _receive(session, owing, reading.payment_intent, reading.received, now)
    checkout.status = rules.finished(reading) or checkout.status


def _receive(session: Session, owing: Sequence[Order], payment_intent: str, amount: int, now: datetime) -> None:
    if by_intent(session, payment_intent) is None:
        came = Received(PaymentMethod.CARD, amount, reference=payment_intent, payment_intent=payment_intent)
        payment = payments.receive(session, owing, came, now)
        # Two pages paid in a race, or a cheque recorded while one was open: what is too much goes back.
        for order in payments.orders_paid(session, owing, payment):
            refunds.return_excess(session, order, PAID_TWICE, None, now)


def end(session: Session, order_id: uuid.UUID, now: datetime) -> OrderStatus:
    """Void a closing order of which nothing more can come; its status, *open* when that is not certain yet. Those that
    go on one invoice with it wait for it no longer."""
    group = groups.locked_group_of(session, order_id)
    order = orders.existing(session, order_id)
    doubted = queries.problems(session, order_id)
    if order.status is OrderStatus.OPEN and not queries.unfinished(session, order_id) and not doubted:
        order.status = OrderStatus.VOID
        notices.discard(session, order, now)
    if group is not None:
        groups.complete(session, group, now)
    return order.status


def store_event(session: Session, event: EventSeen, now: datetime) -> bool:
    """Store an event once. True when it is new."""
    incoming = Incoming(
        event_id=event.id,
        type=event.type,
        object_id=event.object_id,
        order_id=event.order_id,
        refund_id=event.refund_id,
        payment_intent=event.payment_intent,
        account=event.account,
        created=event.created,
        received_at=now,
        due_at=now,
    )
    return add_once(session, Incoming, incoming.model_dump(), column(Incoming.event_id))


def claim_event(session: Session, incoming_id: uuid.UUID, patience: Patience, now: datetime) -> Incoming | None:
    """Take an event for one attempt; None when another process has it. A crash gives it back after the lease."""
    due = lease.is_due(Incoming.due_at, now, patience.horizon)
    ready = (col(Incoming.id) == incoming_id, col(Incoming.state) == "ready", due)
    return next(iter(lease.claim(session, Incoming, *ready, until=now + lease.LONGEST_LEASE)), None)


def finish_event(session: Session, incoming_id: uuid.UUID) -> None:
    session.get_one(Incoming, incoming_id).state = "done"


def event_failed(
    session: Session, claimed: Incoming, error: str, busy: bool, patience: Patience, now: datetime
) -> None:
    """Try again later; after many refusals it is dead, shown and counted, and never thrown away. Stripe being down
    (`busy`) is not a refusal."""
    refusals = claimed.refusals + (not busy)
    values: Values = {
        column(Incoming.error): error,
        column(Incoming.due_at): now + patience.after(claimed.attempts),
        column(Incoming.refusals): refusals,
        column(Incoming.state): "dead" if refusals >= patience.most_refusals else "ready",
    }
    lease.move(session, claimed, values)


def looked_at(session: Session, incoming_id: uuid.UUID) -> None:
    """Somebody looked at what is in sight: it waits for nobody any more. Twice changes nothing. Raises NotFound, for
    what was not refused yet too: it may still be worked."""
    incoming = session.get(Incoming, incoming_id, with_for_update=True)
    if incoming is None or (incoming.state == "ready" and not incoming.refusals):
        raise NotFound()
    incoming.state = "done"


def purge_events(session: Session, before: datetime) -> None:
    """Forget events worked long ago; dead ones stay until somebody has looked at them."""
    session.execute(sa.delete(Incoming).where(col(Incoming.state) == "done", col(Incoming.received_at) < before))
