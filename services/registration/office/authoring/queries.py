"""What the editor needs to know beside the activity itself: its state, and what can be copied."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.clock import local_day
from kit.contracts import Bilingual
from kit.sql import column
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus


@dataclass(frozen=True)
class SourceRow:
    """An activity that can be copied."""

    id: uuid.UUID
    kind: str
    title: Bilingual
    day: date | None


def sources(session: Session) -> list[SourceRow]:
    """Every activity that was shown, the latest first: a copy is most often of the last one."""
    rows = session.execute(
        sa.select(
            column(Activity.id),
            column(Activity.kind),
            column(Activity.title_fr),
            column(Activity.title_en),
            column(Activity.starts_at),
            column(Activity.timezone),
        )
        .where(column(Activity.status) != ActivityStatus.DRAFT)
        .order_by(column(Activity.starts_at).desc().nulls_last(), column(Activity.title_fr))
    )
    return [
        SourceRow(row[0], row[1], Bilingual(fr=row[2], en=row[3]), local_day(row[4], row[5]) if row[4] else None)
        for row in rows
    ]


@dataclass(frozen=True)
class Standing:
    """What the editor says above the sections."""

    id: uuid.UUID
    status: ActivityStatus
    publish_at: datetime | None
    copied_from: uuid.UUID | None
    version: int


def standing(session: Session, activity_id: uuid.UUID) -> Standing | None:
    """The state of an activity; None when there is none."""
    row = session.get(Activity, activity_id)
    if row is None:
        return None
    return Standing(row.id, row.status, row.publish_at, row.copied_from_id, row.version)
