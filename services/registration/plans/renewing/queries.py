"""Coverages that end, what follows them, whom that is told to, and who of a company is not in its next list yet."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.addresses import Reach
from kit.sql import column, table
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus
from registration.members.queries_people import Acting, people_of
from registration.members.queries_standing import standing_of
from registration.members.rules import May, MemberTerms
from registration.plans.lists.rules_columns import Entry
from registration.plans.models import Coverage, Plan
from registration.plans.queries import HERS, coverage_row, of, plan_by_id, plan_of
from registration.plans.renewing.rules import (
    DAYS,
    JUST_TOLD,
    Batch,
    Ending,
    Standing,
    TakeUp,
    endings,
    taken_up,
)
from registration.plans.rules import LIST_KEPT, CoverageRow, CoverageState, PlanMode, PlanRow, Whose, by_name
from registration.registrations.models import Registration
from registration.registrations.rules import RegistrationStatus
from registration.schedule.actions import Wanted
from registration.schedule.rules import AHEAD, days_before

COVERED = column(Coverage.state) == CoverageState.COVERED
STANDS = column(Coverage.state).in_([CoverageState.LISTED, CoverageState.COVERED])
# The day until which a place is paid, whoever is in it, or nobody.
ENDS = sa.func.coalesce(column(Coverage.free_until), column(Coverage.ends_on))


def ending_soon(session: Session, today: date) -> list[Ending]:
    """What ends within reach of the letters: whole months, so that each is known by the same purchase every day."""
    furthest = today + timedelta(days=max(DAYS)) + AHEAD
    after = (furthest.replace(day=1) + timedelta(days=31)).replace(day=1)
    return endings(_batches(session, ENDS >= today.replace(day=1), ENDS < after))


def ending_of(session: Session, registration_id: uuid.UUID) -> Ending | None:
    """What ends with this purchase; None when it pays nothing, or when an older one pays some of what ends that
    month."""
    registration = session.get(Registration, registration_id)
    plan = plan_of(session, registration.activity_id) if registration else None
    if registration is None or plan is None:
        return None
    mine = (column(Coverage.plan_id) == plan.id, column(Coverage.company_id) == registration.company_id)
    found = endings(_batches(session, *mine))
    return next((one for one in found if one.registration_id == registration_id), None)


def _batches(session: Session, *which: sa.ColumnElement[bool]) -> Iterable[Batch]:
    key = (
        column(Coverage.plan_id),
        column(Coverage.company_id),
        column(Registration.id),
        column(Registration.confirmed_at),
        ENDS.label("ends"),
    )
    people = sa.func.count().filter(COVERED)
    paid = sa.or_(COVERED, column(Coverage.free_until).is_not(None))
    query = sa.select(*key, people).join(
        table(Registration), column(Registration.id) == column(Coverage.registration_id)
    )
    query = query.where(paid, column(Registration.status) == RegistrationStatus.CONFIRMED, *which)
    return [Batch(*row) for row in session.execute(query.group_by(*key))]


def wanted(ending: Ending, zone: str) -> list[Wanted]:
    """The letters to the HR of a company; whoever has just bought read in the confirmation when it ends."""
    letters = [(days, days_before(ending.first, days, zone)) for days in DAYS]
    return [Wanted(ending.registration_id, str(days), at) for days, at in letters if at >= ending.since + JUST_TOLD]


def standing(session: Session, ending: Ending, terms: MemberTerms) -> Standing:
    """What decides whether a company is told."""
    plan, company = plan_by_id(session, ending.plan_id), standing_of(session, terms, ending.company_id)
    visitor = company.visitor(terms) if company else None
    status = session.execute(sa.select(column(Activity.status)).where(column(Activity.id) == plan.activity_id))
    return Standing(
        activity=status.scalar_one(),
        may_buy=visitor is not None and (visitor.member or visitor.in_arrears),
        renewed=_renewed(session, ending),
    )


def _renewed(session: Session, ending: Ending) -> bool:
    later = sa.select(column(Plan.activity_id)).where(column(Plan.starts) > ending.first)
    bought = sa.select(column(Registration.id)).where(
        column(Registration.activity_id).in_(later),
        column(Registration.company_id) == ending.company_id,
        column(Registration.status) == RegistrationStatus.CONFIRMED,
    )
    return session.execute(bought.limit(1)).first() is not None


def next_plan(session: Session, plan: PlanRow, last: date, now: datetime) -> PlanRow | None:
    """What people are covered by after that day: the first plan that begins later and is sold already; else, where each
    is covered for twelve months, the same one once more."""
    opens, closes = column(Activity.sale_opens_at), column(Activity.sale_closes_at)
    query = sa.select(column(Plan.activity_id)).join(table(Activity), column(Activity.id) == column(Plan.activity_id))
    query = query.where(
        column(Plan.starts) > last,
        column(Activity.status) == ActivityStatus.PUBLISHED,
        sa.or_(opens.is_(None), opens <= now),
        sa.or_(closes.is_(None), closes >= now),
    )
    found = session.execute(query.order_by(column(Plan.starts), column(Plan.id)).limit(1)).scalar()
    if found is not None:
        return plan_of(session, found)
    return plan if plan.mode is PlanMode.TWELVE_MONTHS else None


def addressees(session: Session, company_id: uuid.UUID, day: date) -> Sequence[Acting]:
    """Who may enrol the people of a company on that day, each mailbox once."""
    mailboxes: dict[str, Acting] = {}
    for one in people_of(session, company_id, day):
        if May.PLAN in one.rights and one.person.email:
            mailboxes.setdefault(one.person.email.lower(), one)
    return list(mailboxes.values())


def take_up_of(session: Session, whose: Whose, today: date, reach: Reach) -> TakeUp:
    """Who of a company is covered until this plan begins, or was until lately, and stayed to the last day; those of
    them who are not in it yet. In a plan of twelve months each, those whose own months are over as well."""
    plan_id, ends = column(Coverage.plan_id), column(Coverage.ends_on)
    stayed = sa.or_(COVERED, column(Coverage.free_until) == ends)
    before = sa.or_(
        sa.and_(plan_id != whose.plan.id, ends < whose.plan.starts), sa.and_(plan_id == whose.plan.id, ends < today)
    )
    theirs = (column(Coverage.company_id) == whose.company_id, stayed, before, ends >= today - LIST_KEPT)
    here, keys = Counter(_keys(session, *_in_it(whose, today)).values()), _keys(session, *theirs)
    missing = set[uuid.UUID]()
    for coverage, key in keys.items():
        here[key] -= 1
        if here[key] < 0:
            missing.add(coverage)
    rows = [coverage_row(row) for row in session.execute(sa.select(*HERS).where(*theirs))]
    people = [_entry(one) for one in by_name([one for one in rows if one.id in missing]) if one.name]
    return TakeUp(taken_up(people, reach), len(missing) - len(people))


def _keys(session: Session, *which: sa.ColumnElement[bool]) -> dict[uuid.UUID, str]:
    """By which each of these people is known again; empty without a name. Two who only look the same have one key."""
    query = sa.select(column(Coverage.id), column(Coverage.person_key)).where(*which).order_by(column(Coverage.id))
    return {coverage: (key or "").removesuffix(f"|{coverage}") for coverage, key in session.execute(query)}


def _in_it(whose: Whose, today: date) -> tuple[sa.ColumnElement[bool], ...]:
    """Those in a plan now or on its list; of those without a name, the ones since the others ended."""
    starts, ends = column(Coverage.starts_on), column(Coverage.ends_on)
    lately = sa.or_(column(Coverage.person_key).is_not(None), starts.is_(None), starts >= today - LIST_KEPT)
    return (*of(whose), STANDS, sa.or_(ends.is_(None), ends >= today), lately)


def _entry(row: CoverageRow) -> Entry:
    return Entry(0, row.first_name, row.last_name, row.email, row.lang, row.employer_ref)
