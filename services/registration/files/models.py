"""Files that were uploaded: rows of this database, never changed once written (design.md §5)."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id
from registration.files.rules import Purpose, Shape
from registration.tables import Table


class StoredFile(Table, table=True):
    """One file in one shape. `key` is its random name under `/files/`; `of_id` is the file it is another shape of.

    `size` is in bytes; `width` and `height` in pixels, 0 for what has none; `sha256` is in hexadecimal.
    """

    __tablename__ = "stored_file"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True)
    of_id: uuid.UUID | None = Field(default=None, foreign_key="stored_file.id", index=True)
    purpose: Purpose = Field(sa_type=enum_type(Purpose))
    shape: Shape = Field(sa_type=enum_type(Shape))
    content_type: str
    size: int
    sha256: str
    width: int = 0
    height: int = 0
    content: bytes = Field(sa_type=sa.LargeBinary)
    created_at: datetime = Field(index=True)
