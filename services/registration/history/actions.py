"""Remember who did what."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from kit.auth import Caller
from kit.db import insert_all, new_id
from registration.history.models import HistoryEntry

entries: Any = HistoryEntry.__table__  # type: ignore[attr-defined]


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
    listed = [{"field": field, "old": old, "new": new} for field, (old, new) in (changes or {}).items()]
    row = {
        "id": new_id(),
        "at": now,
        "actor_id": by.id,
        "actor": by.name,
        "subject": subject,
        "subject_id": subject_id,
        "action": action,
        "changes": listed,
    }
    insert_all(session, entries, [row])


def show_sensitive(session: Session, registration_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """Remember that somebody looked at the sensitive answers of a registration (allergies, for instance)."""
    record(session, "registration", registration_id, "registration.sensitive_shown", by, now)
