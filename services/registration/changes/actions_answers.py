"""Answers changed after a signup."""

import uuid
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.auth import Caller
from kit.db import new_id
from kit.errors import NotFound
from kit.sql import column, insert_all, table
from registration.history.actions import record
from registration.registrations.actions import lock_registration
from registration.registrations.models import Answer
from registration.registrations.rules import NotInThisState, RegistrationStatus
from registration.registrations.rules_answers import AnswerValue

# Whoever holds a personal link: history shows them as the contact or the attendee, without a name.
BY_LINK = Caller(frozenset({"link"}))


STANDING = (RegistrationStatus.HELD, RegistrationStatus.CONFIRMED)


def change_answers(
    session: Session,
    registration_id: uuid.UUID,
    attendee_id: uuid.UUID | None,
    answers: Mapping[uuid.UUID, AnswerValue],
    by: Caller,
    now: datetime,
) -> None:
    """Replace the answers of one attendee (or of the registration). History tells that they changed, not what they say:
    an allergy is nobody's business but the caterer's.

    Raises NotInThisState unless the registration stands.
    """
    try:
        stands = lock_registration(session, registration_id).status in STANDING
    except NotFound:
        stands = False
    if not stands:
        raise NotInThisState()
    mine = sa.and_(
        column(Answer.registration_id) == registration_id,
        column(Answer.attendee_id).is_not_distinct_from(attendee_id),
    )
    query = sa.select(column(Answer.question_id), column(Answer.value)).where(mine)
    before = {question: value for question, value in session.execute(query)}  # noqa: C416
    after = {question: value for question, value in answers.items() if value}
    if before == after:
        return
    session.execute(sa.delete(table(Answer)).where(mine))
    of = {"registration_id": registration_id, "attendee_id": attendee_id}
    rows = [{"id": new_id(), **of, "question_id": question, "value": value} for question, value in after.items()]
    insert_all(session, table(Answer), rows)
    record(session, "registration", registration_id, "registration.answers_changed", by, now)
