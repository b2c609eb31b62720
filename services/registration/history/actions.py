"""Remember who did what."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.db import new_id
from kit.sql import Values, column, insert_all, named, table
from registration.history.models import HistoryEntry
from registration.history.rules import Value, stored


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
