"""Where companies stand on a day: from their periods and what they owe, in one expression for every page and price."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.catalog.rules import Visitor
from registration.members.models import Company, Grouping, Membership
from registration.members.rules import GroupingKind, MemberStatus, MemberTerms

Truth = sa.ColumnElement[bool]
# Whoever counts as a member.
MEMBERS = (MemberStatus.ACTIVE.value, MemberStatus.IN_ARREARS.value)


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


@dataclass(frozen=True)
class Told:
    """What a company's periods tell of a day: one counts for it, one that counts is unpaid, one has ever begun."""

    counts: Truth
    unpaid: Truth
    begun: Truth


def standing_on(terms: MemberTerms) -> sa.ColumnElement[str]:
    """Where each company of a query stands, its periods looked up one company at a time: for few companies."""
    begun, counts = column(Membership.starts) <= terms.day, _counting(terms)
    return _standing(terms, Told(_has(counts), _has(counts, _unpaid(terms)), _has(begun)))


def everybody(*of: MemberTerms) -> sa.Subquery:
    """Every company that was not merged (`id`), and where it stands on the day of each of these terms (`standing_0`,
    `standing_1`…): all periods read once, for lists and counts of all."""
    mine, told = column(Membership.company_id), {}
    for number, terms in enumerate(of):
        counts = _counting(terms)
        told[f"counts_{number}"] = _ever(counts)
        told[f"unpaid_{number}"] = _ever(sa.and_(counts, _unpaid(terms)))
        told[f"begun_{number}"] = _ever(column(Membership.starts) <= terms.day)
    periods = sa.select(mine, *(one.label(name) for name, one in told.items())).group_by(mine).subquery()

    def known(name: str) -> Truth:
        return sa.func.coalesce(periods.c[name], 0) == 1

    standing = (
        _standing(terms, Told(known(f"counts_{n}"), known(f"unpaid_{n}"), known(f"begun_{n}"))).label(f"standing_{n}")
        for n, terms in enumerate(of)
    )
    companies = table(Company).outerjoin(periods, periods.c[mine.key] == column(Company.id))
    query = sa.select(column(Company.id), *standing).select_from(companies)
    return query.where(column(Company.merged_into_id).is_(None)).subquery()


def _standing(terms: MemberTerms, told: Told) -> sa.ColumnElement[str]:
    """Spec C: what staff decided, while it has a reason and its last day is not over; else a period that covers the
    day, or ended within the grace and nobody said they leave, makes a member, in arrears while something of it is
    unpaid beyond its day; else whoever was one once has lapsed."""
    decided = sa.and_(
        column(Company.status_reason) != "",
        sa.or_(column(Company.status_until).is_(None), column(Company.status_until) >= terms.day),
    )
    late = sa.or_(told.unpaid, column(Company.unpaid_due_on) < terms.day)
    return sa.case(
        (decided, sa.cast(column(Company.status), sa.String)),
        (sa.and_(told.counts, late), MemberStatus.IN_ARREARS.value),
        (told.counts, MemberStatus.ACTIVE.value),
        (told.begun, MemberStatus.LAPSED.value),
        else_=MemberStatus.PROSPECT.value,
    )


def member_on(terms: MemberTerms) -> Truth:
    """Whether a company counts as a member on the day of the terms, in arrears or not."""
    return standing_on(terms).in_(MEMBERS)


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


def _counting(terms: MemberTerms) -> Truth:
    """A period begun that covers the day, or ended within the grace without the company having said that it leaves."""
    ends, left = column(Membership.ends), column(Membership.reason_left)
    return sa.and_(
        column(Membership.starts) <= terms.day,
        sa.or_(ends.is_(None), ends >= terms.day, sa.and_(left == "", ends >= terms.still_counts)),
    )


def _unpaid(terms: MemberTerms) -> Truth:
    return sa.and_(column(Membership.fee_due_on) < terms.day, column(Membership.fee_paid_on).is_(None))


def _ever(what: Truth) -> sa.ColumnElement[int]:
    """1 when it is so of any period of the company."""
    return sa.func.max(sa.case((what, 1), else_=0))


def _has(*which: Truth) -> Truth:
    return sa.select(1).where(column(Membership.company_id) == column(Company.id), *which).correlate(Company).exists()
