"""What a note must say to be told: the sentence of its kind needs these values, and a day that is a day."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from kit.contracts.base import YEARS
from kit.contracts.texts import LINE, NEVER
from registration.catalog.offers.rules_activity import NOTE_DAYS, NOTE_MOMENTS
from registration.catalog.sections.schemas import NoteText

# What the sentence of a kind is written with (`storefront.note.…`). A kind that pages do not know is not told.
NEEDED: Mapping[str, frozenset[str]] = {
    "substitution": frozenset({"rule"}),
    "provider": frozenset({"name"}),
    "coverage": frozenset({"from", "to"}),
    "trainer": frozenset({"name"}),
    "attestation": frozenset({"percent", "hours"}),
    "record_date": frozenset({"day"}),
    "quorum": frozenset({"value"}),
    "elections": frozenset({"seats", "until"}),
    "leg_aller": frozenset({"departs", "stops"}),
    "leg_retour": frozenset({"departs", "arrives"}),
    "recording": frozenset({"days"}),
}
# Who may replace whom: each has a sentence of its own.
SUBSTITUTIONS = {"free_any_time", "free_until_session_1_then_on_request", "free_until_rooming_list"}
# What a note is made of beside its values, which must not take its place.
OWN = {"kind", "fr", "en", "labels"}
HOURS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?")
MOST_VALUES, LARGEST = 20, 1_000_000


def note_problems(note: NoteText) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What keeps a note from being told, by its place in the note."""
    missing = NEEDED.get(note.kind, frozenset()) - note.values.keys()
    if missing or len(note.values) > MOST_VALUES:
        yield ("values",), "problem.not_understood"
    for name, value in note.values.items():
        if name in OWN or not name.isidentifier() or len(name) > LINE or not _is_told(note.kind, name, value):
            yield ("values", name), "problem.not_understood"


def _is_told(kind: str, name: str, value: str | int | list[str]) -> bool:
    """Whether a sentence can say it: a day and a moment as ISO texts, hours as a number, anything else in a line."""
    if name in NOTE_DAYS:
        return isinstance(value, str) and _is_day(value)
    if name in NOTE_MOMENTS:
        return isinstance(value, str) and (not value or _is_moment(value))
    if isinstance(value, int):
        return abs(value) <= LARGEST
    if name == "hours":
        return isinstance(value, str) and HOURS.fullmatch(value) is not None
    lines = [value] if isinstance(value, str) else value
    plain = all(len(line) <= LINE and not NEVER.search(line) for line in lines)
    return plain and (kind != "substitution" or name != "rule" or value in SUBSTITUTIONS)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).year in YEARS
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        return False
    return said.tzinfo is not None and said.year in YEARS
