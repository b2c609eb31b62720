"""Take a rearrangement back within the hour: the activity stands as it stood, and whoever was told is told."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import Bilingual
from kit.contracts.callers import Caller
from kit.sql import Values, column, table
from registration.catalog.calendars.actions import moved as calendars_moved
from registration.catalog.moves import actions as moves
from registration.catalog.moves.queries import mark
from registration.catalog.moves.rules import ChangedSince, Stand
from registration.history.actions import record
from registration.mailings import actions as mailings
from registration.mailings.rules import NewMailing, Occasion, Readers
from registration.rearrangements.models import Rearrangement, RearrangementChoice
from registration.rearrangements.queries import ANSWER, OF, STATE, last_of, rearrangement_of
from registration.rearrangements.rules import (
    Answer,
    ChoiceState,
    RearrangementRow,
    RefundsMade,
    TooLateToUndo,
)


def undo(
    session: Session, rearrangement_id: uuid.UUID, subject: Bilingual, text: Bilingual, by: Caller, now: datetime
) -> bool:
    """Put dates, place and state back. False when it was taken back before: then nothing is changed.

    Refused as a whole once anybody was refunded, rather than half undone: their places may be sold to others, their
    money is on its way, and what they were told came true. Raises NotFound, TooLateToUndo, ChangedSince, RefundsMade.
    """
    row = rearrangement_of(session, rearrangement_id)
    current = moves.lock(session, row.activity_id)
    row = rearrangement_of(session, rearrangement_id)  # Nobody else takes it back any more.
    if row.undone_at is not None:
        return False
    last = last_of(session, row.activity_id)
    if last is None or last.id != row.id or not row.may_be_undone(now):
        raise TooLateToUndo()
    if mark(current.stand) != row.after:
        raise ChangedSince()
    _withdraw_questions(session, row)
    moves.write(session, row.activity_id, current, Stand.model_validate_json(row.before))
    calendars_moved(session, row.activity_id)
    undone: Values = {column(Rearrangement.undone_at): now, column(Rearrangement.undone_by): by.name}
    session.execute(sa.update(table(Rearrangement)).where(column(Rearrangement.id) == row.id).values(dict(undone)))
    letter = NewMailing(row.activity_id, Occasion.UNDONE, Readers(), subject, text, by.id, by.name)
    mailings.begin(session, letter, now)
    record(session, "activity", row.activity_id, "activity.rearrangement_undone", by, now)
    return True


def _withdraw_questions(session: Session, row: RearrangementRow) -> None:
    """Whoever is at work on a registration finds its row changed, and leaves it; what was asked before is asked again.

    Only then are refunds counted: one made meanwhile is seen."""
    of = OF == row.id
    open_ones = (of, STATE.in_([ChoiceState.ASKED, ChoiceState.READY]))
    session.execute(sa.update(table(RearrangementChoice)).where(*open_ones).values({STATE: ChoiceState.REPLACED}))
    made = sa.select(sa.func.count()).select_from(table(RearrangementChoice))
    refunds = session.execute(made.where(of, STATE == ChoiceState.DONE, ANSWER == Answer.REFUND)).scalar_one()
    if refunds:
        raise RefundsMade(count=refunds)
    again: Values = {STATE: ChoiceState.ASKED, column(RearrangementChoice.replaced_by_id): None}
    replaced = sa.update(table(RearrangementChoice)).where(column(RearrangementChoice.replaced_by_id) == row.id)
    session.execute(replaced.values(dict(again)))
