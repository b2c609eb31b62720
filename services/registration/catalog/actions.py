"""The one door to the catalogue: whatever changes it is written here, and raises the version of its activity.

Two columns only move elsewhere, with the registrations that do it: what is taken of a resource, what is used of a code.
"""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import NotFound
from kit.sql import column, table
from registration.catalog.models import Activity, Seeded


def changed(session: Session, activity_id: uuid.UUID) -> int:
    """The activity, or something of it, is no longer as it was: its new version. Raises NotFound.

    Pages that remember it read it anew, and calendars take the event again.
    """
    version = column(Activity.version)
    raised = sa.update(table(Activity)).where(column(Activity.id) == activity_id).values({version: version + 1})
    row = session.execute(raised.returning(version)).first()
    if row is None:
        raise NotFound()
    return int(row.version)


def shift_of(session: Session, key: str, weeks: int) -> int:
    """By how many weeks the dates of an association file are moved: as at its first load, `weeks` when this is it."""
    row = session.get(Seeded, key)
    if row is None:
        row = Seeded(key=key, shift_weeks=weeks)
        session.add(row)
    return row.shift_weeks
