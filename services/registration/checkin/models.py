"""Arrivals. A row is never deleted: an undone check-in stays, with who undid it and when."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import new_id, personal
from registration.tables import Table


class CheckIn(Table, table=True):
    """An attendee arrived at a point of an activity. One that stands, per attendee and point, by unique index."""

    __tablename__ = "check_in"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    attendee_id: uuid.UUID = Field(foreign_key="attendee.id")
    activity_id: uuid.UUID = Field(foreign_key="activity.id")
    point: str
    at: datetime
    by_id: str
    by: str = Field(sa_column_kwargs=personal("explain an arrival", "7 years"))
    undone_at: datetime | None = None
    undone_by: str = ""
    __table_args__ = (
        sa.Index(
            "uq_check_in_standing",
            "attendee_id",
            "point",
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
        # With `at`, so that the door's list of latest arrivals reads as many rows as it shows.
        sa.Index(
            "ix_check_in_activity",
            "activity_id",
            "point",
            "at",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
    )
