"""The message: what must be said to one address."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id, personal
from notify.messages.rules import Failure, Status, message_key
from notify.tables import Table

# Whatever the order in which a message becomes sent or failed, the row tells one story.
STORY = {
    "sent_has_a_time": "(status = 'sent') = (sent_at IS NOT NULL)",
    "failed_has_a_reason": "(status = 'failed') = (failure IS NOT NULL)",
}


class Message(Table, table=True):
    """One message. `values`, `tickets` and `attachments` are the contract's, checked on arrival; they are blanked with
    the address when `purged_at` is set. `attempts` fences the workers; `refusals` counts towards giving up."""

    __tablename__ = "message"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = Field(max_length=40)
    entity: uuid.UUID = Field(index=True)
    version: int
    to_address: str = Field(sa_column_kwargs=personal("write to the person", "90 days"))
    to_name: str = Field(default="", sa_column_kwargs=personal("write to the person", "90 days"))
    # The mailbox that letters are counted by, blanked with the address.
    recipient: str = Field(default="", sa_column_kwargs=personal("write to the person", "90 days"))
    search: str = Field(default="", sa_column_kwargs=personal("write to the person", "90 days"))
    lang: str = Field(max_length=2)
    subject: str = Field(sa_column_kwargs=personal("write to the person", "90 days"))
    values: dict[str, Any] = Field(sa_type=sa.JSON, sa_column_kwargs=personal("write to the person", "90 days"))
    tickets: list[dict[str, Any]] = Field(sa_type=sa.JSON, sa_column_kwargs=personal("write to the person", "90 days"))
    attachments: list[dict[str, Any]] = Field(
        sa_type=sa.JSON, sa_column_kwargs=personal("write to the person", "90 days")
    )
    papers: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=sa.JSON, sa_column_kwargs={"server_default": "[]"}
    )
    status: Status = Field(default=Status.QUEUED, sa_type=enum_type(Status))
    failure: Failure | None = Field(default=None, sa_type=enum_type(Failure))
    attempts: int = 0
    refusals: int = 0
    due_at: datetime
    created_at: datetime = Field(index=True)
    sent_at: datetime | None = None
    purged_at: datetime | None = None
    __table_args__ = (
        sa.UniqueConstraint("kind", "entity", "version"),
        sa.Index("ix_message_recipient", "recipient", "created_at"),
        # Not partial: with a bound status SQLite could not use a partial one.
        sa.Index("ix_message_queue", "status", "due_at", "id"),
        *(sa.CheckConstraint(rule, name=name) for name, rule in STORY.items()),
    )

    @property
    def key(self) -> str:
        """What the header `X-Message-Key` says."""
        return message_key(self.kind, self.entity)
