"""One registration, whole: for its contact's page, an attendee's page, and staff."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import NotFound
from registration.catalog.queries import KnownOffers, Offer
from registration.registrations import actions as registrations_actions
from registration.registrations.actions import answers_table, attendees_table, registrations
from registration.registrations.rules import Row


@dataclass(frozen=True)
class Whole:
    """A registration with its lines, people and answers. `answers` maps an attendee's id (None: the registration's)
    to question id to value."""

    registration: Row
    offer: Offer
    lines: tuple[Row, ...]
    attendees: tuple[Row, ...]
    answers: Mapping[uuid.UUID | None, Mapping[uuid.UUID, Any]]

    @property
    def active(self) -> list[Row]:
        return [attendee for attendee in self.attendees if attendee["status"] == "active"]

    def line_of(self, attendee: Row) -> Row:
        return next(line for line in self.lines if line["id"] == attendee["line_id"])


def whole(session: Session, registration_id: uuid.UUID, known: KnownOffers) -> Whole | None:
    """Everything about one registration, in five reads whatever its size, once the offer is known."""
    row = session.execute(sa.select(registrations).where(registrations.c.id == registration_id)).first()
    if row is None:
        return None
    offer = known.read(session, row.activity_id)
    if offer is None:
        return None
    given: dict[uuid.UUID | None, dict[uuid.UUID, Any]] = {}
    for answer in session.execute(sa.select(answers_table).where(answers_table.c.registration_id == registration_id)):
        given.setdefault(answer.attendee_id, {})[answer.question_id] = answer.value
    lines, attendees = (
        registrations_actions.lines_of(session, registration_id),
        registrations_actions.attendees_of(session, registration_id),
    )
    return Whole(dict(row._mapping), offer, tuple(lines), tuple(attendees), given)


def attendee(session: Session, attendee_id: uuid.UUID) -> Row | None:
    """One attendee's row."""
    row = session.execute(sa.select(attendees_table).where(attendees_table.c.id == attendee_id)).first()
    return dict(row._mapping) if row else None


def place(session: Session, attendee_id: uuid.UUID, known: KnownOffers) -> tuple[Whole, Row]:
    """A place and its registration. Raises NotFound."""
    row = attendee(session, attendee_id)
    found = whole(session, row["registration_id"], known) if row else None
    if row is None or found is None:
        raise NotFound()
    return found, row


def stored(session: Any, registration_id: uuid.UUID) -> Row:
    """The registration's row. Raises NotFound."""
    row = session.execute(sa.select(registrations).where(registrations.c.id == registration_id)).first()
    if row is None:
        raise NotFound()
    return dict(row._mapping)
