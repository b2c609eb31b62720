"""Reads of visits and events."""

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from billing.checkout.models import Checkout, Incoming
from billing.checkout.rules import UNFINISHED, CheckoutStatus
from kit.lease import Patience, is_due


def checkouts_of(session: Session, order_id: uuid.UUID) -> Sequence[Checkout]:
    """Every visit of an order, oldest first."""
    return session.exec(select(Checkout).where(Checkout.order_id == order_id).order_by(col(Checkout.n))).all()


def unfinished(session: Session, order_id: uuid.UUID) -> Sequence[Checkout]:
    """The visits of which more may be heard."""
    return [checkout for checkout in checkouts_of(session, order_id) if checkout.status in UNFINISHED]


def orders_to_reconcile(session: Session) -> Sequence[uuid.UUID]:
    """Orders with a visit that is not finished."""
    query = select(Checkout.order_id).where(col(Checkout.status).in_(UNFINISHED)).distinct()
    return session.exec(query.order_by(col(Checkout.order_id))).all()


def due_events(session: Session, patience: Patience, now: datetime) -> Sequence[uuid.UUID]:
    """Events to work on now, oldest first."""
    due = is_due(Incoming.due_at, now, patience.horizon)
    query = select(Incoming.id).where(Incoming.state == "ready", due)
    return session.exec(query.order_by(col(Incoming.due_at)).limit(50)).all()


def last_event_at(session: Session) -> datetime | None:
    """The newest event we have seen, by Stripe's clock."""
    return session.exec(select(sa.func.max(Incoming.created))).one()


def given_up(session: Session) -> Sequence[Incoming]:
    """Events that no order explains, given up after many tries, oldest first: somebody must look."""
    query = select(Incoming).where(Incoming.state == "dead").order_by(col(Incoming.created), col(Incoming.id))
    return session.exec(query.limit(20)).all()


def event_counts(session: Session) -> dict[str, int]:
    """How many events are in each state."""
    return dict(session.exec(select(Incoming.state, sa.func.count()).group_by(Incoming.state)).all())


def unreconciled(session: Session, now: datetime) -> int:
    """Visits that should be over by now, and payments that were not believed."""
    late = sa.and_(col(Checkout.status).in_(UNFINISHED), col(Checkout.expires_at) < now)
    doubted = col(Checkout.problem) != ""
    return session.exec(select(sa.func.count()).select_from(Checkout).where(sa.or_(late, doubted))).one()


def problems(session: Session, order_id: uuid.UUID) -> Sequence[Checkout]:
    """Visits whose payment was not believed."""
    doubted = (Checkout.order_id == order_id, Checkout.problem != "", Checkout.status != CheckoutStatus.ABANDONED)
    return session.exec(select(Checkout).where(*doubted)).all()
