"""Sealing answers: a key for each activity and number of days, made when the first answer needs it."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.db import new_id
from kit.sql import Values, column, insert_once, named, table
from registration.catalog.models import Question
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_questions import SENSITIVE_DAYS
from registration.privacy.models import AnswerKey
from registration.privacy.queries import Keys, keys_of_activity
from registration.registrations.models import Answer
from registration.registrations.models_rows import answer_row
from registration.registrations.rules_answers import AnswerRow
from registration.vault import Vault

BATCH = 2000


@dataclass(frozen=True)
class Sealer:
    """What seals the answers of one activity: `days` names the questions that have a day of their own."""

    vault: Vault
    activity_id: uuid.UUID
    days: Mapping[uuid.UUID, int]

    def days_of(self, rows: Sequence[AnswerRow]) -> set[int]:
        """The days of those answers that are to be sealed and are not."""
        return {self.days[row.question_id] for row in rows if row.question_id in self.days and row.key_id is None}


def sealer_of(offer: Offer, vault: Vault) -> Sealer:
    days = {one.id: one.kept_days for one in offer.ever_asked if one.kept_days is not None}
    return Sealer(vault, offer.activity.id, days)


def make_keys(session: Session, sealer: Sealer, days: Collection[int], now: datetime) -> Keys:
    """The activity's keys, those for these days among them. Two processes may make one at once: one of them is kept."""
    for number in sorted(days):
        key_id = new_id()
        row = named(
            {
                column(AnswerKey.id): key_id,
                column(AnswerKey.activity_id): sealer.activity_id,
                column(AnswerKey.days): number,
                column(AnswerKey.wrapped): sealer.vault.new_key(key_id),
                column(AnswerKey.created_at): now,
                column(AnswerKey.waits_for): "",
            }
        )
        insert_once(session, table(AnswerKey), row, column(AnswerKey.id), key=["activity_id", "days"])
    return keys_of_activity(session, sealer.activity_id, sealer.vault)


def seal(sealer: Sealer, keys: Keys, rows: Sequence[AnswerRow]) -> list[AnswerRow]:
    """The same answers, those that have a day of their own sealed."""
    return [_sealed(sealer, keys, row) for row in rows]


def _sealed(sealer: Sealer, keys: Keys, row: AnswerRow) -> AnswerRow:
    if row.question_id not in sealer.days or row.key_id is not None:
        return row
    key_id, key = keys[sealer.days[row.question_id]]
    return replace(row, value=sealer.vault.sealed(key, row.value, row.id), key_id=key_id)


def seal_plain_answers(session: Session, vault: Vault, now: datetime) -> int:
    """Seal a batch of answers that an older version wrote as they were said. How many."""
    own_day = sa.or_(column(Question.sensitive).is_(True), column(Question.purge_days).is_not(None))
    query = (
        sa.select(table(Answer), column(Question.activity_id), column(Question.purge_days))
        .join(table(Question), column(Question.id) == column(Answer.question_id))
        .where(own_day, column(Answer.key_id).is_(None), sa.cast(column(Answer.value), sa.Text) != "null")
        .limit(BATCH)
    )
    plain = [(answer_row(row), row.activity_id, row.purge_days) for row in session.execute(query)]
    days: dict[uuid.UUID, dict[uuid.UUID, int]] = {}
    for row, activity_id, purge_days in plain:
        days.setdefault(activity_id, {})[row.question_id] = SENSITIVE_DAYS if purge_days is None else purge_days
    for activity_id, of_questions in days.items():
        sealer = Sealer(vault, activity_id, of_questions)
        rows = [row for row, of, _ in plain if of == activity_id]
        keys = make_keys(session, sealer, set(of_questions.values()), now)
        for row in seal(sealer, keys, rows):
            sealed: Values = {column(Answer.value): row.value, column(Answer.key_id): row.key_id}
            session.execute(sa.update(table(Answer)).where(column(Answer.id) == row.id).values(dict(sealed)))
    return len(plain)
