"""The history of one thing, and how it is told to people."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from kit import text
from kit.text import Catalogue
from registration.history.models import HistoryEntry


@dataclass(frozen=True)
class Change:
    """One field that changed, as people read it."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Told:
    """One entry as the `timeline` macro shows it."""

    title: str
    when: str
    iso: str
    who: str
    changes: tuple[Change, ...]


def of(session: Session, subject_id: uuid.UUID) -> list[HistoryEntry]:
    """Every entry about a subject, newest first."""
    query = select(HistoryEntry).where(HistoryEntry.subject_id == subject_id)
    return list(session.exec(query.order_by(col(HistoryEntry.at).desc(), col(HistoryEntry.id).desc())).all())


def told(entries: Sequence[HistoryEntry], sentences: Catalogue, zone: str, lang: str) -> list[Told]:
    """Entries in words: `history.<action>` says what happened, `history.field.<field>` names what changed.

    A value that is a name of ours (a role, a status) has its word under `history.value.<field>.<value>`; a field that
    ends in `_at` holds an ISO time.
    """
    return [_told(entry, sentences, zone, lang) for entry in entries]


def _told(entry: HistoryEntry, sentences: Catalogue, zone: str, lang: str) -> Told:
    changes = tuple(
        Change(
            sentences.say(lang, f"history.field.{change['field']}"),
            _word(sentences, zone, lang, change["field"], change["old"]),
            _word(sentences, zone, lang, change["field"], change["new"]),
        )
        for change in entry.changes
    )
    title = sentences.say(lang, f"history.{entry.action}")
    return Told(title, text.moment(entry.at, zone, lang), entry.at.isoformat(), entry.actor, changes)


def _word(sentences: Catalogue, zone: str, lang: str, field: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_word(sentences, zone, lang, field, item) for item in value)
    if value is None or value == "":
        return ""
    if field.endswith("_at"):
        return text.moment(datetime.fromisoformat(value), zone, lang)
    key = f"history.value.{field}.{value}"
    return sentences.say(lang, key) if sentences.has(key) else str(value)
