"""Somebody's own views of a list."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.sql import column
from registration.views.models import SavedView
from registration.views.rules import Listed, ViewRow

COLUMNS = (column(SavedView.id), column(SavedView.listed), column(SavedView.name), column(SavedView.narrowed))


def own_views(session: Session, caller: Caller, listed: Listed) -> list[ViewRow]:
    """Whoever looks at the list: a program has no views."""
    return views_of(session, uuid.UUID(caller.id), listed) if caller.login else []


def views_of(session: Session, staff_id: uuid.UUID, listed: Listed | None = None) -> list[ViewRow]:
    """Their views of this list, or of every list, in the order in which they were kept."""
    mine = sa.select(*COLUMNS).where(column(SavedView.staff_id) == staff_id)
    if listed:
        mine = mine.where(column(SavedView.listed) == listed)
    rows = session.execute(mine.order_by(column(SavedView.created_at), column(SavedView.id)))
    return [ViewRow(*row) for row in rows]
