"""Reads of payments."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from billing.payments.models import Allocation, Payment
from kit.contracts import PaymentMethod


def payments_of(session: Session, order_id: uuid.UUID) -> Sequence[Payment]:
    """The payments of an order, oldest first."""
    query = select(Payment).join(Allocation, col(Allocation.payment_id) == Payment.id)
    return session.exec(
        query.where(Allocation.order_id == order_id).order_by(col(Payment.recorded_at), col(Payment.id))
    ).all()


def by_intent(session: Session, payment_intent: str) -> Payment | None:
    """The payment of a Stripe payment intent, if it was recorded."""
    return session.exec(select(Payment).where(Payment.payment_intent == payment_intent)).first()


def orders_of(session: Session, payment_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """The orders that got something of a payment, the oldest first."""
    query = select(Allocation.order_id).where(Allocation.payment_id == payment_id)
    return session.exec(query.order_by(col(Allocation.order_id))).all()


def allocated(session: Session, payment_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """How much each order got of a payment, in cents."""
    query = select(Allocation.order_id, Allocation.amount).where(Allocation.payment_id == payment_id)
    return dict(session.exec(query).all())


def order_of_intent(session: Session, payment_intent: str) -> uuid.UUID | None:
    """The order a recorded payment intent paid."""
    query = select(Allocation.order_id).join(Payment, col(Allocation.payment_id) == Payment.id)
    return session.exec(query.where(Payment.payment_intent == payment_intent)).first()


@dataclass(frozen=True)
class Takings:
    """How many payments came one way, and how much money (cents), refunds not taken off."""

    method: str
    count: int
    cents: int


def takings(session: Session) -> list[Takings]:
    """By how it came; a way nobody ever paid by is there with nothing."""
    query = select(Payment.method, sa.func.count(), sa.func.sum(Payment.amount)).group_by(col(Payment.method))
    known = {method: (count, int(cents)) for method, count, cents in session.exec(query)}
    return [Takings(method.value, *known.get(method, (0, 0))) for method in PaymentMethod]
