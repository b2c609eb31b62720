"""Sealing answers: a key for each activity and number of days, made when the first answer needs it."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from kit.db import new_id
from kit.sql import column, insert_once, named, table
from registration.catalog.offers.rules import Offer
from registration.privacy.models import AnswerKey
from registration.privacy.queries import Keys, keys_of_activity
from registration.registrations.rules_answers import AnswerRow
from registration.vault import Vault


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
    days = {one.id: one.kept_days for one in offer.questions if one.kept_days is not None}
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
