"""What staff remember of a registration, for one another."""

import uuid
from datetime import datetime

from sqlmodel import Field

from kit.db import personal
from registration.tables import Table

REMEMBERED = personal("remember what was agreed with the contact", "24 months after the activity")


class RegistrationNote(Table, table=True):
    """The one note of a registration: `body` as it was written last, by whom, when. No letter and no page of a visitor
    ever says it."""

    __tablename__ = "registration_note"
    registration_id: uuid.UUID = Field(primary_key=True, foreign_key="registration.id")
    body: str = Field(sa_column_kwargs=REMEMBERED)
    written_by: str = Field(sa_column_kwargs=REMEMBERED)
    written_at: datetime
