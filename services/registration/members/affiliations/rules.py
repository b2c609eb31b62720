"""What is taken down of a consent, and what a partner is to be told."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.contracts import Bilingual
from kit.contracts.texts import LINE
from kit.contracts.texts import day as read_day
from kit.errors import InvalidInput, Refusal
from registration.members.affiliations.schemas import ConsentForm, PlanForm


class PartnerListChanged(Refusal):
    """What the partner is to be told is not what was shown any more."""


class NotAffiliated(Refusal):
    """The company has no consent to take back."""


class AffiliationEnded(Refusal):
    """Members belong to this body no more: nothing new is agreed to."""


class Told(StrEnum):
    """What a partner is told of a company."""

    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Plan:
    """Another body that members belong to; `ended_on`: until that day."""

    id: uuid.UUID
    key: str
    label: Bilingual
    needs_consent: bool
    ended_on: date | None = None


@dataclass(frozen=True)
class PlanDetails:
    """What staff say of it."""

    label: Bilingual
    needs_consent: bool


@dataclass(frozen=True)
class Affiliated:
    """How a company stands towards a plan: what it agreed to, when it took that back, what the partner knows."""

    given_on: date
    wording: str
    taken_by: str
    withdrawn_on: date | None
    told_on: date | None
    told_end_on: date | None


@dataclass(frozen=True)
class ToTell:
    """One line of what the partner is told: a company that belongs from now on, or one that does no more."""

    affiliation_id: uuid.UUID
    company_id: uuid.UUID
    company: str
    what: Told


@dataclass(frozen=True)
class Consent:
    """A consent as it is written down."""

    given_on: date
    wording: str


def consent(form: ConsentForm, plan: Plan, today: date) -> Consent:
    """What a form says. Raises AffiliationEnded, and InvalidInput: a day that is not to come, and the words, where
    consent is needed."""
    if plan.ended_on is not None:
        raise AffiliationEnded()
    given_on, wording = read_day(form.given_on.strip()), form.wording.strip()
    problems = {} if given_on and given_on <= today else {"given_on": "problem.consent_day"}
    if plan.needs_consent and not wording:
        problems |= {"wording": "problem.consent_wording"}
    if problems or given_on is None:
        raise InvalidInput(problems)
    return Consent(given_on, wording)


def plan_details(form: PlanForm) -> PlanDetails:
    """The body that a form names. Raises InvalidInput."""
    label = Bilingual(fr=form.label_fr.strip(), en=form.label_en.strip())
    problems = {} if label.fr else {"label_fr": "problem.required"}
    problems |= {name: "problem.line_too_long" for name, text in vars(form).items() if len(text) > LINE}
    if form.needs_consent not in ("yes", "no"):
        problems |= {"needs_consent": "problem.required"}
    if problems:
        raise InvalidInput(problems)
    return PlanDetails(label, form.needs_consent == "yes")


def to_tell(belongs: bool, known: Affiliated, since: date | None) -> Told | None:
    """What a partner is told of a company that belongs, or does not: what it does not know, and with a day, what it
    was told after that day once more. It is told of no company that it never heard of that it is gone."""
    has_it = known.told_on is not None and known.told_end_on is None
    told_since = since is not None and known.told_on is not None and known.told_on > since
    ended_since = since is not None and known.told_end_on is not None and known.told_end_on > since
    if belongs:
        return Told.ADDED if not has_it or told_since else None
    return Told.REMOVED if known.told_on is not None and (has_it or ended_since) else None


def mark_of(lines: Sequence[ToTell]) -> str:
    """What tells one list of changes from another."""
    said = ",".join(sorted(f"{one.affiliation_id}:{one.what}" for one in lines))
    return hashlib.sha256(said.encode()).hexdigest()[:16]
