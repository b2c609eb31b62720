"""The history of one thing in words, as the `timeline` macro shows it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kit import text
from kit.text import Catalogue
from registration.history.models import HistoryEntry
from registration.history.rules import BY_ITSELF, FieldChange, Stored

# Fields whose values are ways of paying: every page has the same word for those.
METHODS = ("method", "paid_by")


@dataclass(frozen=True)
class Spoken:
    """What the catalogues do not say: how the `values` of a field are written, where they neither are names of ours nor
    can be read as they are, and the `labels` of fields that somebody else named (a question)."""

    values: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ChangeLine:
    """One field that changed, in words; `old` or `new` is empty where there was nothing."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class HistoryLine:
    """One entry in words; `iso` is the moment for machines."""

    title: str
    when: str
    iso: str
    who: str
    changes: tuple[ChangeLine, ...]


def lines(
    entries: Sequence[HistoryEntry], catalogue: Catalogue, zone: str, lang: str, spoken: Spoken | None = None
) -> list[HistoryLine]:
    """Entries in words: `history.<action>` says what happened, `history.field.<field>` names what changed.

    A value that is a name of ours (a role, a status) has its word under `history.value.<field>.<value>`; a field that
    ends in `_at` holds an ISO time. `spoken` has the words for fields that are neither (cents, check-in points).
    """
    return [_line(entry, _Words(catalogue, zone, lang, spoken or Spoken())) for entry in entries]


@dataclass(frozen=True)
class _Words:
    catalogue: Catalogue
    zone: str
    lang: str
    spoken: Spoken

    def change(self, change: FieldChange) -> ChangeLine:
        known = self.spoken.labels.get(change.field)
        label = self.catalogue.say(self.lang, f"history.field.{change.field}") if known is None else known
        return ChangeLine(label, self.value(change.field, change.old), self.value(change.field, change.new))

    def value(self, field: str, value: Stored) -> str:
        if value is None or value == "":
            return ""
        if isinstance(value, str | int):
            return self._one(field, str(value))
        return ", ".join(self._one(field, item) for item in value)

    def _one(self, field: str, value: str) -> str:
        if field in self.spoken.values:
            return self.spoken.values[field](value)
        if field.endswith("_at"):
            return text.moment(datetime.fromisoformat(value), self.zone, self.lang)
        key = f"method.{value}" if field in METHODS else f"history.value.{field}.{value}"
        return self.catalogue.say(self.lang, key) if self.catalogue.has(key) else value


def _line(entry: HistoryEntry, words: _Words) -> HistoryLine:
    title = words.catalogue.say(words.lang, f"history.{entry.action}")
    when = text.moment(entry.at, words.zone, words.lang)
    changes = tuple(words.change(change) for change in entry.field_changes())
    return HistoryLine(title, when, entry.at.isoformat(), entry.actor or _nobody(entry, words), changes)


def _nobody(entry: HistoryEntry, words: _Words) -> str:
    """Who did what no member of staff did: the clock or billing, or whoever holds the form or the link."""
    return words.catalogue.say(words.lang, "timeline.by_itself" if entry.action in BY_ITSELF else "timeline.visitor")
