"""An activity is given a picture as its cover, or goes back to the drawn one."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import Bilingual
from kit.contracts.callers import Caller
from kit.errors import NotFound
from kit.sql import column, table
from registration.catalog.actions import changed
from registration.catalog.models import Activity
from registration.files.queries import locked
from registration.files.rules import Purpose, UnknownFile
from registration.history.actions import record
from registration.history.rules import Change


@dataclass(frozen=True)
class CoverRow:
    """What an activity says of its cover, and the activity's version."""

    cover_id: uuid.UUID | None
    cover_alt_fr: str
    cover_alt_en: str
    version: int


def set_cover(
    session: Session, activity_id: uuid.UUID, file_id: uuid.UUID | None, alt: Bilingual, by: Caller, now: datetime
) -> int:
    """Give an activity this file as its cover, none: the drawn one; the activity's new version. History says who.

    Raises NotFound, UnknownFile when there is no such file, or not one for a cover.
    """
    known = (column(Activity.cover_id), column(Activity.cover_alt_fr), column(Activity.cover_alt_en))
    row = session.execute(sa.select(*known, column(Activity.version)).where(column(Activity.id) == activity_id)).first()
    if row is None:
        raise NotFound()
    before = CoverRow(*row)
    if file_id is not None and locked(session, file_id, Purpose.COVER) is None:
        raise UnknownFile("file_id")
    alt = alt if file_id else Bilingual(fr="")
    old = (before.cover_id, before.cover_alt_fr, before.cover_alt_en)
    if old == (file_id, alt.fr, alt.en):
        return before.version
    changes = {
        "cover": Change("yes" if before.cover_id else "", "yes" if file_id else ""),
        "cover_alt_fr": Change(before.cover_alt_fr, alt.fr),
        "cover_alt_en": Change(before.cover_alt_en, alt.en),
    }
    values = {column(Activity.cover_id): file_id}
    texts = {column(Activity.cover_alt_fr): alt.fr, column(Activity.cover_alt_en): alt.en}
    mine = sa.update(table(Activity)).where(column(Activity.id) == activity_id)
    session.execute(mine.values({**values, **texts}))
    told = {name: change for name, change in changes.items() if change.before != change.after}
    record(session, "activity", activity_id, "activity.cover_set" if file_id else "activity.cover_gone", by, now, told)
    return changed(session, activity_id)
