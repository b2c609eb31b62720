"""Who of a company sees its part of a plan, and what its purchases come to."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import Bilingual
from kit.contracts.callers import Caller
from kit.errors import NotFound
from kit.sql import column, table
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus, Visitor
from registration.members.models import Company, Person
from registration.members.queries import by_link, visitor_by_cookie
from registration.members.queries_people import acting
from registration.members.queries_standing import standing_of
from registration.members.rules import RIGHTS, May, MemberTerms
from registration.plans.flows import Enrolment, enrolment
from registration.plans.lists.flows import Buyer
from registration.plans.queries import plans
from registration.plans.rules import PlanRow, Whose
from registration.registrations.models import Registration
from registration.registrations.rules import RegistrationStatus
from registration.service import RegistrationService


@dataclass(frozen=True)
class Hr:
    """One person of a company who may enrol its people, and the company's part of the plan."""

    person: Person
    company: Company
    enrolled: Enrolment
    key: str

    @property
    def whose(self) -> Whose:
        return self.enrolled.whose

    @property
    def plan(self) -> PlanRow:
        return self.enrolled.whose.plan

    @property
    def buyer(self) -> Buyer:
        return Buyer(self.person, self.company)

    @property
    def name(self) -> str:
        return f"{self.person.first_name} {self.person.last_name}"

    @property
    def caller(self) -> Caller:
        """Whom the history names."""
        return Caller(frozenset({"link"}), name=self.name, lang=self.person.lang)


@dataclass(frozen=True)
class Asked:
    """Which plan is asked for, and by what companies are judged now."""

    key: str
    terms: MemberTerms


def hr_by_cookie(here: RegistrationService, session: Session, cookie: str, asked: Asked) -> Hr:
    """Whoever the member cookie names. Raises NotFound, whatever the reason."""
    visitor, person = visitor_by_cookie(session, here.settings.session_secret, cookie, here.clock(), asked.terms)
    if person is None:
        raise NotFound()
    return _hr(here, session, asked, person, visitor)


def hr_by_link(here: RegistrationService, session: Session, person_id: uuid.UUID, token: str, asked: Asked) -> Hr:
    """Whoever holds a personal link. Raises NotFound, whatever the reason."""
    person, company = by_link(session, here.settings.ticket_key, person_id, token, asked.terms.day)
    standing = standing_of(session, asked.terms, company.id)
    if standing is None:
        raise NotFound()
    return _hr(here, session, asked, person, standing.visitor(asked.terms))


def _hr(here: RegistrationService, session: Session, asked: Asked, person: Person, visitor: Visitor) -> Hr:
    """Anybody who may not enrol the company's people is answered as if there were no such page."""
    activity_id = session.execute(sa.select(column(Activity.id)).where(column(Activity.key) == asked.key)).scalar()
    company = session.get(Company, uuid.UUID(visitor.company_id))
    if activity_id is None or company is None:
        raise NotFound()
    roles = acting(session, person.id, company.id, asked.terms.day)
    if not any(May.PLAN in RIGHTS[role] for role in roles):
        raise NotFound()
    return Hr(person, company, enrolment(here, session, activity_id, company.id, visitor), asked.key)


@dataclass(frozen=True)
class OtherPlan:
    """A plan that companies enrol their people in, and the key of its page."""

    plan: PlanRow
    key: str
    title: Bilingual


def plans_on_sale(session: Session, now: datetime, today: date) -> list[OtherPlan]:
    """The plans that are published, sold already and not over, the one that begins last first."""
    opens, status = column(Activity.sale_opens_at), column(Activity.status)
    query = sa.select(column(Activity.id), column(Activity.key), column(Activity.title_fr), column(Activity.title_en))
    query = query.where(status == ActivityStatus.PUBLISHED, sa.or_(opens.is_(None), opens <= now))
    named = {row.id: row for row in session.execute(query)}
    return [
        OtherPlan(one, named[one.activity_id].key, _title(named[one.activity_id]))
        for one in plans(session)
        if one.activity_id in named and not one.is_over(today)
    ]


def _title(row: sa.Row[Any]) -> Bilingual:
    return Bilingual(fr=row.title_fr, en=row.title_en)


def key_of_current(session: Session, now: datetime, today: date) -> str:
    """The key of the plan that people mean: the last that has begun and is not over, else the first to begin, else the
    last there was. Raises NotFound when there is none."""
    on_sale = plans_on_sale(session, now, today)
    if on_sale:
        return next((one.key for one in on_sale if one.plan.has_started(today)), on_sale[-1].key)
    found = next(iter(plans(session)), None)
    if found is None:
        raise NotFound()
    query = sa.select(column(Activity.key)).where(column(Activity.id) == found.activity_id)
    return str(session.execute(query).scalar_one())


def name_of(session: Session, person_id: uuid.UUID) -> str:
    """Who of the company spoke of a list; nothing when they are not there any more."""
    person = session.get(Person, person_id)
    return f"{person.first_name} {person.last_name}" if person else ""


@dataclass(frozen=True)
class Purchased:
    """One purchase of a company, as HR sees it."""

    id: uuid.UUID
    code: str
    status: RegistrationStatus
    method: str
    created_at: datetime
    total: int
    credited: int
    balance: int
    invoice_number: str
    paid_at: datetime | None
    contact_email: str
    link_version: int

    @property
    def waits_for_card(self) -> bool:
        return self.status is RegistrationStatus.HELD and self.method == "card"


def purchases(session: Session, whose: Whose) -> Sequence[Purchased]:
    """What a company bought of a plan, the newest first; what expired bought nothing."""
    columns = (
        column(Registration.id),
        column(Registration.code),
        column(Registration.status),
        column(Registration.method),
        column(Registration.created_at),
        column(Registration.total),
        column(Registration.credited),
        column(Registration.balance),
        column(Registration.invoice_number),
        column(Registration.paid_at),
        column(Registration.contact_email),
        column(Registration.link_version),
    )
    query = (
        sa.select(*columns)
        .where(
            column(Registration.activity_id) == whose.plan.activity_id,
            column(Registration.company_id) == whose.company_id,
            column(Registration.status) != RegistrationStatus.EXPIRED,
        )
        .order_by(column(Registration.created_at).desc(), column(Registration.id).desc())
    )
    return [Purchased(*row) for row in session.execute(query.select_from(table(Registration)))]
