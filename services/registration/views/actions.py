"""Keep a view of a list for oneself, or keep it no longer."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.db import new_id
from kit.errors import NotFound
from kit.sql import column, table
from registration.staff.models import StaffMember
from registration.views.models import SavedView
from registration.views.queries import views_of
from registration.views.rules import MOST, Listed, NothingNarrowed, TooManyViews, view_name


def keep(session: Session, staff_id: uuid.UUID, listed: Listed, typed: str, narrowed: str, now: datetime) -> uuid.UUID:
    """Keep what a list is narrowed to under a name; a view of that name is replaced. Raises InvalidInput for the name,
    NothingNarrowed, TooManyViews, NotFound for somebody who has no account."""
    name = view_name(typed)
    if not narrowed:
        raise NothingNarrowed("name")
    # Under a lock on the account: the same person may keep two at once in two windows.
    if session.get(StaffMember, staff_id, with_for_update=True) is None:
        raise NotFound()
    kept = views_of(session, staff_id, listed)
    for view in kept:
        if view.name == name:
            _replace(session, view.id, narrowed)
            return view.id
    if len(kept) >= MOST:
        raise TooManyViews("name", n=MOST)
    row = SavedView(id=new_id(), staff_id=staff_id, listed=listed, name=name, narrowed=narrowed, created_at=now)
    session.add(row)
    session.flush()
    return row.id


def _replace(session: Session, view_id: uuid.UUID, narrowed: str) -> None:
    mine = column(SavedView.id) == view_id
    session.execute(sa.update(table(SavedView)).where(mine).values({column(SavedView.narrowed): narrowed}))


def remove(session: Session, view_id: uuid.UUID, staff_id: uuid.UUID) -> Listed:
    """Keep one's view no longer; the list it was of. Raises NotFound, also for a view of somebody else."""
    mine = (column(SavedView.id) == view_id, column(SavedView.staff_id) == staff_id)
    gone = session.execute(sa.delete(table(SavedView)).where(*mine).returning(column(SavedView.listed))).first()
    if gone is None:
        raise NotFound()
    return Listed(gone[0])
