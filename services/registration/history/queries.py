"""The history of one thing."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, and_, col, or_, select

from registration.history.models import HistoryEntry
from registration.history.rules import TAKEN_AWAY


def of(session: Session, *subject_ids: uuid.UUID) -> list[HistoryEntry]:
    """Every entry about a subject (or about a thing and its parts), newest first."""
    query = select(HistoryEntry).where(col(HistoryEntry.subject_id).in_(subject_ids))
    return list(session.exec(query.order_by(col(HistoryEntry.at).desc(), col(HistoryEntry.id).desc())).all())


def of_registration(
    session: Session, subject_ids: Sequence[uuid.UUID], activity_id: uuid.UUID, since: datetime
) -> list[HistoryEntry]:
    """Every entry about a registration and its parts, and who took away the confidential answers of its activity since
    it was made; newest first."""
    taken = and_(
        col(HistoryEntry.subject_id) == activity_id, col(HistoryEntry.action) == TAKEN_AWAY, HistoryEntry.at >= since
    )
    query = select(HistoryEntry).where(or_(col(HistoryEntry.subject_id).in_(subject_ids), taken))
    return list(session.exec(query.order_by(col(HistoryEntry.at).desc(), col(HistoryEntry.id).desc())).all())
