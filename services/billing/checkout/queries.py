"""Reads of visits and events."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from billing.checkout.models import Checkout, Incoming
from billing.checkout.rules import UNFINISHED, CheckoutStatus
from kit.lease import Patience, is_due

# An event may come before what it is about; what is still refused after so long is shown.
IN_SIGHT_AFTER = timedelta(minutes=5)


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


def in_sight(session: Session, now: datetime) -> Sequence[Incoming]:
    """Events that nothing here explains, oldest first: given up after many tries, or refused again and again for some
    minutes already. Somebody must look."""
    query = select(Incoming).where(_in_sight(now)).order_by(col(Incoming.created), col(Incoming.id))
    return session.exec(query.limit(20)).all()


def unexplained(session: Session, payment_intents: Sequence[str], now: datetime) -> Sequence[Incoming]:
    """Those of them that are about these payments."""
    if not payment_intents:
        return []
    query = select(Incoming).where(_in_sight(now), col(Incoming.payment_intent).in_(payment_intents))
    return session.exec(query.order_by(col(Incoming.created), col(Incoming.id))).all()


def _in_sight(now: datetime) -> sa.ColumnElement[bool]:
    refused = sa.and_(col(Incoming.state) == "ready", col(Incoming.refusals) > 0)
    return sa.or_(col(Incoming.state) == "dead", sa.and_(refused, col(Incoming.received_at) <= now - IN_SIGHT_AFTER))


def event_counts(session: Session) -> dict[str, int]:
    """How many events are in each state."""
    return dict(session.exec(select(Incoming.state, sa.func.count()).group_by(Incoming.state)).all())


def oldest_event(session: Session) -> datetime | None:
    """When the event that has waited longest came."""
    return session.exec(select(sa.func.min(Incoming.received_at)).where(Incoming.state == "ready")).one()


def unreconciled(session: Session, now: datetime) -> int:
    """Visits that should be over by now, and payments that were not believed."""
    late = sa.and_(col(Checkout.status).in_(UNFINISHED), col(Checkout.expires_at) < now)
    doubted = col(Checkout.problem) != ""
    return session.exec(select(sa.func.count()).select_from(Checkout).where(sa.or_(late, doubted))).one()


def problems(session: Session, order_id: uuid.UUID) -> Sequence[Checkout]:
    """Visits whose payment was not believed."""
    doubted = (Checkout.order_id == order_id, Checkout.problem != "", Checkout.status != CheckoutStatus.ABANDONED)
    return session.exec(select(Checkout).where(*doubted)).all()
