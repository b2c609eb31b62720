"""Who did what, when, and what changed: one row for every action, never edited."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import new_id
from registration.tables import Table


class HistoryEntry(Table, table=True):
    """`action` is the key of a sentence (`history.<action>`); `changes` lists `{"field", "old", "new"}`."""

    __tablename__ = "history_entry"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime
    actor_id: str = ""
    actor: str = ""
    subject_id: uuid.UUID
    subject: str
    action: str
    changes: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    __table_args__ = (sa.Index("ix_history_entry_subject", "subject_id", "at"),)
