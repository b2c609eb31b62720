"""The history of one thing."""

import uuid

from sqlmodel import Session, col, select

from registration.history.models import HistoryEntry


def of(session: Session, *subject_ids: uuid.UUID) -> list[HistoryEntry]:
    """Every entry about a subject (or about a thing and its parts), newest first."""
    query = select(HistoryEntry).where(col(HistoryEntry.subject_id).in_(subject_ids))
    return list(session.exec(query.order_by(col(HistoryEntry.at).desc(), col(HistoryEntry.id).desc())).all())
