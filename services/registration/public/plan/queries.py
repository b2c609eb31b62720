"""Who of a company sees its part of a plan, and what its purchases come to."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.errors import NotFound
from kit.sql import column, table
from registration.catalog.models import Activity
from registration.catalog.rules import Visitor
from registration.members.models import Company, Person
from registration.members.queries import by_link, visitor_by_cookie, visitor_of
from registration.plans.flows import Enrolment, enrolment
from registration.plans.lists.flows import Buyer
from registration.plans.queries import plans
from registration.plans.rules import PlanRow, Whose
from registration.registrations.models import Registration
from registration.registrations.rules import RegistrationStatus
from registration.service import RegistrationService

# Who of a company enrols its people. Anybody else is answered as if there were no such page.
ROLES = frozenset({"hr", "delegate"})


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


def hr_by_cookie(here: RegistrationService, session: Session, cookie: str, key: str) -> Hr:
    """Whoever the member cookie names. Raises NotFound, whatever the reason."""
    visitor, person = visitor_by_cookie(session, here.settings.session_secret, cookie, here.clock())
    if person is None:
        raise NotFound()
    return _hr(here, session, person, visitor, key)


def hr_by_link(here: RegistrationService, session: Session, person_id: uuid.UUID, token: str, key: str) -> Hr:
    """Whoever holds a personal link. Raises NotFound, whatever the reason."""
    person, company = by_link(session, here.settings.ticket_key, person_id, token)
    return _hr(here, session, person, visitor_of(company), key)


def _hr(here: RegistrationService, session: Session, person: Person, visitor: Visitor, key: str) -> Hr:
    activity_id = session.execute(sa.select(column(Activity.id)).where(column(Activity.key) == key)).scalar()
    company = session.get(Company, person.company_id)
    if activity_id is None or company is None or not ROLES.intersection(person.roles):
        raise NotFound()
    return Hr(person, company, enrolment(here, session, activity_id, company.id, visitor), key)


def key_of_current(session: Session) -> str:
    """The key of the plan that begins last, which is the one people mean. Raises NotFound when there is none."""
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
