"""Where companies stand on a day: from their periods and what they owe, in one expression for every page and price."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column
from registration.catalog.rules import Visitor
from registration.members.models import Company, Grouping, Membership
from registration.members.rules import GroupingKind, MemberStatus, MemberTerms

Truth = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Standing:
    """A company, where it stands on the day of the terms, and whether its category has the member price."""

    company: Company
    status: MemberStatus
    price_by_category: bool

    def visitor(self, terms: MemberTerms) -> Visitor:
        """What it means for prices: in arrears pays what anybody pays, unless the association lets it keep its own."""
        has_price = terms.has_price(self.status, self.price_by_category)
        late = self.status is MemberStatus.IN_ARREARS and not has_price
        return Visitor(str(self.company.id), self.company.name, member=has_price, in_arrears=late)


def standing_on(terms: MemberTerms) -> sa.ColumnElement[str]:
    """Spec C: what staff decided, while it has a reason and its last day is not over; else a period that covers the
    day, or ended within the grace and nobody said they leave, makes a member, in arrears while something of it is
    unpaid beyond its day; else whoever was one once has lapsed."""
    decided = sa.and_(
        column(Company.status_reason) != "",
        sa.or_(column(Company.status_until).is_(None), column(Company.status_until) >= terms.day),
    )
    late = sa.or_(_has(_covering(terms), _unpaid(terms)), column(Company.unpaid_due_on) < terms.day)
    begun = _has(column(Membership.starts) <= terms.day)
    return sa.case(
        (decided, sa.cast(column(Company.status), sa.String)),
        (sa.and_(_has(_covering(terms)), late), MemberStatus.IN_ARREARS.value),
        (_has(_covering(terms)), MemberStatus.ACTIVE.value),
        (begun, MemberStatus.LAPSED.value),
        else_=MemberStatus.PROSPECT.value,
    )


def member_on(terms: MemberTerms) -> Truth:
    """Whether a company counts as a member on the day of the terms, in arrears or not."""
    return standing_on(terms).in_([MemberStatus.ACTIVE.value, MemberStatus.IN_ARREARS.value])


def price_by_category() -> Truth:
    """Whether the company's category gives the member price; one that is in no list gives it."""
    refuses = sa.select(1).where(
        column(Grouping.kind) == GroupingKind.CATEGORY,
        column(Grouping.key) == column(Company.category),
        sa.not_(column(Grouping.member_price)),
    )
    return sa.not_(refuses.correlate(Company).exists())


def standing_of(session: Session, terms: MemberTerms, company_id: uuid.UUID) -> Standing | None:
    """One company as it stands; the one it was merged into, when it was."""
    return _first(session, terms, column(Company.id) == company_id)


def standing_by_code(session: Session, terms: MemberTerms, normal: str) -> Standing | None:
    """The company that has this access code (`rules.normal_code`) as it stands."""
    return _first(session, terms, column(Company.access_code) == normal)


def _first(session: Session, terms: MemberTerms, which: Truth) -> Standing | None:
    query = sa.select(Company, standing_on(terms), price_by_category()).where(which)
    row = session.execute(query).first()
    if row is None:
        return None
    company, status, price = row
    if company.merged_into_id is not None:
        return standing_of(session, terms, company.merged_into_id)
    return Standing(company, MemberStatus(status), bool(price))


def _covering(terms: MemberTerms) -> Truth:
    """A period begun that covers the day, or ended within the grace without the company having said that it leaves."""
    ends, left = column(Membership.ends), column(Membership.reason_left)
    return sa.and_(
        column(Membership.starts) <= terms.day,
        sa.or_(ends.is_(None), ends >= terms.day, sa.and_(left == "", ends >= terms.still_counts)),
    )


def _unpaid(terms: MemberTerms) -> Truth:
    return sa.and_(column(Membership.fee_due_on) < terms.day, column(Membership.fee_paid_on).is_(None))


def _has(*which: Truth) -> Truth:
    return sa.select(1).where(column(Membership.company_id) == column(Company.id), *which).correlate(Company).exists()
