"""Letters that wait for their day. A row holds no name, no address, no word: the letter is written when it leaves."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id
from registration.schedule.rules import PlannedState
from registration.tables import Table, index_of


class Planned(Table, table=True):
    """One letter of a rule about one thing: `occurrence` tells those of a rule apart (so many days before). It is to
    leave at `wanted_at`, and is worked on under a lease (`kit.lease`), which moves `due_at`. `reason` says why it was
    skipped."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    rule: str
    entity_id: uuid.UUID
    occurrence: str
    wanted_at: datetime
    state: PlannedState = Field(default=PlannedState.PLANNED, sa_type=enum_type(PlannedState))
    reason: str = ""
    settled_at: datetime | None = None
    due_at: datetime
    attempts: int = 0
    __table_args__ = (
        sa.UniqueConstraint("rule", "entity_id", "occurrence", name="uq_planned_once"),
        sa.CheckConstraint("(state = 'planned') = (settled_at IS NULL)", name="settled_says_when"),
        sa.CheckConstraint("(state = 'skipped') = (reason <> '')", name="skipped_says_why"),
        index_of("ix_planned_waits", "state = 'planned'", "wanted_at", "id"),
    )
