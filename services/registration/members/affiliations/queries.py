"""Which companies belong to a plan, and what its partner is to be told: contacts only of those that agreed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import Bilingual
from kit.sql import column, table
from registration.members.affiliations.models import Affiliation, AffiliationPlan
from registration.members.affiliations.rules import Affiliated, Plan, Told, ToTell, to_tell
from registration.members.models import Company, CompanyRole, Person
from registration.members.queries_people import in_force
from registration.members.queries_standing import member_on
from registration.members.rules import MemberTerms, Role

STATE = (
    column(Affiliation.given_on),
    column(Affiliation.wording),
    column(Affiliation.taken_by),
    column(Affiliation.withdrawn_on),
    column(Affiliation.told_on),
    column(Affiliation.told_end_on),
)


@dataclass(frozen=True)
class Card:
    """How a company that agreed is reached: what its partner may know."""

    name: str
    address: str
    city: str
    province: str
    postal_code: str
    phone: str
    delegate: str
    email: str


@dataclass(frozen=True)
class OfCompany:
    """A plan, and how a company stands towards it (None: it never agreed)."""

    plan: Plan
    affiliated: Affiliated | None

    @property
    def agrees(self) -> bool:
        return self.affiliated is not None and self.affiliated.withdrawn_on is None


def plans(session: Session) -> list[Plan]:
    """Every plan, by its label; those that ended after the others."""
    ended = column(AffiliationPlan.ended_on)
    order = (ended.is_not(None), column(AffiliationPlan.label_fr), column(AffiliationPlan.id))
    rows = session.execute(sa.select(table(AffiliationPlan)).order_by(*order))
    return [
        Plan(row.id, row.key, Bilingual(fr=row.label_fr, en=row.label_en), row.needs_consent, row.ended_on)
        for row in rows
    ]


def plan_of(session: Session, plan_id: uuid.UUID) -> Plan | None:
    return next((one for one in plans(session) if one.id == plan_id), None)


def of_company(session: Session, company_id: uuid.UUID) -> list[OfCompany]:
    """How a company stands towards each plan; of those that ended, towards those it agreed to."""
    mine = sa.select(column(Affiliation.plan_id), *STATE).where(column(Affiliation.company_id) == company_id)
    known = {plan_id: Affiliated(*state) for plan_id, *state in session.execute(mine)}
    every = [OfCompany(plan, known.get(plan.id)) for plan in plans(session)]
    return [one for one in every if one.plan.ended_on is None or one.affiliated is not None]


def changes(session: Session, plan_id: uuid.UUID, since: date | None, terms: MemberTerms) -> list[ToTell]:
    """What the partner is to be told, by name: what it does not know, and what it was told after a day. A company
    belongs while it agrees and is a member, and nobody does once the plan has ended."""
    plan = plan_of(session, plan_id)
    belongs = sa.and_(
        sa.true() if plan is not None and plan.ended_on is None else sa.false(),
        column(Affiliation.withdrawn_on).is_(None),
        column(Company.merged_into_id).is_(None),
        member_on(terms),
    )
    query = (
        sa.select(column(Affiliation.id), column(Company.id), column(Company.name), belongs, *STATE)
        .join(table(Company), column(Company.id) == column(Affiliation.company_id))
        .where(column(Affiliation.plan_id) == plan_id)
        .order_by(column(Company.search), column(Company.id))
    )
    lines = []
    for id_, company_id, name, is_in, *state in session.execute(query):
        if what := to_tell(bool(is_in), Affiliated(*state), since):
            lines.append(ToTell(id_, company_id, name, what))
    return lines


def cards(session: Session, lines: Sequence[ToTell], day: date) -> dict[uuid.UUID, Card]:
    """How the companies that are added are reached, with their first delegate by name; of the others, nothing."""
    ids = [one.company_id for one in lines if one.what is Told.ADDED]
    delegates = (
        sa.select(column(CompanyRole.company_id), table(Person))
        .join(table(CompanyRole), column(CompanyRole.person_id) == column(Person.id))
        .where(column(CompanyRole.company_id).in_(ids), column(CompanyRole.role) == Role.DELEGATE, in_force(day))
        .order_by(column(Person.last_name).desc(), column(Person.first_name).desc())
    )
    people = {row.company_id: row for row in session.execute(delegates)} if ids else {}
    found = {}
    for row in session.execute(sa.select(table(Company)).where(column(Company.id).in_(ids))):
        of = people.get(row.id)
        who = (f"{of.first_name} {of.last_name}", of.email) if of else ("", "")
        found[row.id] = Card(row.name, row.address, row.city, row.province, row.postal_code, row.phone, *who)
    return found
