"""Reads of disputes."""

import uuid
from collections.abc import Sequence

from sqlmodel import Session, col, select

from billing.disputes.models import Dispute


def disputes_of(session: Session, order_id: uuid.UUID) -> Sequence[Dispute]:
    """Oldest first."""
    query = select(Dispute).where(Dispute.order_id == order_id)
    return session.exec(query.order_by(col(Dispute.opened_at), col(Dispute.id))).all()


def by_stripe_id(session: Session, stripe_dispute: str) -> Sequence[Dispute]:
    """Its part of each order, the oldest order first."""
    query = select(Dispute).where(Dispute.stripe_dispute == stripe_dispute)
    return session.exec(query.order_by(col(Dispute.order_id))).all()
