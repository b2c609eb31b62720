"""When a company is told that its coverages end, why it is not, and its next list made of the one that ends."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from kit.contracts.addresses import Reach
from registration.catalog.rules import ActivityStatus
from registration.plans.lists.rules import DOUBLE, judge
from registration.plans.lists.rules_columns import Choice, Entry

# How many days before the last one, and how long after a purchase its company has just been told when it ends.
DAYS = (60, 30, 7)
JUST_TOLD = timedelta(days=1)


class EndingReason(StrEnum):
    """Why a company is not told that its coverages end."""

    NOBODY_COVERED = "nobody_covered"
    OVER = "over"  # The last day has passed.
    NOT_HELD = "not_held"  # The plan was called off, postponed or withdrawn.
    NOT_A_MEMBER = "not_a_member"  # It left, or did not renew its membership.
    RENEWED = "renewed"  # It has bought of the plan that follows.


@dataclass(frozen=True)
class Batch:
    """What one purchase of a company pays until one day: `people` are covered; the other places are free."""

    plan_id: uuid.UUID
    company_id: uuid.UUID
    registration_id: uuid.UUID
    confirmed_at: datetime
    ends: date
    people: int


@dataclass(frozen=True)
class Ending:
    """The coverages of one company in one plan that end in one month, from `first` to `last`. It is known by the oldest
    purchase that pays some of them (`registration_id`), confirmed at `since`."""

    plan_id: uuid.UUID
    company_id: uuid.UUID
    registration_id: uuid.UUID
    since: datetime
    first: date
    last: date
    people: int


def endings(batches: Iterable[Batch]) -> list[Ending]:
    """One for each company, plan and month. In a plan of one period everything ends on its last day, so that is one for
    each company; in one of twelve months each, batches of one month are told of together, counted to the first that
    ends. A purchase ends on one day and is never forgotten, so its id stands for the month whoever comes and goes."""
    months: dict[tuple[uuid.UUID, uuid.UUID, int, int], list[Batch]] = defaultdict(list)
    for one in batches:
        months[one.plan_id, one.company_id, one.ends.year, one.ends.month].append(one)
    return [_ending(group) for group in months.values()]


def _ending(group: Sequence[Batch]) -> Ending:
    oldest = min(group, key=lambda one: (one.confirmed_at, one.registration_id))
    return Ending(
        plan_id=oldest.plan_id,
        company_id=oldest.company_id,
        registration_id=oldest.registration_id,
        since=oldest.confirmed_at,
        first=min(one.ends for one in group),
        last=max(one.ends for one in group),
        people=sum(one.people for one in group),
    )


@dataclass(frozen=True)
class Standing:
    """What it depends on whether a company is told: its plan's activity, whether it may buy, whether it bought what
    follows."""

    activity: ActivityStatus
    may_buy: bool
    renewed: bool


def useless(ending: Ending | None, standing: Standing | None, today: date) -> str:
    """Why the company is not told; empty: it is."""
    if ending is None or standing is None or not ending.people:
        return EndingReason.NOBODY_COVERED
    if today > ending.last:
        return EndingReason.OVER
    if standing.activity is not ActivityStatus.PUBLISHED:
        return EndingReason.NOT_HELD
    if standing.renewed:
        return EndingReason.RENEWED
    return "" if standing.may_buy else EndingReason.NOT_A_MEMBER


@dataclass(frozen=True)
class TakeUp:
    """Those whom a company covers until a plan begins, or covered until lately, and who are not in it yet; `sealed` are
    codes without names."""

    people: tuple[Entry, ...] = ()
    sealed: int = 0

    @property
    def count(self) -> int:
        return len(self.people) + self.sealed


def taken_up(people: Sequence[Entry], reach: Reach) -> tuple[Entry, ...]:
    """The same as rows of a list: two people who shared an address or a name were looked at when they were covered."""
    numbered = [replace(one, number=number) for number, one in enumerate(people, 1)]
    double = {row.entry.number for row in judge(numbered, (), reach).rows if row.verdict in DOUBLE}
    return tuple(replace(one, choice=Choice.KEPT) if one.number in double else one for one in numbered)
