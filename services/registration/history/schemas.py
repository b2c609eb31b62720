"""History for programs."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from kit.contracts import Instant
from registration.history.models import HistoryEntry
from registration.history.rules import Stored


class ChangeView(BaseModel):
    """One changed field."""

    field: str = Field(description="Which field.", examples=["status"])
    old: Stored = Field(description="What it was; null where there was nothing.", examples=["held"])
    new: Stored = Field(description="What it became.", examples=["confirmed"])


class HistoryView(BaseModel):
    """Who did what, when; `changes` list field, old and new."""

    at: Instant = Field(description="When (UTC).")
    actor: str = Field(description="Who, by name.", examples=["Élise Côté"])
    action: str = Field(description="What, as a word for programs.", examples=["registration.cancelled"])
    changes: list[ChangeView] = Field(description="Fields with what they were and became.", examples=[[]])

    @classmethod
    def of(cls, entries: Sequence[HistoryEntry]) -> "list[HistoryView]":
        return [
            cls(
                at=entry.at,
                actor=entry.actor,
                action=entry.action,
                changes=[ChangeView(**vars(change)) for change in entry.field_changes()],
            )
            for entry in entries
        ]
