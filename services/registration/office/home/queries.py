"""What the page that staff start from reads of its own: the next session of what comes, and what has just happened."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registration.catalog.models import Activity, ActivitySession
from registration.history.models import HistoryEntry
from registration.registrations.models import Registration

# How far back the page looks, at how many entries of the history at most, and how much of it is shown.
SINCE, LOOKED_AT, MOST = timedelta(days=1), 500, 8


def next_sessions(session: Session, activities: Collection[uuid.UUID], now: datetime) -> dict[uuid.UUID, datetime]:
    """When each activity is on next: of a cohort under way, the session that comes, or the one that is on."""
    first = sa.func.min(col(ActivitySession.starts_at))
    query = sa.select(col(ActivitySession.activity_id), first).where(
        col(ActivitySession.activity_id).in_(activities), col(ActivitySession.ends_at) >= now
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(col(ActivitySession.activity_id)))}


@dataclass(frozen=True)
class Happened:
    """One entry of the history with the registration and the activity it is about."""

    entry: HistoryEntry
    registration_id: uuid.UUID
    about: str
    title_fr: str
    title_en: str


def happened(session: Session, now: datetime) -> list[Happened]:
    """What happened to registrations since yesterday, newest first, one line each; of the last entries there are."""
    last = sa.select(col(HistoryEntry.id)).order_by(col(HistoryEntry.id).desc()).limit(LOOKED_AT)
    query = (
        select(HistoryEntry, Registration, Activity)
        .join(Registration, col(Registration.id) == HistoryEntry.subject_id)
        .join(Activity, col(Activity.id) == Registration.activity_id)
        .where(col(HistoryEntry.id).in_(last), HistoryEntry.at >= now - SINCE)
        .order_by(col(HistoryEntry.id).desc())
    )
    return [
        Happened(
            entry,
            row.id,
            row.company_name or f"{row.contact_first} {row.contact_last}",
            of.title_fr,
            of.title.in_("en"),
        )
        for entry, row, of in session.exec(query.limit(MOST))
    ]
