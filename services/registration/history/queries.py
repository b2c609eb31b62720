"""The history of one thing."""

import uuid

from sqlmodel import Session, col, select

from registration.history.models import HistoryEntry


def of(session: Session, subject_id: uuid.UUID) -> list[HistoryEntry]:
    """Every entry about a subject, newest first."""
    query = select(HistoryEntry).where(HistoryEntry.subject_id == subject_id)
    return list(session.exec(query.order_by(col(HistoryEntry.at).desc(), col(HistoryEntry.id).desc())).all())
