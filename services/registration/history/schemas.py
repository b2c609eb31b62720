"""History for programs."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from registration.history.models import HistoryEntry
from registration.history.rules import FieldChange


class HistoryView(BaseModel):
    """Who did what, when; `changes` list field, old and new."""

    at: datetime
    actor: str
    action: str
    changes: list[FieldChange]

    @classmethod
    def of(cls, entries: Sequence[HistoryEntry]) -> "list[HistoryView]":
        return [
            cls(at=entry.at, actor=entry.actor, action=entry.action, changes=entry.field_changes()) for entry in entries
        ]
