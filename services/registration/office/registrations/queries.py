"""One registration with everything that happened to it, as the office reads it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.checkin.models import CheckIn
from registration.history import queries as history
from registration.history.models import HistoryEntry
from registration.notes.queries import note_of
from registration.notes.rules import NoteRow
from registration.registrations.amended.queries import amendments_of
from registration.registrations.queries import Whole
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow


@dataclass(frozen=True)
class File:
    """Everything kept about one registration, and what billing says of its order."""

    whole: Whole
    arrivals: Mapping[uuid.UUID, list[tuple[str, datetime, str]]]
    entries: list[HistoryEntry]
    billing: str
    order: dict[str, Any] | None
    note: NoteRow
    amendments: Sequence[RegistrationRow] = ()

    @property
    def owed_in_all(self) -> int:
        """What is to pay now of it and of what was added to it, in cents."""
        return self.whole.registration.balance + sum(one.balance for one in self.amendments)


def file_of(session: Any, whole: Whole) -> File:
    """The registration with its arrivals and history. Billing is asked afterwards, with no transaction open."""
    ids = [attendee.id for attendee in whole.attendees]
    registration = whole.registration
    about = [registration.id, *ids]
    entries = (
        history.of_registration(session, about, registration.activity_id, registration.created_at)
        if any(question.confidential for question in whole.offer.ever_asked)
        else history.of(session, *about)
    )
    note, amendments = note_of(session, registration.id), amendments_of(session, registration.id, *RegistrationStatus)
    return File(whole, arrivals(session, ids), entries, "down", None, note, amendments)


def arrivals(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, list[tuple[str, datetime, str]]]:
    """Where, when and by whom these attendees were checked in, for arrivals that stand."""
    query = sa.select(table(CheckIn)).where(column(CheckIn.attendee_id).in_(ids), column(CheckIn.undone_at).is_(None))
    found: dict[uuid.UUID, list[tuple[str, datetime, str]]] = {}
    for row in session.execute(query.order_by(column(CheckIn.at))):
        found.setdefault(row.attendee_id, []).append((row.point, row.at, row.by))
    return found
