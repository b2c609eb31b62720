"""What staff's page of renewals shows: tabs, sums, and the fees as a form."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from babel.dates import format_date

from kit import text
from kit.money import TaxClass
from kit.paging import ListAddress
from kit.text import Catalogue
from registration.catalog.sections.view_amounts import amount_typed, has_three_decimals, shown_amount
from registration.forms import FormValues
from registration.office.renewals.queries import Sum
from registration.renewals.rules import NoticeState
from registration.renewals.scale.rules import MOST_STEPS, ORDINARY, Scale, Step

KINDS = {
    NoticeState.WAITING: "quiet",
    NoticeState.PREPARING: "quiet",
    NoticeState.SENT: "warn",
    NoticeState.ACCEPTED: "accent",
    NoticeState.PAID: "good",
    NoticeState.DECLINED: "bad",
    NoticeState.LAPSED: "bad",
    NoticeState.LEFT: "quiet",
    NoticeState.RENEWED: "good",
}
AGREED = (NoticeState.ACCEPTED, NoticeState.PAID)


@dataclass(frozen=True)
class Tab:
    """A state to narrow the list by."""

    href: str
    label: str
    current: bool
    count: int


def tabs(
    catalogue: Catalogue, lang: str, link: ListAddress, sums: Mapping[NoticeState, Sum], chosen: NoticeState | None
) -> list[Tab]:
    """Every state that some company is in, and all of them."""
    every = sum(one.companies for one in sums.values())
    found = [Tab(link(state=""), catalogue.say(lang, "renewals.all"), chosen is None, every)]
    for state in NoticeState:
        if state in sums or state is chosen:
            label, count = catalogue.say(lang, f"renewals.state.{state.value}"), sums.get(state, Sum(0, 0)).companies
            found.append(Tab(link(state=state.value), label, chosen is state, count))
    return found


@dataclass(frozen=True)
class Figure:
    """A figure at the head of the page."""

    label: str
    value: str
    note: str
    href: str = ""
    kind: str = ""


def figures(catalogue: Catalogue, lang: str, sums: Mapping[NoticeState, Sum]) -> list[Figure]:
    """What was asked for, what was agreed to, and what was paid."""
    groups = {
        "asked": (NoticeState.PREPARING, NoticeState.SENT, *AGREED, NoticeState.DECLINED, NoticeState.LAPSED),
        "agreed": AGREED,
        "paid": (NoticeState.PAID,),
    }
    found = []
    for name, states in groups.items():
        some = [sums[state] for state in states if state in sums]
        companies, cents = sum(one.companies for one in some), sum(one.cents for one in some)
        note = catalogue.say(lang, "renewals.companies", n=companies)
        found.append(Figure(catalogue.say(lang, f"renewals.sum.{name}"), text.money(cents, lang), note))
    return found


@dataclass(frozen=True)
class StepForm:
    """A step as it is written."""

    most: str = ""
    fee: str = ""


@dataclass(frozen=True)
class FeesForm:
    """The fees as a form has them."""

    version: str = "0"
    starts_month: str = "7"
    starts_day: str = "1"
    due_days: str = "30"
    steps: tuple[StepForm, ...] = field(default_factory=tuple)
    tax_class: str = TaxClass.EXEMPT.value
    tax_to_confirm: bool = True
    gl_account: str = ""
    reminder_days: str = "60, 30, 7"
    automatic: bool = False

    @classmethod
    def of(cls, scale: Scale, version: int, lang: str) -> "FeesForm":
        return cls(
            version=str(version),
            starts_month=str(scale.starts_month),
            starts_day=str(scale.starts_day),
            due_days=str(scale.due_days),
            steps=tuple(StepForm(str(step.most or ""), shown_amount(step.fee, lang)) for step in scale.steps),
            tax_class=scale.tax_class.value,
            tax_to_confirm=scale.tax_to_confirm,
            gl_account=scale.gl_account,
            reminder_days=", ".join(map(str, scale.reminder_days)),
            automatic=scale.automatic,
        )

    @classmethod
    def typed(cls, form: FormValues) -> "FeesForm":
        steps = (
            StepForm(form.one(f"steps[{n}].most").strip(), form.one(f"steps[{n}].fee").strip())
            for n in range(MOST_STEPS)
        )
        return cls(
            version=form.one("version", "0"),
            starts_month=form.one("starts_month"),
            starts_day=form.one("starts_day"),
            due_days=form.one("due_days"),
            steps=tuple(step for step in steps if step.most or step.fee),
            tax_class=form.one("tax_class"),
            tax_to_confirm=bool(form.one("tax_to_confirm")),
            gl_account=form.one("gl_account"),
            reminder_days=form.one("reminder_days"),
            automatic=form.one("automatic") == "yes",
        )

    @property
    def scale(self) -> Scale:
        """What was typed; what is no number is one that no rule takes."""
        known = self.tax_class in set(TaxClass)
        return Scale(
            starts_month=_number(self.starts_month),
            starts_day=_number(self.starts_day),
            due_days=_number(self.due_days),
            steps=tuple(Step(_number(step.most) if step.most else None, _cents(step.fee)) for step in self.steps),
            tax_class=TaxClass(self.tax_class) if known else TaxClass.EXEMPT,
            tax_to_confirm=self.tax_to_confirm,
            gl_account=self.gl_account,
            reminder_days=tuple(_number(part) for part in re.split(r"[\s,;]+", self.reminder_days.strip()) if part),
            automatic=self.automatic,
        )

    def rows(self) -> Sequence[StepForm]:
        """Its steps, and room for two more."""
        return [*self.steps, *[StepForm()] * min(2, MOST_STEPS - len(self.steps))]


def _number(typed: str) -> int:
    return int(typed) if re.fullmatch(r"[0-9]{1,7}", typed.strip()) else -1


def _cents(typed: str) -> int:
    amount = amount_typed(typed)
    return -1 if amount is None or has_three_decimals(amount) else int(amount * 100)


def day_or_none(typed: str) -> date | None:
    """A day of an address; what is none is nothing."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def month(number: int, lang: str) -> str:
    """« juillet »; “July”."""
    return str(format_date(date(ORDINARY, number, 1), "LLLL", locale=lang))
