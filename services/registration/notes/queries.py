"""The note of one registration."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column
from registration.notes.models import RegistrationNote
from registration.notes.rules import NoteRow

COLUMNS = (column(RegistrationNote.body), column(RegistrationNote.written_by), column(RegistrationNote.written_at))


def note_of(session: Session, registration_id: uuid.UUID) -> NoteRow:
    """The note as it stands; an empty one when nobody wrote any."""
    mine = sa.select(*COLUMNS).where(column(RegistrationNote.registration_id) == registration_id)
    row = session.execute(mine).first()
    return NoteRow(*row) if row else NoteRow()
