"""The employee-assistance plan: who may be covered, from when to when, and what ends it. Days are the association's."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kit.contracts import Bilingual
from kit.contracts.addresses import Reach, mailbox_of, problem
from kit.contracts.problems import Where
from kit.contracts.texts import LINE
from kit.errors import Refusal
from kit.text import fold

# A list that nobody spoke of for so long is dropped; names are forgotten so long after the coverage ended.
LIST_KEPT = timedelta(days=90)
NAMES_KEPT = timedelta(days=365)
# What is covered in one go, at most: a file holds no more.
MOST = 2_000


class PlanMode(StrEnum):
    """For how long somebody is covered: the plan's own period, or twelve months from the day they are."""

    FIXED_PERIOD = "fixed_period"
    TWELVE_MONTHS = "twelve_months"


class CoverageState(StrEnum):
    """On the list, covered, then replaced by somebody else or ended."""

    LISTED = "listed"
    COVERED = "covered"
    REPLACED = "replaced"
    ENDED = "ended"


class NotAMember(Refusal):
    """Only member companies enrol their people."""

    status = 403


class PlanEnded(Refusal):
    """The plan's period is over: nobody is covered by it any more."""


class ListChanged(Refusal):
    """Somebody else changed the list meanwhile: it is shown again as it is now."""


class NotCovered(Refusal):
    """The person is not, or no longer, covered."""


class AlreadyCovered(Refusal):
    """The same person is on the list already."""


class NobodyChosen(Refusal):
    """The list names nobody to cover."""


class NoAddress(Refusal):
    """The person has no e-mail address: their code is on the sheet."""


class TooManyChecks(Refusal):
    """More codes were asked about by one provider's link than it may within an hour; `n` minutes to wait."""

    status = 429


class NotAPlan(Refusal):
    """The activity is of a kind that covers nobody."""


class PlanUnderWay(Refusal):
    """People are covered by the plan: its days stay as they are."""


@dataclass(frozen=True)
class PlanTerms:
    """What staff write of a plan. `ends` is None when each is covered for twelve months."""

    provider_name: str
    provider_email: str
    provider_phone: str
    entitlement: Bilingual
    mode: PlanMode
    starts: date
    ends: date | None


@dataclass(frozen=True)
class PlanRow:
    """A plan as it stands: `entitlement` is what people are entitled to, in words; nothing of its use is ever kept.
    `ends` is None when each is covered for twelve months."""

    id: uuid.UUID
    activity_id: uuid.UUID
    provider_name: str
    provider_email: str
    provider_phone: str
    entitlement: Bilingual
    mode: PlanMode
    starts: date
    ends: date | None
    link_version: int = 1

    def is_over(self, today: date) -> bool:
        return self.ends is not None and today > self.ends

    def has_started(self, today: date) -> bool:
        """From then on nobody is taken off with a credit: they are replaced, or ended."""
        return today >= self.starts

    def covers(self, today: date) -> "Span":
        """From when to when somebody is covered whose code leaves today: late joiners up to the common end."""
        starts = max(self.starts, today)
        return Span(starts, self.ends if self.ends is not None else year_after(starts))


@dataclass(frozen=True)
class Span:
    """Days, the last one included."""

    starts: date
    ends: date


def year_after(day: date) -> date:
    """The last day of twelve months that begin on this one."""
    try:
        return day.replace(year=day.year + 1) - timedelta(days=1)
    except ValueError:  # 29 February.
        return date(day.year + 1, 2, 28)


@dataclass(frozen=True)
class Newcomer:
    """Somebody to cover. Without any name they are sealed: a code, and nothing of whom it is for. `again`: somebody
    looked, and it is another person than the one of the same address or name who is on the list."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lang: str = "fr"
    employer_ref: str = ""
    again: bool = False

    @property
    def sealed(self) -> bool:
        return not (self.first_name or self.last_name)

    def key(self, own: uuid.UUID) -> str | None:
        """By which the same person is known on one company's list: their name with their mailbox, or without one with
        the number that their employer gives them. None for a sealed code; `own` tells apart who only looks the same."""
        if self.sealed:
            return None
        by = mailbox_of(self.email) if self.email else fold(self.employer_ref)
        key = f"{fold(f'{self.first_name} {self.last_name}')}|{by}"
        return f"{key}|{own}" if self.again else key


SEALED = Newcomer()


def newcomer_problems(newcomer: Newcomer, reach: Reach) -> dict[Where, str]:
    """What is wrong with somebody to cover: field -> key of its sentence. Who has a number or an address has a name."""
    texts = {"first_name": newcomer.first_name, "last_name": newcomer.last_name, "employer_ref": newcomer.employer_ref}
    problems: dict[Where, str] = {name: "problem.line_too_long" for name, text in texts.items() if len(text) > LINE}
    half_named = bool(newcomer.first_name) != bool(newcomer.last_name)
    if half_named:
        problems |= {"last_name" if newcomer.first_name else "first_name": "problem.required"}
    if newcomer.sealed and (newcomer.email or newcomer.employer_ref):
        problems |= {"first_name": "problem.required"}
    wrong = problem(newcomer.email, reach)
    return problems | ({"email": wrong} if wrong else {})


@dataclass(frozen=True, kw_only=True)
class CoverageRow:
    """One employee covered, family included, as the row stands (`plans/models.py` says what the columns mean)."""

    id: uuid.UUID
    plan_id: uuid.UUID
    company_id: uuid.UUID
    registration_id: uuid.UUID | None
    first_name: str
    last_name: str
    email: str
    lang: str
    employer_ref: str
    card_number: int | None
    state: CoverageState
    starts_on: date | None
    ends_on: date | None
    free_until: date | None
    paid_until: date | None
    version: int
    letter_version: int
    undelivered: bool
    replaces_id: uuid.UUID | None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def by_mail(self) -> bool:
        """Whether the code leaves by mail; else it is on a card that HR hands over."""
        return bool(self.email)

    @property
    def span(self) -> Span | None:
        return Span(self.starts_on, self.ends_on) if self.starts_on and self.ends_on else None

    def covers_on(self, today: date) -> bool:
        return self.state is CoverageState.COVERED and self.ends_on is not None and today <= self.ends_on


@dataclass(frozen=True)
class Whose:
    """One company's part of a plan: whatever is asked of it is looked for in this part only."""

    plan: PlanRow
    company_id: uuid.UUID


@dataclass(frozen=True)
class ListedNow:
    """What became of people put on a list: those who are new on it, and how many were on it already."""

    new: tuple[CoverageRow, ...]
    already: int


def by_name(people: Sequence[CoverageRow]) -> list[CoverageRow]:
    """As a list is read: by last name, sealed codes after everybody by the number of their card."""

    def place(one: CoverageRow) -> tuple[bool, str, int]:
        return not one.name, fold(f"{one.last_name} {one.first_name}"), one.card_number or 0

    return sorted(people, key=place)
