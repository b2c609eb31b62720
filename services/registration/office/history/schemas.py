"""History for programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from registration.history.models import HistoryEntry


class HistoryView(BaseModel):
    """Who did what, when; `changes` list field, old and new."""

    at: datetime
    actor: str
    action: str
    changes: list[dict[str, Any]]

    @classmethod
    def of(cls, entries: Sequence[HistoryEntry]) -> "list[HistoryView]":
        return [cls.model_validate(entry, from_attributes=True) for entry in entries]
