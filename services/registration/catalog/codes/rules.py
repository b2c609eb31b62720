"""Codes of an activity as their author writes them: what one may be, and what keeps one from being changed."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from kit.errors import InvalidInput, Refusal

WORD = re.compile(r"[A-Z0-9]{4,24}")
MOST_UNITS, MOST_CODES = 10_000, 200
# Six of them in pairs of three: a thousand million words, of which a handful are good.
LENGTH = 6


class CodeTaken(Refusal):
    """Another code of this activity has this word."""


class CodeBelowUsed(Refusal):
    """A code cannot serve fewer units than it has served."""


@dataclass(frozen=True)
class NewCode:
    """A code to be. It `opens` a price that is kept for codes (its key), or takes `percent_off` the others, never both.
    `max_units` is how many units it serves in all, `until` (UTC) its last moment, `note` what staff know it by."""

    word: str = ""
    opens: str = ""
    percent_off: int = 0
    max_units: int = 1
    until: datetime | None = None
    note: str = ""


def check(new: NewCode, prices: Collection[str], count: int) -> None:
    """Raises InvalidInput: a word that people could not type, nothing it does or two things at once, too many units.
    `prices` are the keys of the prices kept for codes; `count` codes are made, whose words are drawn when several."""
    wrong = dict(_problems(new, prices, count))
    if wrong:
        raise InvalidInput(wrong)


def _problems(new: NewCode, prices: Collection[str], count: int) -> Iterator[tuple[str, str]]:
    if count == 1 and new.word and not WORD.fullmatch(new.word):
        yield "word", "problem.code_word"
    if not 1 <= count <= MOST_CODES:
        yield "count", "problem.code_count"
    if new.opens and new.opens not in prices:
        yield "opens", "problem.code_price"
    if bool(new.opens) == bool(new.percent_off) or not 0 <= new.percent_off <= 100:
        yield "percent_off", "problem.code_effect"
    if not 1 <= new.max_units <= MOST_UNITS:
        yield "max_units", "problem.code_units"
    if len(new.note) > 200:
        yield "note", "problem.line_too_long"


def is_open(used: int, max_units: int, until: datetime | None, now: datetime) -> bool:
    """Whether a code still serves somebody."""
    return used < max_units and (until is None or now <= until)
