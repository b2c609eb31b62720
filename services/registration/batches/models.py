"""Acts on many registrations at once: which were chosen, and what became of each."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id, personal
from kit.lease import READY
from registration.batches.rules import Act, ItemState
from registration.tables import Table

AUTHOR = personal("explain what was done", "90 days")


class Batch(Table, table=True):
    """One act on registrations of an activity, chosen by a member of staff and done once confirmed (`confirmed_at`), in
    the name of whoever confirmed it. `keep_percent` is the part that the activity's rule kept at that moment."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id", index=True)
    act: Act = Field(sa_type=enum_type(Act))
    by_id: str = Field(sa_column_kwargs=AUTHOR)
    by: str = Field(sa_column_kwargs=AUTHOR)
    created_at: datetime = Field(index=True)
    confirmed_at: datetime | None = None
    keep_percent: int | None = None


class BatchItem(Table, table=True):
    """One registration of a batch, worked on by itself under a lease (`kit.lease`); `why` names what refused it."""

    __tablename__ = "batch_item"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    batch_id: uuid.UUID = Field(foreign_key="batch.id")
    registration_id: uuid.UUID = Field(foreign_key="registration.id", index=True)
    state: ItemState = Field(default=ItemState.CHOSEN, sa_type=enum_type(ItemState))
    why: str = ""
    due_at: datetime
    attempts: int = 0
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "registration_id"),
        sa.Index("ix_batch_item_ready", "due_at", "id", sqlite_where=READY, postgresql_where=READY),
    )
