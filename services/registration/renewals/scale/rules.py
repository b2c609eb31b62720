"""What a membership costs and from when to when it is: the fee by the number of people employed, the period, and when
companies are asked to renew. Amounts are cents before taxes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from kit.errors import InvalidInput, Refusal
from kit.money import TaxClass

# A first period that would be shorter goes on to the end of the next: nobody pays a year for a few weeks.
SHORTEST = timedelta(days=182)
MOST_STEPS, MOST_DAYS, MOST_EMPLOYEES, MOST_FEE = 12, 365, 1_000_000, 10_000_000
# Any year that has no 29 February: a period begins on a day that every year has.
ORDINARY = 2027


class ScaleChanged(Refusal):
    """Somebody else saved the fees meanwhile: what they saved is shown, and nothing was lost of it."""


@dataclass(frozen=True)
class Step:
    """The fee of a company of up to so many people; of any size, where there is no `most`."""

    most: int | None
    fee: int

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        return cls(data["most"], data["fee"])

    def as_json(self) -> dict[str, Any]:
        return {"most": self.most, "fee": self.fee}


@dataclass(frozen=True)
class Period:
    """From a day up to and with another."""

    starts: date
    ends: date


@dataclass(frozen=True, kw_only=True)
class Scale:
    """`automatic`: companies are asked to renew so many days before their period ends (`reminder_days`, the first is
    the notice), without anybody doing anything. `due_days`: a fee is owed so long after its period begins."""

    starts_month: int
    starts_day: int
    due_days: int
    steps: tuple[Step, ...]
    tax_class: TaxClass
    tax_to_confirm: bool
    gl_account: str
    reminder_days: tuple[int, ...]
    automatic: bool

    def fee(self, employees: int) -> int:
        """The fee of the first step that has room for so many people."""
        return next(step.fee for step in self.steps if step.most is None or employees <= step.most)

    def period_after(self, ends: date) -> Period:
        """The period that follows one that ended on this day, in full."""
        starts = ends + timedelta(days=1)
        first = date(starts.year, self.starts_month, self.starts_day)
        while first - starts < SHORTEST:
            first = first.replace(year=first.year + 1)
        return Period(starts, first - timedelta(days=1))


def scale(asked: Scale) -> Scale:
    """What was asked for, in order. Raises InvalidInput with every problem: steps that rise and end with one for any
    size, days that exist."""
    problems = _problems(asked)
    if problems:
        raise InvalidInput(problems)
    days = tuple(sorted(set(asked.reminder_days), reverse=True))
    return Scale(**{**vars(asked), "reminder_days": days, "gl_account": asked.gl_account.strip()})


def _problems(asked: Scale) -> dict[str, str]:
    problems: dict[str, str] = {}
    try:
        date(ORDINARY, asked.starts_month, asked.starts_day)
    except ValueError:
        problems["starts_day"] = "problem.fees_day"
    if not 0 <= asked.due_days <= MOST_DAYS:
        problems["due_days"] = "problem.fees_due_days"
    if not asked.gl_account.strip():
        problems["gl_account"] = "problem.fees_account"
    if not asked.reminder_days or any(not 1 <= days <= MOST_DAYS for days in asked.reminder_days):
        problems["reminder_days"] = "problem.fees_reminders"
    return problems | _of_steps(asked.steps)


def _of_steps(steps: Sequence[Step]) -> dict[str, str]:
    if not 1 <= len(steps) <= MOST_STEPS:
        return {"steps": "problem.fees_steps"}
    problems = {}
    for position, step in enumerate(steps):
        last = position == len(steps) - 1
        if not 0 < step.fee <= MOST_FEE:
            problems[f"steps[{position}].fee"] = "problem.fees_fee"
        before = steps[position - 1].most or 0 if position else 0
        rises = step.most is not None and before < step.most <= MOST_EMPLOYEES
        if last and step.most is not None:
            problems[f"steps[{position}].most"] = "problem.fees_last"
        elif not last and not rises:
            problems[f"steps[{position}].most"] = "problem.fees_rise"
    return problems
