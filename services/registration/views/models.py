"""Views of lists that members of staff keep for themselves."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id, personal
from registration.tables import Table
from registration.views.rules import Listed


class SavedView(Table, table=True):
    """One view of one person. It serves the same list of every activity; words that were looked for are never kept."""

    __tablename__ = "saved_view"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    staff_id: uuid.UUID = Field(foreign_key="staff_member.id")
    listed: Listed = Field(sa_type=enum_type(Listed))
    name: str = Field(sa_column_kwargs=personal("show a list as one works with it", "while they are staff"))
    narrowed: str
    created_at: datetime
    __table_args__ = (sa.UniqueConstraint("staff_id", "listed", "name"),)
