"""Write the note of a registration, and forget notes whose term is over."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.sql import Values, column, insert_all, named, table
from registration.history.actions import record
from registration.history.rules import Change
from registration.notes.models import RegistrationNote
from registration.notes.queries import note_of


def write(session: Session, registration_id: uuid.UUID, body: str, by: Caller, now: datetime) -> None:
    """The note says this from now on; an empty text takes it away. The registration must be locked: there is one note,
    and two people may write it at once. History has what it said before and after."""
    before = note_of(session, registration_id)
    if body == before.body:
        return
    mine = column(RegistrationNote.registration_id) == registration_id
    session.execute(sa.delete(table(RegistrationNote)).where(mine))
    if body:
        note: Values = {
            column(RegistrationNote.registration_id): registration_id,
            column(RegistrationNote.body): body,
            column(RegistrationNote.written_by): by.name,
            column(RegistrationNote.written_at): now,
        }
        insert_all(session, table(RegistrationNote), [named(note)])
    changes = {"note": Change(before.body, body)}
    record(session, "registration", registration_id, "registration.note_changed", by, now, changes)


def forget_notes(session: Session, registrations: sa.Select[uuid.UUID], most: int) -> int:
    """Forget a batch of the notes of these registrations. How many."""
    over = column(RegistrationNote.registration_id).in_(registrations)
    mine = sa.select(column(RegistrationNote.registration_id)).where(over).limit(most)
    gone = sa.delete(table(RegistrationNote)).where(column(RegistrationNote.registration_id).in_(mine))
    return len(session.execute(gone.returning(column(RegistrationNote.registration_id))).all())
