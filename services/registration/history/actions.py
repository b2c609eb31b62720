"""Remember who did what, and forget it when its term is over."""

import uuid
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.db import new_id
from kit.sql import Values, column, insert_all, named, table
from registration.history.models import HistoryEntry
from registration.history.rules import NAMING, Value, stored


def record(
    session: Session,
    subject: str,
    subject_id: uuid.UUID,
    action: str,
    by: Caller,
    now: datetime,
    changes: Mapping[str, tuple[Value, Value]] | None = None,
) -> None:
    """Write one entry. `changes` maps a field to its value before and after (a `Change`); `subject` is the kind of
    thing (`registration`)."""
    field_changes = [
        {"field": field, "old": stored(before), "new": stored(after)}
        for field, (before, after) in (changes or {}).items()
    ]
    entry: Values = {
        column(HistoryEntry.id): new_id(),
        column(HistoryEntry.at): now,
        column(HistoryEntry.actor_id): by.id,
        column(HistoryEntry.actor): by.name,
        column(HistoryEntry.subject): subject,
        column(HistoryEntry.subject_id): subject_id,
        column(HistoryEntry.action): action,
        column(HistoryEntry.changes): field_changes,
    }
    insert_all(session, table(HistoryEntry), [named(entry)])


def show_sensitive(session: Session, registration_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """Remember that somebody looked at the sensitive answers of a registration (allergies, for instance)."""
    record(session, "registration", registration_id, "registration.sensitive_shown", by, now)


def export_confidential(session: Session, activity_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """Remember that somebody took the confidential answers of an activity away in a file."""
    record(session, "activity", activity_id, "activity.answers_exported", by, now)


def forget_names(session: Session, subjects: sa.Select[uuid.UUID], most: int) -> int:
    """Forget what a batch of entries about these subjects says of names and addresses; that something was changed, by
    whom and when, stays. How many were forgotten."""
    says = (column(HistoryEntry.action).in_(NAMING), sa.cast(column(HistoryEntry.changes), sa.Text) != "[]")
    mine = sa.select(column(HistoryEntry.id)).where(*says, column(HistoryEntry.subject_id).in_(subjects)).limit(most)
    emptied = sa.update(table(HistoryEntry)).where(column(HistoryEntry.id).in_(mine))
    emptied = emptied.values({column(HistoryEntry.changes): []})
    return len(session.execute(emptied.returning(column(HistoryEntry.id))).all())


def forget_entries(session: Session, before: datetime, most: int) -> int:
    """Forget a batch of the entries made before this; the database keeps those of the last seven years. How many."""
    mine = sa.select(column(HistoryEntry.id)).where(column(HistoryEntry.at) < before).limit(most)
    gone = sa.delete(table(HistoryEntry)).where(column(HistoryEntry.id).in_(mine))
    return len(session.execute(gone.returning(column(HistoryEntry.id))).all())
