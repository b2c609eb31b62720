"""A company's list compared with itself and with whom the company covers: what each of its rows would do."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kit.contracts.addresses import NEAR, Reach, mailbox_of
from kit.contracts.addresses import problem as address_problem
from kit.contracts.texts import LINE
from kit.text import fold
from registration.plans.lists.rules_columns import Choice, Entry


class Verdict(StrEnum):
    """What a row comes to.

    * `accepted`, `no_email`: will be covered; without an address the code is on a sheet to hand over;
    * `duplicate`: the same person as another row; `same_email`: another person at another row's address; each left out
      unless she keeps it;
    * `covered`: covered already, nothing to do; `changed`: covered already, with something that differs, unless she
      says that it is somebody else;
    * `left_out`: she took it off the list;
    * `no_name`, `bad_email`, `too_long`: must be mended first.
    """

    ACCEPTED = "accepted"
    NO_EMAIL = "no_email"
    DUPLICATE = "duplicate"
    SAME_EMAIL = "same_email"
    COVERED = "covered"
    CHANGED = "changed"
    LEFT_OUT = "left_out"
    NO_NAME = "no_name"
    BAD_EMAIL = "bad_email"
    TOO_LONG = "too_long"


ADDED = frozenset({Verdict.ACCEPTED, Verdict.NO_EMAIL})
DOUBLE = frozenset({Verdict.DUPLICATE, Verdict.SAME_EMAIL})
REFUSED = frozenset({Verdict.NO_NAME, Verdict.BAD_EMAIL, Verdict.TOO_LONG})
LOOKED_AT = frozenset({Verdict.NO_EMAIL, Verdict.SAME_EMAIL, Verdict.CHANGED, *REFUSED})


@dataclass(frozen=True)
class Covered:
    """Somebody whom the company covers now."""

    id: uuid.UUID
    first_name: str
    last_name: str
    email: str
    lang: str
    employer_ref: str

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Judged:
    """A row and what it comes to; `like` is the number of the row it resembles, `covered` who it already is.

    `problem` is the key of the sentence on an address that cannot be written to.
    """

    entry: Entry
    verdict: Verdict
    like: int = 0
    covered: Covered | None = None
    problem: str = ""

    @property
    def added(self) -> bool:
        return self.verdict in ADDED


@dataclass(frozen=True)
class Judgement:
    """A whole list, in its own order; `absent` are those covered whom it does not name."""

    rows: tuple[Judged, ...]
    absent: tuple[Covered, ...]

    @property
    def added(self) -> tuple[Entry, ...]:
        """Who will be covered."""
        return tuple(row.entry for row in self.rows if row.added)

    @property
    def letters(self) -> int:
        """How many of them are written to."""
        return sum(1 for entry in self.added if entry.email)

    @property
    def cards(self) -> int:
        """How many of them are handed a sheet."""
        return len(self.added) - self.letters

    def count(self, verdicts: Iterable[Verdict]) -> int:
        wanted = set(verdicts)
        return sum(1 for row in self.rows if row.verdict in wanted)

    @property
    def changes_nothing(self) -> bool:
        """Whether sending it again was for nothing: everybody is covered as it says."""
        return bool(self.rows) and all(row.verdict in (Verdict.COVERED, Verdict.DUPLICATE) for row in self.rows)


def judge(entries: Sequence[Entry], covered: Sequence[Covered], reach: Reach = NEAR) -> Judgement:
    """What each row comes to. Of those alike the first counts; whom the company covers already counts before any."""
    named = [(entry, fold(entry.full_name)) for entry in entries]
    known = _Known(covered, {(name, mailbox_of(entry.email)) for entry, name in named})
    rows = tuple(_judged(entry, name, known, reach) for entry, name in named)
    return Judgement(rows, tuple(one for one in covered if one.full_name and one.id not in known.seen))


class _Known:
    """Whom the rows before this one, and the company, have already named. `said` is the name and mailbox of each row:
    somebody covered whom a row names exactly is nobody else's likeness. A row that does not count has `seen` whom it
    names: they are not absent, and whichever row counts may meet them."""

    def __init__(self, covered: Sequence[Covered], said: Collection[tuple[str, str]]) -> None:
        named = [one for one in covered if one.full_name]
        keys = {one.id: (fold(one.full_name), mailbox_of(one.email)) for one in named}
        self._exact = {one: key for one, key in keys.items() if key in said}
        self.met: set[uuid.UUID] = set()
        self.seen: set[uuid.UUID] = set()
        self.names: dict[str, list[Entry]] = {}
        self.mailboxes: dict[str, Entry] = {}
        self._by_name = _grouped((keys[one.id][0], one) for one in named)
        self._mailboxes = {mailbox_of(one.email) for one in named if one.email}
        self._by_ref = _grouped((fold(one.employer_ref), one) for one in named if one.employer_ref)

    def meet(self, entry: Entry, name: str) -> Covered | None:
        """Who of the company's this is, met once: of one name and address, else of one number, else of one name."""
        found = self._first(entry, name, self.met)
        if found is not None:
            self.met.add(found.id)
        return found

    def see(self, entry: Entry, name: str) -> None:
        """A row that does not count names them all the same."""
        self._first(entry, name, self.seen)

    def _first(self, entry: Entry, name: str, taken: Collection[uuid.UUID]) -> Covered | None:
        likely = [one for one in self._likely(entry, name) if one.id not in taken]
        found = next((one for one in likely if one.id not in self.seen), likely[0] if likely else None)
        if found is not None:
            self.seen.add(found.id)
        return found

    def _likely(self, entry: Entry, name: str) -> Iterator[Covered]:
        namesakes = self._by_name.get(name, [])
        yield from (one for one in namesakes if self._is_exactly(one, entry, name))
        numbered = self._by_ref.get(fold(entry.employer_ref), []) if entry.employer_ref else []
        # A number that differs tells two people of one name apart.
        alike = [one for one in namesakes if not _told_apart(one.employer_ref, entry.employer_ref)]
        yield from (one for one in (*numbered, *alike) if one.id not in self._exact)

    def _is_exactly(self, one: Covered, entry: Entry, name: str) -> bool:
        """A name and an address are one person; without an address, a number that differs is another."""
        same = self._exact.get(one.id) == (name, mailbox_of(entry.email))
        return same and (bool(entry.email) or not _told_apart(one.employer_ref, entry.employer_ref))

    def at_address(self, entry: Entry) -> bool:
        """Whether the company covers somebody at this address."""
        return bool(entry.email) and mailbox_of(entry.email) in self._mailboxes

    def add(self, entry: Entry, name: str) -> None:
        self.names.setdefault(name, []).append(entry)
        if entry.email:
            self.mailboxes.setdefault(mailbox_of(entry.email), entry)


def _judged(entry: Entry, name: str, known: _Known, reach: Reach) -> Judged:
    if entry.choice is Choice.LEFT_OUT:
        known.see(entry, name)
        return Judged(entry, Verdict.LEFT_OUT)
    if wrong := _wrong(entry, reach):
        known.see(entry, name)  # Whoever is on the list, though it is mistyped, is not absent from it.
        return wrong
    namesakes = known.names.get(name, [])
    twin = next((one for one in namesakes if _is_same(one, entry)), None)
    if twin and not entry.kept:
        return Judged(entry, Verdict.DUPLICATE, like=twin.number)
    met = None if twin else known.meet(entry, name)
    neighbour = known.mailboxes.get(mailbox_of(entry.email)) if entry.email else None
    known.add(entry, name)
    if met is not None and not entry.kept:
        return Judged(entry, Verdict.CHANGED if differs(entry, met) else Verdict.COVERED, covered=met)
    if not entry.kept and (neighbour or known.at_address(entry)):
        return Judged(entry, Verdict.SAME_EMAIL, like=neighbour.number if neighbour else 0)
    return Judged(entry, Verdict.ACCEPTED if entry.email else Verdict.NO_EMAIL)


def _wrong(entry: Entry, reach: Reach) -> Judged | None:
    if not (entry.first_name and entry.last_name):
        return Judged(entry, Verdict.NO_NAME)
    if max(len(part) for part in (entry.first_name, entry.last_name, entry.employer_ref)) > LINE:
        return Judged(entry, Verdict.TOO_LONG)
    wrong = address_problem(entry.email, reach)
    return Judged(entry, Verdict.BAD_EMAIL, problem=wrong) if wrong else None


def _is_same(one: Entry, other: Entry) -> bool:
    """Whether two rows of one name are one person: of one address, or one of them without any, and no other number."""
    if one.email and other.email:
        return mailbox_of(one.email) == mailbox_of(other.email)
    return not _told_apart(one.employer_ref, other.employer_ref)


def _told_apart(one: str, other: str) -> bool:
    return bool(one and other) and fold(one) != fold(other)


def differs(entry: Entry, covered: Covered) -> bool:
    """Whether a list says something new of somebody covered. What it leaves empty is not news."""
    pairs = (
        (entry.first_name, covered.first_name),
        (entry.last_name, covered.last_name),
        (entry.email, covered.email),
        (entry.lang, covered.lang),
        (entry.employer_ref, covered.employer_ref),
    )
    return any(said and said != kept for said, kept in pairs)


def _grouped(pairs: Iterable[tuple[str, Covered]]) -> Mapping[str, list[Covered]]:
    groups: dict[str, list[Covered]] = {}
    for key, one in pairs:
        groups.setdefault(key, []).append(one)
    return groups
