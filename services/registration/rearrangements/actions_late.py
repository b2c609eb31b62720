"""Whoever pays after all, though the hold was over: asked what the others were asked."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.db import new_id
from kit.sql import Values, column, insert_all, named, table
from registration.rearrangements.models import RearrangementChoice
from registration.rearrangements.queries import ANSWER, OF, STATE, rearrangements_of
from registration.rearrangements.rules import ChoiceState, Kind
from registration.registrations.rules_rows import RegistrationRow


def ask_late(session: Session, registration: RegistrationRow, now: datetime) -> None:
    """Ask a registration that was made for another date, and held no place when its activity was postponed. Nothing
    for what was made since, or was asked. It must be locked, and its places taken again: whoever postpones the activity
    came before, or finds it confirmed."""
    every = rearrangements_of(session, registration.activity_id)
    asks = [row for row in every if row.kind is Kind.POSTPONE and row.undone_at is None]
    if not asks or asks[0].created_at < registration.created_at:
        return
    of = column(RearrangementChoice.registration_id)
    mine = sa.select(column(RearrangementChoice.id)).where(of == registration.id, OF == asks[0].id)
    if session.execute(mine).first() is not None:
        return
    asked: Values = {
        column(RearrangementChoice.id): new_id(),
        OF: asks[0].id,
        of: registration.id,
        STATE: ChoiceState.ASKED,
        ANSWER: None,
        column(RearrangementChoice.answered_by): "",
        column(RearrangementChoice.why): "",
        column(RearrangementChoice.due_at): now,
        column(RearrangementChoice.attempts): 0,
    }
    insert_all(session, table(RearrangementChoice), [named(asked)])
