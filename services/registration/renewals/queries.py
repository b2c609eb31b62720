"""Periods that end, what became of the asking, and to whom it is written."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, select

from kit.errors import NotFound
from kit.lease import Patience, is_due
from kit.sql import column, table
from registration.members.models import Company, Membership
from registration.members.queries_people import Acting, people_of
from registration.members.rules import MemberTerms, Role
from registration.renewals.models import Renewal
from registration.renewals.rules import TO_MEND, Asking, RenewalState
from registration.renewals.scale.rules import Scale
from registration.schedule.actions import Wanted
from registration.schedule.models import Planned
from registration.schedule.rules import AHEAD, days_before

# By what the letters of renewals are planned.
RULE = "renewal"
PATIENCE = Patience(base=1, longest=60)
OPEN = column(Renewal.state) == RenewalState.PROPOSED
LATER = sa.alias(table(Membership), "later")
BESIDE = sa.alias(table(Membership), "beside")


@dataclass(frozen=True)
class Addressee:
    """Whom the letters of a company go to; a mailbox of the company has no name."""

    id: uuid.UUID
    email: str
    first_name: str
    name: str
    lang: str


def has_next() -> sa.ColumnElement[bool]:
    """Whether another period of the company follows this one. Of two that begin on the same day (of companies that were
    merged) one follows the other: the company is asked once."""
    begins, same = LATER.c.starts > column(Membership.starts), LATER.c.starts == column(Membership.starts)
    follows = sa.or_(begins, sa.and_(same, LATER.c.id > column(Membership.id)))
    query = sa.select(sa.literal(1)).select_from(LATER)
    query = query.where(LATER.c.company_id == column(Membership.company_id), follows)
    return query.correlate(table(Membership)).exists()


def covered_otherwise() -> sa.ColumnElement[bool]:
    """Whether the company has another period within the days of this renewal: written by hand, brought by a list or by
    a merger. Then nothing is owed for them a second time."""
    within = (
        BESIDE.c.starts <= column(Renewal.ends),
        sa.or_(BESIDE.c.ends.is_(None), BESIDE.c.ends >= column(Renewal.starts)),
    )
    mine = (BESIDE.c.company_id == column(Renewal.company_id), BESIDE.c.id != column(Renewal.id))
    query = sa.select(sa.literal(1)).select_from(BESIDE).where(*mine, *within)
    return query.correlate(table(Renewal)).exists()


def is_covered_otherwise(session: Session, renewal_id: uuid.UUID) -> bool:
    """The same of one renewal."""
    query = sa.select(column(Renewal.id)).where(column(Renewal.id) == renewal_id, covered_otherwise())
    return session.execute(query).first() is not None


def waits_beside(session: Session, period: Membership) -> str | None:
    """The number of a notice that waits for an answer about days of this period (empty: it has none yet); None when
    there is no such notice."""
    mine = (column(Renewal.company_id) == period.company_id, column(Renewal.id) != period.id)
    within = [column(Renewal.ends) >= period.starts]
    if period.ends is not None:
        within.append(column(Renewal.starts) <= period.ends)
    waits = sa.select(column(Renewal.number)).where(*mine, *within, OPEN, column(Renewal.declined_at).is_(None))
    return session.execute(waits.order_by(column(Renewal.id)).limit(1)).scalar()


def wanted(session: Session, scale: Scale, zone: str, period_id: uuid.UUID | None, terms: MemberTerms) -> list[Wanted]:
    """The letters about the periods that end soon or ended within the grace, or about one period."""
    ends = column(Membership.ends)
    query = sa.select(column(Membership.id), ends).where(ends.is_not(None))
    if period_id is not None:
        query = query.where(column(Membership.id) == period_id)
    else:
        first = terms.day + timedelta(days=max(scale.reminder_days)) + AHEAD
        query = query.join(table(Company), column(Company.id) == column(Membership.company_id))
        query = query.where(ends >= terms.still_counts, ends <= first, column(Membership.reason_left) == "")
        query = query.where(column(Company.merged_into_id).is_(None), sa.not_(has_next()))
    return [
        Wanted(row.id, str(days), days_before(row.ends, days, zone))
        for row in session.execute(query)
        for days in scale.reminder_days
    ]


def asking(session: Session, period_id: uuid.UUID, day: date) -> Asking:
    """What it depends on, on a day, whether a company is asked to renew after this period. Raises NotFound."""
    period = session.get(Membership, period_id)
    if period is None or period.ends is None:
        raise NotFound()
    company, renewal = session.get_one(Company, period.company_id), renewal_after(session, period_id)
    followed = sa.select(has_next()).select_from(table(Membership)).where(column(Membership.id) == period_id)
    return Asking(
        ends=period.ends,
        merged=company.merged_into_id is not None,
        left=period.reason_left != "",
        has_next=bool(session.execute(followed).scalar_one()),
        employees=company.employees,
        reachable=bool(addressees(session, company, day)),
        decision=company.decision,
        renewal=renewal.state if renewal else None,
        closing=renewal.closing if renewal else False,
        numbered=renewal is not None and renewal.number != "",
    )


def renewal_after(session: Session, period_id: uuid.UUID) -> Renewal | None:
    """What the company was asked after this period."""
    return session.exec(select(Renewal).where(Renewal.period_id == period_id)).first()


def locked(session: Session, renewal_id: uuid.UUID) -> Renewal | None:
    """It as it is now, and nobody else's until this transaction ends; nothing when the id is of something else."""
    query = select(Renewal).where(Renewal.id == renewal_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).first()


def existing(session: Session, renewal_id: uuid.UUID) -> Renewal:
    """The locked one. Raises NotFound."""
    renewal = locked(session, renewal_id)
    if renewal is None:
        raise NotFound()
    return renewal


def addressees(session: Session, company: Company, day: date) -> Sequence[Addressee]:
    """The company's billing address, and whoever is its delegate on that day: each mailbox once."""
    delegates = [one for one in people_of(session, company.id, day) if Role.DELEGATE in one.roles and one.person.email]
    known = {one.person.email.lower() for one in delegates}
    billing = company.billing_email.strip()
    mailbox = [Addressee(company.id, billing, "", company.name, company.lang)] if billing.lower() not in known else []
    return [*(one for one in mailbox if one.email), *map(_delegate, delegates)]


def _delegate(one: Acting) -> Addressee:
    return Addressee(one.person.id, one.person.email, one.person.first_name, one.name, one.person.lang)


def is_any(session: Session, *due: sa.ColumnElement[bool]) -> bool:
    return session.execute(sa.select(column(Renewal.id)).where(*due).limit(1)).first() is not None


def unnumbered(now: datetime, today: date) -> tuple[sa.ColumnElement[bool], ...]:
    """What billing has still to number."""
    return (
        OPEN,
        column(Renewal.number) == "",
        column(Renewal.declined_at).is_(None),
        column(Renewal.answer_by) >= today,
        sa.not_(covered_otherwise()),
        is_due(Renewal.due_at, now, PATIENCE.horizon),
    )


def untold(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """What was invoiced, and not paid at once."""
    return (
        column(Renewal.invoice_number) != "",
        column(Renewal.invoice_told_at).is_(None),
        is_due(Renewal.due_at, now, PATIENCE.horizon),
    )


def ending(now: datetime, today: date) -> tuple[sa.ColumnElement[bool], ...]:
    """What was declined, was not agreed to before its last day was over, or is about days that another period covers
    by now."""
    over = sa.or_(column(Renewal.declined_at).is_not(None), column(Renewal.answer_by) < today, covered_otherwise())
    return (OPEN, over, is_due(Renewal.due_at, now, PATIENCE.horizon))


def to_mend(session: Session, day: date) -> int:
    """How many companies should have been asked by now and could not be, for want of what staff must say first."""
    period, ends = column(Membership.id), column(Membership.ends)
    asked = sa.exists().where(column(Renewal.period_id) == period)
    ours = (column(Planned.rule) == RULE, column(Planned.entity_id) == period)
    skipped = sa.exists().where(*ours, column(Planned.reason).in_(TO_MEND))
    company = sa.exists().where(
        column(Company.id) == column(Membership.company_id), column(Company.merged_into_id).is_(None)
    )
    waits = (ends >= day, column(Membership.reason_left) == "", skipped, company, sa.not_(asked), sa.not_(has_next()))
    return int(session.execute(sa.select(sa.func.count()).select_from(table(Membership)).where(*waits)).scalar_one())
