"""Keys of sealed answers, and answers opened for whoever needs to know."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column
from registration.privacy.models import AnswerKey
from registration.registrations.queries import Whole
from registration.registrations.rules_answers import AnswerValue
from registration.vault import Vault

# The keys of an activity, by the days after its end on which they are destroyed: (id, key).
Keys = Mapping[int, tuple[uuid.UUID, bytes]]


def keys_of_activity(session: Session, activity_id: uuid.UUID, vault: Vault) -> Keys:
    """Raises WrongPrivacyKey."""
    columns = (column(AnswerKey.days), column(AnswerKey.id), column(AnswerKey.wrapped))
    rows = session.execute(sa.select(*columns).where(column(AnswerKey.activity_id) == activity_id))
    return {days: (key_id, vault.unwrapped(wrapped, key_id)) for days, key_id, wrapped in rows}


def opened(session: Session, whole: Whole, vault: Vault) -> Whole:
    """The registration with its sealed answers readable: for those whose answers they are, or who are journalled."""
    if not whole.sealed:
        return whole
    keys = _keys(session, {row.key_id for row in whole.sealed if row.key_id}, vault)
    answers: dict[uuid.UUID | None, Mapping[uuid.UUID, AnswerValue]] = dict(whole.answers)
    for row in whole.sealed:
        value = vault.opened(keys[row.key_id], str(row.value), row.id) if row.key_id in keys else None
        if value:
            answers[row.attendee_id] = {**answers.get(row.attendee_id, {}), row.question_id: value}
    return replace(whole, answers=answers, sealed=())


def _keys(session: Session, ids: Iterable[uuid.UUID], vault: Vault) -> dict[uuid.UUID | None, bytes]:
    columns = (column(AnswerKey.id), column(AnswerKey.wrapped))
    rows = session.execute(sa.select(*columns).where(column(AnswerKey.id).in_(ids)))
    return {key_id: vault.unwrapped(wrapped, key_id) for key_id, wrapped in rows}


def waiting_reasons(session: Session) -> dict[uuid.UUID, str]:
    """Why the answers of an activity are not erased yet although their day has come, by activity."""
    late = column(AnswerKey.waits_for) != ""
    rows = session.execute(sa.select(column(AnswerKey.activity_id), column(AnswerKey.waits_for)).where(late))
    return {activity_id: reason for activity_id, reason in rows}  # noqa: C416


def refuse_wrong_key(session: Session, vault: Vault) -> None:
    """Raises WrongPrivacyKey when a key of this database cannot be unwrapped."""
    for key_id, wrapped in session.execute(sa.select(column(AnswerKey.id), column(AnswerKey.wrapped))):
        vault.unwrapped(wrapped, key_id)
