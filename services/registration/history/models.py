"""Who did what, when, and what changed: one row for every action, never edited."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlmodel import Field

from kit.db import new_id, personal
from registration.history.rules import FieldChange, Stored
from registration.tables import Table

FIELD_CHANGES = TypeAdapter(list[FieldChange])


class HistoryEntry(Table, table=True):
    """`action` is the key of a sentence (`history.<action>`); `changes` lists `{"field", "old", "new"}`."""

    __tablename__ = "history_entry"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime
    actor_id: str = Field(default="", sa_column_kwargs=personal("explain what was done", "7 years"))
    actor: str = Field(default="", sa_column_kwargs=personal("explain what was done", "7 years"))
    subject_id: uuid.UUID
    subject: str
    action: str
    changes: list[dict[str, Stored]] = Field(
        default_factory=list, sa_type=sa.JSON, sa_column_kwargs=personal("explain what was done", "7 years")
    )
    __table_args__ = (sa.Index("ix_history_entry_subject", "subject_id", "at"),)

    def field_changes(self) -> list[FieldChange]:
        """The changed fields, in the order in which they were recorded."""
        return FIELD_CHANGES.validate_python(self.changes)
