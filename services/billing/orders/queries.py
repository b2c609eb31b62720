"""Reads of one order."""

import uuid
from collections.abc import Sequence

from sqlmodel import Session, col, select

from billing.orders.models import Buyer, Order, OrderLine
from kit.errors import NotFound


def order(session: Session, order_id: uuid.UUID) -> Order:
    """Raises NotFound."""
    order = session.get(Order, order_id)
    if order is None:
        raise NotFound()
    return order


def lines_of(session: Session, order_id: uuid.UUID) -> Sequence[OrderLine]:
    """The lines, in the order they were placed."""
    return session.exec(select(OrderLine).where(OrderLine.order_id == order_id).order_by(col(OrderLine.position))).all()


def buyer_of(session: Session, order_id: uuid.UUID) -> Buyer:
    """Raises NotFound: an order closed before it was ever placed has no buyer."""
    buyer = session.get(Buyer, order_id)
    if buyer is None:
        raise NotFound()
    return buyer


def amendments_of(session: Session, order_id: uuid.UUID) -> Sequence[Order]:
    """The orders that add to this one, the oldest first."""
    return session.exec(select(Order).where(Order.amends == order_id).order_by(col(Order.placed_at))).all()
