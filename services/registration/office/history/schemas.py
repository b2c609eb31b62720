"""History for programs."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from kit.contracts import Instant
from registration.history.models import HistoryEntry


class HistoryView(BaseModel):
    """Who did what, when; `changes` list field, old and new."""

    at: Instant = Field(description="When (UTC).")
    actor: str = Field(description="Who, by name.", examples=["Élise Côté"])
    action: str = Field(description="What, as a word for programs.", examples=["registration.cancelled"])
    changes: list[dict[str, Any]] = Field(description="Fields with what they were and became.", examples=[[]])

    @classmethod
    def of(cls, entries: Sequence[HistoryEntry]) -> "list[HistoryView]":
        return [cls.model_validate(entry, from_attributes=True) for entry in entries]
