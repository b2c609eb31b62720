"""The companies of a plan, in counts: staff never read a list of names here."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import NotFound
from kit.sql import column, table
from kit.text import sort_key
from registration.members.models import Company
from registration.plans.models import Coverage, KeptList, Plan, PlanHold
from registration.plans.queries import plan_of
from registration.plans.rules import CoverageState, PlanRow
from registration.registrations.models import Registration
from registration.registrations.rules import RegistrationStatus

# How long before its end a plan is renewed.
RENEWAL = timedelta(days=60)


@dataclass(frozen=True)
class CompanyEnrolled:
    """One company's part of a plan: how many people, in which state; amounts in cents with taxes."""

    company_id: uuid.UUID
    name: str
    covered: int
    waiting: int
    free: int
    amount: int
    owed: int
    held: bool
    kept_since: datetime | None


def plan_here(session: Session, activity_id: uuid.UUID) -> PlanRow:
    """The plan of an activity. Raises NotFound when it has none."""
    plan = plan_of(session, activity_id)
    if plan is None:
        raise NotFound()
    return plan


def companies_of(session: Session, plan: PlanRow, today: date) -> list[CompanyEnrolled]:
    """By name, in five statements whatever their number."""
    counts = _people(session, plan, today)
    money = _money(session, plan)
    held = sa.select(column(PlanHold.company_id)).where(column(PlanHold.plan_id) == plan.id)
    kept = sa.select(column(KeptList.company_id), column(KeptList.said_at)).where(column(KeptList.plan_id) == plan.id)
    holds, lists = set(session.execute(held).scalars()), {row.company_id: row.said_at for row in session.execute(kept)}
    names = _names(session, [*{*counts, *money, *holds, *lists}])
    rows = []
    for company, name in names.items():
        people, sums = counts.get(company, _People()), money.get(company, _Money())
        rows.append(
            CompanyEnrolled(
                company_id=company,
                name=name,
                covered=people.covered,
                waiting=people.waiting,
                free=people.free,
                amount=sums.amount,
                owed=sums.owed,
                held=company in holds,
                kept_since=lists.get(company),
            )
        )
    return sorted(rows, key=lambda row: sort_key(row.name))


@dataclass(frozen=True)
class _People:
    covered: int = 0
    waiting: int = 0
    free: int = 0


@dataclass(frozen=True)
class _Money:
    amount: int = 0
    owed: int = 0


def _people(session: Session, plan: PlanRow, today: date) -> dict[uuid.UUID, _People]:
    state, ends = column(Coverage.state), column(Coverage.ends_on)
    counted = (
        sa.func.count().filter(state == CoverageState.COVERED, ends >= today),
        sa.func.count().filter(state == CoverageState.LISTED),
        sa.func.count().filter(column(Coverage.free_until) >= today),
    )
    query = sa.select(column(Coverage.company_id), *counted).where(column(Coverage.plan_id) == plan.id)
    return {row[0]: _People(*row[1:]) for row in session.execute(query.group_by(column(Coverage.company_id)))}


def _money(session: Session, plan: PlanRow) -> dict[uuid.UUID, _Money]:
    """What was bought and is confirmed, less what was credited; what of it is to pay."""
    of, left = column(Registration.company_id), column(Registration.total) - column(Registration.credited)
    sums = (sa.func.sum(left), sa.func.sum(column(Registration.balance)))
    query = sa.select(of, *sums).where(
        column(Registration.activity_id) == plan.activity_id,
        column(Registration.status) == RegistrationStatus.CONFIRMED,
        of.is_not(None),
    )
    return {row[0]: _Money(int(row[1]), int(row[2])) for row in session.execute(query.group_by(of))}


def _names(session: Session, companies: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    key = column(Company.id)
    rows = session.execute(sa.select(key, column(Company.name)).select_from(table(Company)).where(key.in_(companies)))
    return dict(rows.all())


def to_renew(session: Session, plan: PlanRow, today: date) -> set[uuid.UUID]:
    """The companies that cover people until the plan ends, and are in no plan after it; none while its end is far."""
    if plan.ends is None or not plan.ends - RENEWAL <= today <= plan.ends:
        return set()
    company, later = column(Coverage.company_id), sa.select(column(Plan.id)).where(column(Plan.starts) > plan.ends)
    covered = (column(Coverage.plan_id) == plan.id, column(Coverage.state) == CoverageState.COVERED)
    again = sa.select(company).where(column(Coverage.plan_id).in_(later))
    return set(session.execute(sa.select(company).where(*covered, company.not_in(again)).distinct()).scalars())
