"""What may be written of a company, of its people and of its periods, as pure functions over what was typed."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.contracts.addresses import NEAR, Reach, clean, problem
from kit.contracts.texts import day as read_day
from kit.contracts.texts import number
from kit.errors import InvalidInput, Refusal
from registration.members.records.schemas import CompanyForm, PeriodForm, PersonForm
from registration.members.rules import GroupingKind, Role
from registration.members.rules_details import (
    LONGEST,
    MOST_EMPLOYEES,
    digits,
    employees,
    neq,
    phone,
    postal_code,
    province,
)


class UsualPayment(StrEnum):
    """How a company usually pays; staff's reminder, no rule."""

    CARD = "card"
    INVOICE = "invoice"
    CHEQUE = "cheque"
    E_TRANSFER = "e_transfer"


class ChangedMeanwhile(Refusal):
    """Somebody else saved this since it was shown: what they wrote would be lost."""


class AlreadyActing(Refusal):
    """Somebody with this address acts for this company already."""

    status = 422


@dataclass(frozen=True)
class CompanyDetails:
    """A company as it is to be written; `version`: the one that was shown, None for a new one."""

    name: str
    badge_name: str
    neq: str
    category: str
    sector: str
    territory: str
    mrc: str
    employees: int | None
    address: str
    city: str
    province: str
    postal_code: str
    phone: str
    lang: str
    billing_email: str
    po_required: bool
    usual_payment: str
    legacy_org: str | None
    version: int | None = None


@dataclass(frozen=True)
class PersonDetails:
    """Somebody as they are to be written, and what they do for the company."""

    first_name: str
    last_name: str
    email: str
    lang: str
    roles: frozenset[Role]
    version: int | None = None


@dataclass(frozen=True)
class PeriodDetails:
    """A period as it is to be written; `fee` in cents, before taxes."""

    starts: date
    ends: date | None
    category: str
    fee: int
    fee_due_on: date | None
    fee_paid_on: date | None
    reason_left: str


@dataclass(frozen=True)
class Span:
    """Days that a period covers; without an end while it lasts."""

    starts: date
    ends: date | None

    def overlaps(self, other: "Span") -> bool:
        """Whether a day is in both."""
        begins_before = other.ends is None or self.starts <= other.ends
        return begins_before and (self.ends is None or other.starts <= self.ends)


@dataclass(frozen=True)
class Offered:
    """The keys that each list of companies has, those that ended too: a company keeps what it carries."""

    keys: frozenset[tuple[GroupingKind, str]]

    def has(self, kind: GroupingKind, key: str) -> bool:
        return not key or (kind, key) in self.keys


def company_details(
    form: CompanyForm, offered: Offered, reach: Reach = NEAR, known: CompanyForm | None = None
) -> CompanyDetails:
    """The company that a form describes. What is `known` of it already, a list may have brought from elsewhere, and
    stays when nobody touches it. Raises InvalidInput with every problem."""
    touched = form.unlike(known) if known else frozenset(CompanyForm.model_fields)
    problems = {name: why for name, why in _company_problems(form, offered, reach).items() if name in touched}
    if problems:
        raise InvalidInput(problems)
    return CompanyDetails(
        name=form.name.strip(),
        badge_name=form.badge_name.strip(),
        neq=neq(form.neq) or form.neq.strip(),
        category=form.category,
        sector=form.sector,
        territory=form.territory,
        mrc=form.mrc.strip(),
        employees=employees(form.employees),
        address=form.address.strip(),
        city=form.city.strip(),
        province=province(form.province) or form.province.strip(),
        postal_code=postal_code(form.postal_code) or form.postal_code.strip(),
        phone=phone(form.phone),
        lang="en" if form.lang == "en" else "fr",
        billing_email=clean(form.billing_email),
        po_required=form.po_required == "yes",
        usual_payment=form.usual_payment,
        legacy_org=form.legacy_org.strip() or None,
        version=_whole(form.version),
    )


def _company_problems(form: CompanyForm, offered: Offered, reach: Reach) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not form.name.strip():
        problems |= {"name": "problem.company_name"}
    for field, text in (("name", form.name), ("badge_name", form.badge_name), ("city", form.city)):
        if len(text) > LONGEST:
            problems |= {field: "problem.line_too_long"}
    if form.neq.strip() and neq(form.neq) is None:
        problems |= {"neq": "problem.company_neq"}
    if form.employees.strip() and employees(form.employees) is None:
        problems |= {"employees": "problem.company_employees"}
    if province(form.province) is None:
        problems |= {"province": "problem.company_province"}
    if form.postal_code.strip() and postal_code(form.postal_code) is None:
        problems |= {"postal_code": "problem.company_postal_code"}
    if form.phone.strip() and len(digits(form.phone)) < 10:
        problems |= {"phone": "problem.association_phone"}
    if wrong := problem(clean(form.billing_email), reach):
        problems |= {"billing_email": wrong}
    if form.usual_payment and form.usual_payment not in set(UsualPayment):
        problems |= {"usual_payment": "problem.company_payment"}
    lists = (
        (GroupingKind.CATEGORY, form.category),
        (GroupingKind.SECTOR, form.sector),
        (GroupingKind.TERRITORY, form.territory),
    )
    return problems | {kind.value: "problem.company_list" for kind, key in lists if not offered.has(kind, key)}


def person_details(form: PersonForm, reach: Reach = NEAR) -> PersonDetails:
    """Somebody as a form describes them. Raises InvalidInput with every problem."""
    problems: dict[str, str] = {}
    for field, text in (("first_name", form.first_name), ("last_name", form.last_name)):
        if not text.strip():
            problems |= {field: f"problem.person_{field}"}
        elif len(text) > LONGEST:
            problems |= {field: "problem.line_too_long"}
    address = clean(form.email)
    wrong = problem(address, reach) if address else "problem.person_email"
    if wrong:
        problems |= {"email": wrong}
    if not form.roles or not set(form.roles) <= set(Role):
        problems |= {"roles": "problem.person_roles"}
    if problems:
        raise InvalidInput(problems)
    return PersonDetails(
        first_name=form.first_name.strip(),
        last_name=form.last_name.strip(),
        email=address,
        lang="en" if form.lang == "en" else "fr",
        roles=frozenset(Role(role) for role in form.roles),
        version=_whole(form.version),
    )


def given_by(giver: frozenset[Role], details: PersonDetails) -> PersonDetails:
    """The same, when somebody of the company may give these roles: only a delegate makes another one. Raises
    InvalidInput."""
    if Role.DELEGATE in details.roles and Role.DELEGATE not in giver:
        raise InvalidInput({"roles": "problem.person_delegate"})
    return details


def period_details(form: PeriodForm, offered: Offered, others: Sequence[Span]) -> PeriodDetails:
    """The period that a form describes; `others`: those that the company has beside it. Raises InvalidInput."""
    starts, ends = read_day(form.starts.strip()), read_day(form.ends.strip())
    due, paid = read_day(form.fee_due_on.strip()), read_day(form.fee_paid_on.strip())
    problems: dict[str, str] = {}
    if starts is None:
        problems |= {"starts": "problem.period_day"}
    optional = (
        ("ends", form.ends, ends),
        ("fee_due_on", form.fee_due_on, due),
        ("fee_paid_on", form.fee_paid_on, paid),
    )
    problems |= {name: "problem.period_day" for name, text, said in optional if text.strip() and said is None}
    if starts and ends and ends < starts:
        problems |= {"ends": "problem.period_ends"}
    fee = _fee(form.fee)
    if fee is None:
        problems |= {"fee": "problem.period_fee"}
    if not offered.has(GroupingKind.CATEGORY, form.category):
        problems |= {"category": "problem.company_list"}
    if not problems and starts and any(Span(starts, ends).overlaps(other) for other in others):
        problems |= {"starts": "problem.period_overlaps"}
    if problems or starts is None or fee is None:
        raise InvalidInput(problems)
    return PeriodDetails(starts, ends, form.category, fee, due, paid, form.reason_left.strip())


def gone(before: Collection[Role], after: Collection[Role]) -> frozenset[Role]:
    """What somebody does no more."""
    return frozenset(before) - frozenset(after)


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\s*[0-9]{1,9}\s*", text) else None


def _fee(text: str) -> int | None:
    """Cents out of dollars as people write them; nothing written is no fee."""
    if not text.strip():
        return 0
    said = number(text.strip().removesuffix("$").strip())
    if said is None or said < 0 or said != round(said, 2) or said > MOST_EMPLOYEES:
        return None
    return int(said * 100)
