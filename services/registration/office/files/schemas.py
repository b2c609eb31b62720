"""A file as programs are told of it."""

import uuid

from pydantic import BaseModel, Field

from kit.contracts import Count
from registration.files.queries import FileRow
from registration.files.rules import Purpose


class FileView(BaseModel):
    """A file that was taken. It is cleared away when nothing uses it within a day."""

    id: uuid.UUID = Field(description="Id of the file.")
    purpose: Purpose = Field(description="What it is for.", examples=["cover"])
    url: str = Field(
        description="Address at which anybody may fetch it.", examples=["https://inscriptions.example.org/files/a.jpg"]
    )
    content_type: str = Field(description="Its type, read from its bytes.", examples=["image/jpeg"])
    size: Count = Field(description="Its size in bytes, as it is kept.", examples=[184320])
    width: Count = Field(description="Width in pixels; 0: it has none.", examples=[1600])
    height: Count = Field(description="Height in pixels; 0: it has none.", examples=[800])
    sha256: str = Field(description="SHA-256 of what is kept, in hexadecimal.", examples=["ab" * 32])

    @classmethod
    def of(cls, row: FileRow, home: str) -> "FileView":
        return cls(
            id=row.id,
            purpose=row.purpose,
            url=home + row.path,
            content_type=row.content_type,
            size=row.size,
            width=row.width,
            height=row.height,
            sha256=row.sha256,
        )
