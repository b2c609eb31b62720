"""A note as it is read."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class NoteRow:
    """What staff remember of a registration, who wrote it last and when; empty where nobody wrote anything."""

    body: str = ""
    written_by: str = ""
    written_at: datetime | None = None
