"""Codes of an activity as their author writes them: what one may be, and what keeps one from being changed."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from kit.contracts.addresses import NEAR, Reach, problem
from kit.contracts.texts import LINE
from kit.errors import InvalidInput, Refusal
from kit.text import fold

WORD = re.compile(r"[A-Z0-9]{4,24}")
MOST_UNITS, MOST_CODES = 10_000, 200
# The most a code may take off, in all or each time, in cents.
MOST_CENTS = 100_000_000
# Nine of thirty-two: 45 bits. One that is bound tells a name to whoever has it, so nobody finds it by trying.
LENGTH = 9


class CodeTaken(Refusal):
    """Another code of this activity has this word."""


class CodeBelowUsed(Refusal):
    """A code cannot serve fewer units than it has served."""


class BudgetBelowSpent(Refusal):
    """A code cannot have a smaller budget than it has taken off; `spent` is that, in cents."""


class CodeUsedUp(Refusal):
    """The code has served as many times as it may: `used`."""


class CodeSpent(Refusal):
    """What the code may take off in all would be exceeded."""


class CodeUsedByCompany(Refusal):
    """One company would be served more than the `n` units it may have by this code."""


class PlaceIsHers(Refusal):
    """A place that a code offers to one person goes to nobody else, unless staff say so."""


class CodeNotNow(Refusal):
    """The code does not serve yet, or not any more."""


@dataclass(frozen=True)
class Bound:
    """Whom alone a code serves."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""

    def is_named(self, first_name: str, last_name: str) -> bool:
        """Whether this is her name, whatever its accents and capitals."""
        mine = fold(f"{self.first_name} {self.last_name}")
        return bool(mine) and mine == fold(f"{first_name} {last_name}")


@dataclass(frozen=True)
class CodeLimits:
    """How often and how long a code serves: units in all and for one company, cents taken off in all, from when to when
    (UTC, both included)."""

    max_units: int = 1
    per_company: int | None = None
    budget: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class NewCode:
    """A code to be. It does one thing: `opens` a price that is kept for codes (its key), or takes `percent_off` the
    others, or `amount_off` cents off each unit, or sells a unit for `set_price` cents. `person`: whom alone it serves.
    `note` is what staff know it by."""

    word: str = ""
    opens: str = ""
    percent_off: int = 0
    amount_off: int = 0
    set_price: int | None = None
    limits: CodeLimits = field(default_factory=CodeLimits)
    person: Bound | None = None
    note: str = ""

    @property
    def effects(self) -> int:
        return sum((bool(self.opens), self.percent_off != 0, self.amount_off != 0, self.set_price is not None))


def check(new: NewCode, prices: Collection[str], count: int, reach: Reach = NEAR) -> None:
    """Raises InvalidInput: a word that people could not type, nothing it does or two things at once, too many units, a
    person without her whole name. `prices` is what a code may open here; `count` codes are made, whose
    words are drawn when several, and when they are bound to a person."""
    wrong = {**dict(_problems(new, prices, count)), **dict(_problems_of_person(new.person, new.word, count, reach))}
    wrong |= dict(limit_problems(new.limits, lowers=not new.opens))
    if wrong:
        raise InvalidInput(wrong)


def _problems(new: NewCode, prices: Collection[str], count: int) -> Iterator[tuple[str, str]]:
    if count == 1 and new.word and not WORD.fullmatch(new.word):
        yield "word", "problem.code_word"
    if not 1 <= count <= MOST_CODES:
        yield "count", "problem.code_count"
    if new.opens and new.opens not in prices:
        yield "opens", "problem.code_price"
    if not 0 <= new.percent_off <= 100 or (new.effects != 1 and not new.amount_off and new.set_price is None):
        yield "percent_off", "problem.code_effect"
    elif new.effects != 1 or not 0 <= new.amount_off <= MOST_CENTS:
        yield "amount_off", "problem.code_effect"
    if new.set_price is not None and not 0 <= new.set_price <= MOST_CENTS:
        yield "set_price", "problem.code_effect"
    if len(new.note) > LINE:
        yield "note", "problem.line_too_long"


def _problems_of_person(person: Bound | None, word: str, count: int, reach: Reach) -> Iterator[tuple[str, str]]:
    if person is None:
        return
    for name in ("first_name", "last_name"):
        if not getattr(person, name):
            yield name, "problem.required"
        elif len(getattr(person, name)) > LINE:
            yield name, "problem.line_too_long"
    if wrong := problem(person.email, reach):
        yield "email", wrong
    if word:
        yield "word", "problem.code_drawn"
    if count != 1:
        yield "count", "problem.code_one_person"


def limit_problems(limits: CodeLimits, lowers: bool) -> Iterator[tuple[str, str]]:
    """What is wrong with how often and how long a code serves, by field. A budget is of what lowers prices."""
    if not 1 <= limits.max_units <= MOST_UNITS:
        yield "max_units", "problem.code_units"
    if limits.per_company is not None and not 1 <= limits.per_company <= MOST_UNITS:
        yield "per_company", "problem.code_units"
    if limits.budget is not None and not (lowers and 0 < limits.budget <= MOST_CENTS):
        yield "budget", "problem.code_budget"
    if limits.since and limits.until and limits.since > limits.until:
        yield "until", "problem.code_dates"


def is_over(used: int, max_units: int, until: datetime | None, now: datetime) -> bool:
    """Whether a code serves nobody any more."""
    return used >= max_units or (until is not None and now > until)
