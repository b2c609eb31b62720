"""What HR sees of her company's part of a plan: whom it covers, what she bought, what she can do."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Request

from kit import text
from kit.app import language
from kit.clock import local_day
from kit.text import Catalogue
from registration.catalog.view_words import typeset
from registration.links import Links
from registration.plans.flows import act
from registration.plans.rules import CoverageRow, CoverageState, PlanRow
from registration.public.plan.queries import Hr, OtherPlan, Purchased
from registration.service import RegistrationService

# People or rows on one page.
PAGE = 100
# What a page may say it just did; anything else in its address says nothing.
DONE = (
    "covered",
    "on_card",
    "kept",
    "paying",
    "sent",
    "address",
    "replaced",
    "replaced_held",
    "held",
    "ended",
    "taken_off",
    "off_list",
    "dropped",
    "nothing",
)


@dataclass(frozen=True)
class Words:
    """Sentences in the language of a page."""

    catalogue: Catalogue
    lang: str

    def say(self, key: str, /, **values: object) -> str:
        return self.catalogue.say(self.lang, f"plan.{key}", **values)

    def day(self, day: date) -> str:
        return text.day_short(day, self.lang)

    def span(self, starts: date | None, ends: date | None) -> str:
        if starts is None or ends is None:
            return ""
        return self.say("span", starts=self.day(starts), ends=self.day(ends))


@dataclass(frozen=True)
class Turn:
    """Which page of a long list, and whether there are others: numbers from 1."""

    number: int
    pages: int

    @classmethod
    def of(cls, asked: int, rows: int) -> "Turn":
        pages = max(1, -(-rows // PAGE))
        return cls(min(max(asked, 1), pages), pages)

    @property
    def part(self) -> slice:
        return slice((self.number - 1) * PAGE, self.number * PAGE)


@dataclass(frozen=True)
class PersonShown:
    """One person covered, or listed, as a row: `kind` and `word` say how they stand."""

    id: uuid.UUID
    name: str
    email: str
    kind: str
    word: str
    dates: str
    is_sealed: bool
    can_change: bool
    can_resend: bool
    is_waiting: bool
    in_force: bool


def title(hr: Hr, lang: str) -> str:
    """The plan's own title."""
    offer = hr.enrolled.offer
    return typeset(offer.activity.title.in_(lang), lang)


def period(plan: PlanRow, words: Words) -> str:
    """From when to when a plan covers."""
    if plan.ends is not None:
        return words.span(plan.starts, plan.ends)
    return words.say("twelve_months", starts=words.day(plan.starts))


@dataclass(frozen=True)
class Unsent:
    """Those on a list whose code has not left: nothing pays them yet, or staff hold it."""

    waiting: Collection[uuid.UUID] = ()
    held: Collection[uuid.UUID] = ()


def person(row: CoverageRow, unsent: Unsent, today: date, words: Words) -> PersonShown:
    """A coverage as HR reads it; nothing in it says whether anybody ever called."""
    kind, word = standing(row, unsent, today)
    card = row.card_number
    in_force = row.covers_on(today)
    return PersonShown(
        id=row.id,
        name=row.name or (words.say("card", number=card) if card else words.say("nameless")),
        email=row.email,
        kind=kind,
        word=words.say(f"state.{word}", number=card or 0),
        dates=words.span(row.starts_on, row.ends_on),
        is_sealed=not row.name,
        can_change=in_force or row.id in unsent.held,
        can_resend=in_force and row.by_mail,
        is_waiting=row.id in unsent.waiting,
        in_force=in_force,
    )


def standing(row: CoverageRow, unsent: Unsent, today: date) -> tuple[str, str]:
    """The kind of mark and the word for how somebody stands."""
    if row.id in unsent.waiting:
        return "warn", "waiting"
    if row.id in unsent.held:
        return "warn", "held"
    if row.state is CoverageState.LISTED:
        return "accent", "paying"
    if row.state is not CoverageState.COVERED:
        return "quiet", str(row.state)
    if not row.covers_on(today):
        return "quiet", "over"
    if row.undelivered:
        return "bad", "undelivered"
    return ("good", "sent") if row.by_mail else ("accent", "on_card")


def narrowed(rows: Sequence[CoverageRow], show: str, today: date) -> list[CoverageRow]:
    """Those who are covered or will be; with `past`, those who were."""
    past = [row for row in rows if _is_past(row, today)]
    return past if show == "past" else [row for row in rows if not _is_past(row, today)]


def _is_past(row: CoverageRow, today: date) -> bool:
    gone = row.state in (CoverageState.REPLACED, CoverageState.ENDED)
    return gone or (row.state is CoverageState.COVERED and not row.covers_on(today))


@dataclass(frozen=True)
class Figures:
    """How many people are covered or will be, how many were, how many letters did not arrive, and how many cards are
    to be handed over."""

    current: int
    past: int
    undelivered: int
    cards: int


def figures(rows: Sequence[CoverageRow], today: date) -> Figures:
    """Of a company's whole list."""
    in_force = [row for row in rows if row.covers_on(today)]
    return Figures(
        current=len(in_force),
        past=len(narrowed(rows, "past", today)),
        undelivered=sum(row.undelivered for row in in_force),
        cards=sum(not row.by_mail for row in in_force),
    )


@dataclass(frozen=True)
class PurchaseShown:
    """A purchase as a line: what it is, what became of it, and where it is looked at when it is hers."""

    label: str
    note: str
    amount: int
    href: str


def purchase(row: Purchased, hr: Hr, links: Links, words: Words) -> PurchaseShown:
    """Its page belongs to whoever bought it."""
    mine = row.contact_email == hr.person.email
    if row.paid_at:
        state = "paid"
    elif row.waits_for_card:
        state = "paying"
    else:
        state = "cancelled" if row.status == "cancelled" else "to_pay"
    label = words.say("invoice", number=row.invoice_number) if row.invoice_number else row.code
    day = words.day(local_day(row.created_at, hr.enrolled.offer.activity.timezone))
    return PurchaseShown(
        label=label,
        note=words.say(f"purchase.{state}", day=day),
        amount=row.total - row.credited,
        href=links.registration(row.id, row.link_version) if mine else "",
    )


@dataclass(frozen=True)
class OtherShown:
    """Another plan as a line that leads to it; `follows`: it begins after this one."""

    label: str
    period: str
    href: str
    follows: bool


def other(one: OtherPlan, hr: Hr, base: str, words: Words) -> OtherShown:
    """Another plan that is sold now."""
    label = typeset(one.title.in_(words.lang), words.lang)
    follows = one.plan.starts > hr.plan.starts
    return OtherShown(label, period(one.plan, words), f"{base}/plans/{one.key}", follows)


def words_of(request: Request, here: RegistrationService, hr: Hr) -> Words:
    """The words of a page in the language of this visit, else in hers."""
    return Words(here.pages.catalogue, language(request, hr.person.lang))


def common(here: RegistrationService, hr: Hr, words: Words) -> dict[str, Any]:
    """What every page of the plan has."""
    return {
        "page_title": words.say("title"),
        "title": title(hr, words.lang),
        "period": period(hr.plan, words),
        "company": hr.company.name,
        "plan": hr.plan,
        "entitlement": hr.plan.entitlement.in_(words.lang),
        "url": f"{here.base}/plans/{hr.key}",
        "noindex": True,
        "in_arrears": hr.enrolled.visitor.in_arrears,
        "may_buy": hr.enrolled.visitor.member or hr.enrolled.visitor.in_arrears,
        "over": hr.plan.is_over(act(here, hr.caller).today),
        "zone": hr.enrolled.offer.activity.timezone,
    }
