"""Remember who did what."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit.auth import Caller
from kit.db import new_id
from registration.history.models import HistoryEntry


def record(
    session: Session,
    subject: str,
    subject_id: uuid.UUID,
    action: str,
    by: Caller,
    now: datetime,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    """One entry. `changes` maps a field to its old and new value; `subject` is the kind of thing (`registration`)."""
    session.execute(sa.insert(HistoryEntry), [entry(subject, subject_id, action, by, now, changes)])


def entry(
    subject: str,
    subject_id: uuid.UUID,
    action: str,
    by: Caller,
    now: datetime,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> dict[str, Any]:
    """The row of an entry, for callers that insert several at once."""
    listed = [{"field": field, "old": old, "new": new} for field, (old, new) in (changes or {}).items()]
    return {
        "id": new_id(),
        "at": now,
        "actor_id": by.id,
        "actor": by.name,
        "subject": subject,
        "subject_id": subject_id,
        "action": action,
        "changes": listed,
    }
