"""One registration with everything that happened to it, as the office reads it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registration.history import queries as history
from registration.history.models import HistoryEntry
from registration.office.activities import queries
from registration.registrations.queries import Whole


@dataclass(frozen=True)
class File:
    """Everything kept about one registration, and what billing says of its order."""

    whole: Whole
    arrivals: Mapping[uuid.UUID, list[tuple[str, datetime, str]]]
    entries: list[HistoryEntry]
    billing: str
    order: dict[str, Any] | None


def file_of(session: Any, whole: Whole) -> File:
    """The registration with its arrivals and history. Billing is asked afterwards, with no transaction open."""
    ids = [attendee.id for attendee in whole.attendees]
    entries = history.of(session, whole.registration.id, *ids)
    return File(whole, queries.arrivals(session, ids), entries, "down", None)
