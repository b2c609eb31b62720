"""Reads of what authors changed."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.clock import local_day
from kit.sql import column
from registration.catalog.authoring.rules_calendar import Neighbour
from registration.catalog.models import Activity, FormerAddress
from registration.catalog.rules import ActivityStatus


def moved(session: Session, lang: str, slug: str) -> Activity | None:
    """The activity that had this address once, when it is shown."""
    query = (
        select(Activity)
        .join(FormerAddress, col(FormerAddress.activity_id) == col(Activity.id))
        .where(FormerAddress.lang == lang, FormerAddress.slug == slug, Activity.status != ActivityStatus.DRAFT)
    )
    return session.exec(query).first()


def neighbours(session: Session, since: datetime, but: uuid.UUID) -> list[Neighbour]:
    """The other activities that are shown and do not end before `since`, by the day they begin, soonest first."""
    begins, ends = column(Activity.starts_at), column(Activity.ends_at)
    shown = (column(Activity.status) != ActivityStatus.DRAFT, column(Activity.id) != but, begins.is_not(None))
    query = sa.select(column(Activity.title_fr), begins, column(Activity.timezone))
    query = query.where(*shown, sa.or_(ends.is_(None), ends >= since)).order_by(begins, column(Activity.title_fr))
    return [Neighbour(title, local_day(at, zone)) for title, at, zone in session.execute(query) if at]
