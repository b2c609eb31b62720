"""Keys of what was told in confidence."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import new_id
from registration.tables import Table


class AnswerKey(Table, table=True):
    """The key of all answers of an activity that are erased the same number of `days` after its end.

    It follows the activity when that is postponed. `wrapped` is worth nothing without PRIVACY_KEY; deleting the row
    erases the answers. `waits_for` says why they are not erased yet although their day has come (empty: nothing).
    """

    __tablename__ = "answer_key"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id")
    days: int
    wrapped: bytes = Field(sa_type=sa.LargeBinary)
    created_at: datetime
    waits_for: str = ""
    __table_args__ = (sa.UniqueConstraint("activity_id", "days", name="uq_answer_key_activity_days"),)
