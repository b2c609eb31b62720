"""Companies whose period ends on one day: what each was asked, and what it answered."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit.paging import slice_of
from kit.sql import column, table
from registration.checkin.models import CheckIn
from registration.members.models import Company, Membership
from registration.members.rules import MemberTerms
from registration.registrations.models import Attendee, Registration
from registration.renewals.models import Renewal
from registration.renewals.queries import covered_otherwise, has_next
from registration.renewals.rules import NoticeState, RenewalState

PAGE = 50
# A company of which nobody came for a year is silent.
SILENCE = timedelta(days=365)
NEXT = sa.alias(table(Membership), "renewed_period")
STATE = column(Renewal.state)
WHERE_IT_STANDS = sa.case(
    (NEXT.c.fee_paid_on.is_not(None), NoticeState.PAID.value),
    (sa.and_(STATE.in_((RenewalState.PROPOSED, RenewalState.LAPSED)), covered_otherwise()), NoticeState.RENEWED.value),
    (sa.and_(STATE == RenewalState.PROPOSED, column(Renewal.declined_at).is_not(None)), NoticeState.DECLINED.value),
    (sa.and_(STATE == RenewalState.PROPOSED, column(Renewal.number) == ""), NoticeState.PREPARING.value),
    (STATE == RenewalState.PROPOSED, NoticeState.SENT.value),
    (STATE.is_not(None), sa.cast(STATE, sa.String)),
    (has_next(), NoticeState.RENEWED.value),
    (column(Membership.reason_left) != "", NoticeState.LEFT.value),
    else_=NoticeState.WAITING.value,
)


@dataclass(frozen=True)
class RenewalRow:
    """One company: its period that ends, what it was asked (`renewal_id`, none: nothing yet), and when somebody of it
    last came. `fee` is in cents, none before it was asked."""

    period_id: uuid.UUID
    company_id: uuid.UUID
    company: str
    employees: int | None
    state: NoticeState
    renewal_id: uuid.UUID | None
    link_version: int
    number: str
    total: int | None
    why: str
    last_came: datetime | None

    def silent(self, now: datetime) -> bool:
        """Nobody of it came for a year."""
        return self.last_came is None or self.last_came < now - SILENCE


@dataclass(frozen=True)
class RenewalPage:
    """A page of them; `previous` and `next` are the periods that the pages before and after are counted from."""

    rows: tuple[RenewalRow, ...]
    previous: uuid.UUID | None
    next: uuid.UUID | None
    total: int


@dataclass(frozen=True)
class Sum:
    """How many companies stand there, and what they were asked for in all, in cents."""

    companies: int
    cents: int


@dataclass(frozen=True)
class Narrowed:
    """Which companies are shown: whose period ends on this day, those that stand so, only those of which nobody came
    since."""

    ends: date
    state: NoticeState | None = None
    silent_since: datetime | None = None


def ends_of(session: Session, terms: MemberTerms) -> Sequence[date]:
    """The days on which periods end that are asked about now, the first of them first: those whose grace is not long
    over, and those to come."""
    ends = column(Membership.ends)
    query = sa.select(ends).where(ends.is_not(None), ends >= terms.still_counts - timedelta(days=terms.grace_days))
    found = session.execute(query.distinct().order_by(ends)).scalars().all()
    return [one for one in found if one is not None]


def sums(session: Session, ends: date) -> dict[NoticeState, Sum]:
    """What the companies of a day come to, by where they stand."""
    query = _joined(sa.select(WHERE_IT_STANDS.label("state"), column(Renewal.total))).where(*_of(Narrowed(ends)))
    each = query.subquery()
    total = sa.func.coalesce(sa.func.sum(each.c.total), 0)
    grouped = sa.select(each.c.state, sa.func.count(), total).group_by(each.c.state)
    return {NoticeState(state): Sum(count, int(cents)) for state, count, cents in session.execute(grouped)}


def renewals(
    session: Session, narrowed: Narrowed, after: uuid.UUID | None = None, before: uuid.UUID | None = None
) -> RenewalPage:
    """One page of them, by the name of the company."""
    query = _joined(
        sa.select(
            column(Membership.id),
            column(Company.id).label("company_id"),
            column(Company.name),
            column(Company.employees),
            WHERE_IT_STANDS.label("state"),
            column(Renewal.id).label("renewal_id"),
            column(Renewal.link_version),
            column(Renewal.number),
            column(Renewal.total),
            column(Renewal.declined_why),
            _last_came().label("last_came"),
        )
    )
    order = (column(Company.search), column(Membership.id))
    places = [_place(session, one) for one in (after, before)]
    found = slice_of(session, query.where(*_of(narrowed)), order, PAGE, places)
    rows = tuple(_row(row) for row in found.rows)
    return RenewalPage(rows, **found.keys([row.period_id for row in rows]))


def _row(row: sa.Row[*tuple[Any, ...]]) -> RenewalRow:
    return RenewalRow(
        period_id=row.id,
        company_id=row.company_id,
        company=row.name,
        employees=row.employees,
        state=NoticeState(row.state),
        renewal_id=row.renewal_id,
        link_version=row.link_version or 1,
        number=row.number or "",
        total=row.total,
        why=row.declined_why or "",
        last_came=row.last_came,
    )


def _joined(query: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    query = query.select_from(table(Membership))
    query = query.join(table(Company), column(Company.id) == column(Membership.company_id))
    query = query.outerjoin(table(Renewal), column(Renewal.period_id) == column(Membership.id))
    return query.outerjoin(NEXT, NEXT.c.id == column(Renewal.id))


def _of(narrowed: Narrowed) -> list[sa.ColumnElement[bool]]:
    which = [column(Membership.ends) == narrowed.ends, column(Company.merged_into_id).is_(None)]
    if narrowed.state is not None:
        which.append(WHERE_IT_STANDS == narrowed.state.value)
    if narrowed.silent_since is not None:
        came = _last_came()
        which.append(sa.or_(came.is_(None), came < narrowed.silent_since))
    return which


def _last_came() -> sa.ScalarSelect[Any]:
    """When somebody of the company last arrived anywhere."""
    query = sa.select(sa.func.max(column(CheckIn.at))).select_from(table(CheckIn))
    query = query.join(table(Attendee), column(Attendee.id) == column(CheckIn.attendee_id))
    query = query.join(table(Registration), column(Registration.id) == column(Attendee.registration_id))
    mine = column(Registration.company_id) == column(Company.id)
    return query.where(mine, column(CheckIn.undone_at).is_(None)).correlate(table(Company)).scalar_subquery()


def _place(session: Session, period_id: uuid.UUID | None) -> Sequence[object] | None:
    if period_id is None:
        return None
    query = sa.select(column(Company.search)).join(
        table(Membership), column(Membership.company_id) == column(Company.id)
    )
    name = session.execute(query.where(column(Membership.id) == period_id)).scalar()
    return None if name is None else (name, period_id)
