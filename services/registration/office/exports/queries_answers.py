"""What was answered, for many registrations or attendees at once; what is confidential, when it was asked for."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.catalog.offers.rules_questions import Per, QuestionOffer
from registration.privacy.queries import keys_of_activity
from registration.registrations.models import Answer
from registration.registrations.models_rows import answer_row
from registration.registrations.rules_answers import AnswerRow, AnswerValue
from registration.vault import Vault

# By whom, by which question.
Answers = Mapping[uuid.UUID, Mapping[uuid.UUID, AnswerValue]]


@dataclass(frozen=True)
class Asked:
    """The questions that are told, and what opens sealed answers: keys by their ids, none when they stay sealed."""

    per: Per
    questions: Sequence[QuestionOffer]
    vault: Vault
    keys: Mapping[uuid.UUID, bytes]

    def value(self, row: AnswerRow) -> AnswerValue | None:
        """None: sealed, or erased."""
        if row.key_id is None or row.value is None:
            return row.value
        key = self.keys.get(row.key_id)
        return self.vault.opened(key, str(row.value), row.id) if key else None


def opened_keys(session: Session, activity_id: uuid.UUID, vault: Vault) -> dict[uuid.UUID, bytes]:
    """What opens the sealed answers of an activity. Raises WrongPrivacyKey."""
    return dict(keys_of_activity(session, activity_id, vault).values())


def answers_of(session: Session, asked: Asked, ids: Sequence[uuid.UUID]) -> Answers:
    """What was answered by these attendees, or for these registrations."""
    told = [question.id for question in asked.questions if question.per is asked.per]
    if not told:
        return {}
    query = sa.select(table(Answer)).where(column(Answer.question_id).in_(told))
    if asked.per is Per.ATTENDEE:
        query = query.where(column(Answer.attendee_id).in_(ids))
    else:
        query = query.where(column(Answer.registration_id).in_(ids), column(Answer.attendee_id).is_(None))
    answers: dict[uuid.UUID, dict[uuid.UUID, AnswerValue]] = {}
    for row in map(answer_row, session.execute(query)):
        value = asked.value(row)
        if value is not None:
            answers.setdefault(row.attendee_id or row.registration_id, {})[row.question_id] = value
    return answers
