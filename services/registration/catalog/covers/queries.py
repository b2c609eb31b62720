"""The pictures that activities have as covers."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column
from registration.catalog.models import Activity


def files_in_use(session: Session) -> set[uuid.UUID]:
    """The files that are somebody's cover."""
    used = sa.select(column(Activity.cover_id)).where(column(Activity.cover_id).is_not(None))
    return {cover_id for cover_id in session.execute(used).scalars() if cover_id}
