"""Orders that share an invoice: they come one by one, in any order, perhaps twice; the last one issues it.

Whoever may complete a group locks it before any of its orders, so that it is issued once and nobody waits in a ring.
"""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from billing.invoices import rules
from billing.invoices.actions import issue_over
from billing.invoices.models import GroupedOrder, Invoice
from billing.invoices.queries import group_of
from billing.orders.actions import locked
from billing.orders.rules import OrderDiffers, OrderStatus
from kit.contracts import PlaceOrder
from kit.sql import Values, column, insert_once, named, table


def enter(session: Session, message: PlaceOrder, now: datetime) -> uuid.UUID | None:
    """Before an order is placed: the group that it goes on one invoice with, locked; nothing when it has one of its
    own. Raises InvalidInput, OrderDiffers (one of them was placed with another list)."""
    ids = rules.group(message)
    if not ids:
        return None
    about: Values = {column(GroupedOrder.group_id): ids[0], column(GroupedOrder.since): now}
    rows = [named({**about, column(GroupedOrder.order_id): one}) for one in ids]
    insert_once(session, table(GroupedOrder), rows, column(GroupedOrder.order_id), ["order_id"])
    _lock(session, ids[0])
    mine = sa.or_(col(GroupedOrder.order_id).in_(ids), col(GroupedOrder.group_id) == ids[0])
    known = {(row.order_id, row.group_id) for row in session.exec(select(GroupedOrder).where(mine))}
    if known != {(one, ids[0]) for one in ids}:
        raise OrderDiffers()
    return ids[0]


def locked_group_of(session: Session, order_id: uuid.UUID) -> uuid.UUID | None:
    """The group of an order that is about to be closed, locked; nothing when it has none."""
    group = group_of(session, order_id)
    if group is not None:
        _lock(session, group)
    return group


def complete(session: Session, group_id: uuid.UUID, now: datetime) -> Invoice | None:
    """The invoice over all orders of a locked group that wait for it, once none is missing; one that was closed before
    it came is not. After `rules.PATIENCE` nobody waits for the missing ones any more: they have one of their own."""
    members = session.exec(select(GroupedOrder).where(GroupedOrder.group_id == group_id)).all()
    came = [locked(session, one) for one in sorted(member.order_id for member in members)]
    # One that is being closed comes to nothing in a moment.
    waiting = [order for order in came if order and order.status is OrderStatus.OPEN and not order.closing]
    late = now >= min(member.since for member in members) + rules.PATIENCE
    if not waiting or (None in came and not late):
        return None
    return issue_over(session, waiting, now)


def complete_late(session: Session, group_id: uuid.UUID, now: datetime) -> None:
    """A group one of whose orders never came."""
    _lock(session, group_id)
    complete(session, group_id, now)


def _lock(session: Session, group_id: uuid.UUID) -> None:
    """The group is nobody else's until this transaction ends."""
    session.exec(select(GroupedOrder.order_id).where(GroupedOrder.order_id == group_id).with_for_update()).one()
