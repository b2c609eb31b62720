"""What sponsors were promised, and what was delivered of it."""

import uuid
from datetime import date, datetime

from sqlmodel import Field

from kit.db import new_id, personal
from registration.tables import Table, index_of


class Benefit(Table, table=True):
    """One benefit owed to a sponsorship, a line of a registration, in the words it was sold with; by `due_on` when the
    activity has a day. It is owed while its line stands and its registration is confirmed."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    registration_id: uuid.UUID = Field(foreign_key="registration.id", index=True)
    line_id: uuid.UUID = Field(foreign_key="registration_line.id", index=True)
    position: int
    label_fr: str
    label_en: str = ""
    due_on: date | None = None
    delivered_at: datetime | None = None
    delivered_by: str = Field(
        default="", sa_column_kwargs=personal("say who delivered it", "24 months after the activity")
    )
    __table_args__ = (index_of("ix_benefit_owed", "delivered_at IS NULL", "due_on"),)
