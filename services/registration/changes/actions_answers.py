"""Answers changed after a signup."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.errors import NotFound
from kit.sql import column, insert_all, table
from registration.catalog.models import Question
from registration.history.actions import record
from registration.history.rules import Change
from registration.registrations.actions import lock_registration
from registration.registrations.models import Answer
from registration.registrations.rules import STANDING, NotInThisState
from registration.registrations.rules_answers import AnswerRow

# Whoever holds a personal link: history shows them as the contact or the attendee, without a name.
BY_LINK = Caller(frozenset({"link"}))


@dataclass(frozen=True)
class AnswersChange:
    """The answers of one attendee (or of the registration) as they shall be, sealed where they must be.

    `before` is how many there were when they were compared, `same` whether they say what was said before; `said` is
    what history keeps of it. `replaced` are the earlier versions of what is answered now: one answer stands in place
    of theirs.
    """

    registration_id: uuid.UUID
    attendee_id: uuid.UUID | None
    rows: Sequence[AnswerRow]
    before: int
    same: bool
    said: Mapping[str, Change] = field(default_factory=dict)
    replaced: frozenset[uuid.UUID] = frozenset()


def change_answers(session: Session, change: AnswersChange, by: Caller, now: datetime) -> None:
    """Replace the answers of one attendee (or of the registration).

    Raises NotInThisState unless the registration stands.
    """
    try:
        stands = lock_registration(session, change.registration_id).status in STANDING
    except NotFound:
        stands = False
    if not stands:
        raise NotInThisState()
    mine = sa.and_(
        column(Answer.registration_id) == change.registration_id,
        column(Answer.attendee_id).is_not_distinct_from(change.attendee_id),
        # What was erased stays listed as erased.
        sa.cast(column(Answer.value), sa.Text) != "null",
    )
    # What is asked no more is answered no more either: what was said then stays.
    retired = sa.select(column(Question.id)).where(column(Question.retired))
    asked = column(Answer.question_id).not_in(retired)
    standing = session.execute(sa.select(sa.func.count()).select_from(table(Answer)).where(mine, asked)).scalar_one()
    if change.same and standing == change.before:
        return
    gone = sa.or_(asked, column(Answer.question_id).in_(change.replaced))
    session.execute(sa.delete(table(Answer)).where(mine, gone))
    insert_all(session, table(Answer), [vars(row) for row in change.rows])
    record(session, "registration", change.registration_id, "registration.answers_changed", by, now, change.said)
