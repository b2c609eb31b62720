"""The pictures that activities have as covers."""

import uuid
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column
from registration.catalog.covers.rules import CoverPicture
from registration.catalog.models import Activity
from registration.files.queries import shapes
from registration.files.rules import Shape


def files_in_use(session: Session) -> set[uuid.UUID]:
    """The files that are somebody's cover."""
    used = sa.select(column(Activity.cover_id)).where(column(Activity.cover_id).is_not(None))
    return {cover_id for cover_id in session.execute(used).scalars() if cover_id}


def covers(session: Session, activities: Iterable[Activity]) -> Mapping[uuid.UUID, CoverPicture]:
    """The covers of the activities that have a picture, in one read; none when nobody has one."""
    pictured = {row.id: (row.cover_id, row.cover_alt) for row in activities if row.cover_id}
    files = shapes(session, {file_id for file_id, _ in pictured.values() if file_id}) if pictured else {}
    found = {}
    for activity_id, (file_id, alt) in pictured.items():
        if file_id in files:
            kept = files[file_id]
            whole = kept[Shape.WHOLE]
            found[activity_id] = CoverPicture(
                file_id=file_id,
                whole=whole.path,
                square=kept[Shape.SQUARE].path,
                shared=kept[Shape.SHARED].path,
                strip=kept[Shape.STRIP].path,
                width=whole.width,
                height=whole.height,
                alt=alt,
            )
    return found
