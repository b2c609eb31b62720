"""The history of one thing, and how it is told to people."""

import uuid
from collections.abc import Callable, Mapping, Sequence
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


Words = Mapping[str, Callable[[Any], str]]


def of(session: Session, *subject_ids: uuid.UUID) -> list[HistoryEntry]:
    """Every entry about a subject (or about a thing and its parts), newest first."""
    query = select(HistoryEntry).where(col(HistoryEntry.subject_id).in_(subject_ids))
    return list(session.exec(query.order_by(col(HistoryEntry.at).desc(), col(HistoryEntry.id).desc())).all())


def told(
    entries: Sequence[HistoryEntry], sentences: Catalogue, zone: str, lang: str, words: Words | None = None
) -> list[Told]:
    """Entries in words: `history.<action>` says what happened, `history.field.<field>` names what changed.

    A value that is a name of ours (a role, a status) has its word under `history.value.<field>.<value>`; a field that
    ends in `_at` holds an ISO time. `words` writes the values of fields that are neither (cents, check-in points).
    """
    return [_told(entry, sentences, zone, lang, words or {}) for entry in entries]


def _told(entry: HistoryEntry, sentences: Catalogue, zone: str, lang: str, words: Words) -> Told:
    changes = tuple(
        Change(
            sentences.say(lang, f"history.field.{change['field']}"),
            _word(sentences, zone, lang, change["field"], change["old"], words),
            _word(sentences, zone, lang, change["field"], change["new"], words),
        )
        for change in entry.changes
    )
    title = sentences.say(lang, f"history.{entry.action}")
    return Told(title, text.moment(entry.at, zone, lang), entry.at.isoformat(), entry.actor, changes)


def _word(sentences: Catalogue, zone: str, lang: str, field: str, value: Any, words: Words) -> str:
    if isinstance(value, list):
        return ", ".join(_word(sentences, zone, lang, field, item, words) for item in value)
    if value is None or value == "":
        return ""
    if field in words:
        return words[field](value)
    if field.endswith("_at"):
        return text.moment(datetime.fromisoformat(value), zone, lang)
    key = f"history.value.{field}.{value}"
    return sentences.say(lang, key) if sentences.has(key) else str(value)
