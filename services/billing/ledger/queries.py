"""Reads of the ledger."""

import uuid
from collections.abc import Sequence

from sqlmodel import Session, col, select

from billing.ledger.models import Entry


def entries_of(session: Session, order_id: uuid.UUID) -> Sequence[Entry]:
    """Everything the books say of one order, oldest first."""
    query = select(Entry).where(Entry.order_id == order_id)
    return session.exec(query.order_by(col(Entry.at), col(Entry.posting_id), col(Entry.id))).all()
