"""Companies as staff list them, and how many stand where on a day."""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit import paging
from kit.sql import column
from registration.members.models import Company, Membership
from registration.members.queries_standing import MEMBERS, everybody, standing_on
from registration.members.records.queries import CompanyLists
from registration.members.rules import GroupingKind, MemberStatus, MemberTerms

PAGE = 50
COLUMNS = {
    GroupingKind.SECTOR: col(Company.sector),
    GroupingKind.TERRITORY: col(Company.territory),
    GroupingKind.CATEGORY: col(Company.category),
}


@dataclass(frozen=True)
class CompanyFilter:
    """What narrows the list of companies. `groups`: of a list by which they are told apart, the keys that count as the
    one chosen."""

    words: str = ""
    status: MemberStatus | None = None
    groups: tuple[tuple[GroupingKind, frozenset[str]], ...] = field(default=())


@dataclass(frozen=True)
class CompanyRow:
    """A company of a list, where it stands, and the last day of the period that it has (None: it lasts, or there is
    none)."""

    company: Company
    status: MemberStatus
    renews_on: date | None


@dataclass(frozen=True)
class CompanyPage:
    """A page of companies: `previous` and `next` are the rows that the pages before and after are counted from (None:
    there is none), `total` how many companies there are on all of them."""

    rows: tuple[CompanyRow, ...]
    previous: uuid.UUID | None
    next: uuid.UUID | None
    total: int


@dataclass(frozen=True)
class Counted:
    """How many stand where on a day, how many of them are members, and who came and went over the time before it."""

    standings: Mapping[MemberStatus, int]
    members: int
    came: int
    went: int


def companies(
    session: Session,
    narrowed: CompanyFilter,
    terms: MemberTerms,
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> CompanyPage:
    """Companies by name, fifty at a time, after or before the one named, as they stand on the day of the terms.
    Accents and case do not count in words."""
    if narrowed.status is not None:
        return _companies_standing(session, narrowed, terms, after, before)
    query = select(Company, standing_on(terms), _renews_on(terms)).where(*_narrowing(narrowed, terms))
    order = (col(Company.search), col(Company.id))
    places = (_place(session, after), _place(session, before))
    page = paging.slice_of(session, query, order, PAGE, places)
    rows = tuple(CompanyRow(row[0], MemberStatus(row[1]), row[2]) for row in page.rows)
    return CompanyPage(rows, **page.keys([row.company.id for row in rows]))


def _companies_standing(
    session: Session, narrowed: CompanyFilter, terms: MemberTerms, after: uuid.UUID | None, before: uuid.UUID | None
) -> CompanyPage:
    """Where everybody stands is worked out once for the page and its total, which is what it costs."""
    order, place = (column(Company.search), column(Company.id)), _place(session, after or before)
    further = sa.tuple_(*order) > sa.tuple_(*map(sa.literal, place)) if place else sa.true()
    query = sa.select(order[-1], further).where(*_narrowing(narrowed, terms)).order_by(*order)
    found = session.execute(query).all()
    ahead = [key for key, is_further in found if is_further]
    behind = [key for key, is_further in found if not is_further and key != (after or before)]
    if place and after is None:
        shown, previous, following = behind[-PAGE:], len(behind) > PAGE, True
    else:
        shown, previous, following = ahead[:PAGE], place is not None, len(ahead) > PAGE
    page = paging.Slice((), previous, following, min(len(found), paging.MANY + 1))
    return CompanyPage(tuple(companies_named(session, shown, terms)), **page.keys(shown))


def company_ids(session: Session, narrowed: CompanyFilter, terms: MemberTerms) -> list[uuid.UUID]:
    """All companies of a list, in its order."""
    query = sa.select(column(Company.id)).where(*_narrowing(narrowed, terms))
    return list(session.scalars(query.order_by(column(Company.search), column(Company.id))))


def companies_named(session: Session, ids: Sequence[uuid.UUID], terms: MemberTerms) -> list[CompanyRow]:
    """These companies, in this order."""
    query = sa.select(Company, standing_on(terms), _renews_on(terms)).where(column(Company.id).in_(ids))
    rows = {row[0].id: CompanyRow(row[0], MemberStatus(row[1]), row[2]) for row in session.execute(query)}
    return [rows[key] for key in ids if key in rows]


def counted(session: Session, terms: MemberTerms, since: date) -> Counted:
    """How many stand where on the day of the terms, who became a member after `since`, and who was one then and is none
    any more."""
    each = everybody(terms, replace(terms, day=since))
    now, then = each.c.standing_0.in_(MEMBERS), each.c.standing_1.in_(MEMBERS)
    came, went = sa.and_(now, sa.not_(then)), sa.and_(then, sa.not_(now))
    query = sa.select(
        each.c.standing_0, sa.func.count(), sa.func.count().filter(came), sa.func.count().filter(went)
    ).group_by(each.c.standing_0)
    rows = session.execute(query).all()
    standings = {MemberStatus(standing): count for standing, count, _, _ in rows}
    members = sum(standings.get(MemberStatus(one), 0) for one in MEMBERS)
    return Counted(standings, members, sum(row[2] for row in rows), sum(row[3] for row in rows))


def members_by_sector(session: Session, terms: MemberTerms, lists: CompanyLists) -> Mapping[str, int]:
    """How many members count in each sector on the day of the terms; under the empty key, those that say none."""
    each, sector = everybody(terms), column(Company.sector)
    mine = sa.select(each.c.id).where(each.c.standing_0.in_(MEMBERS))
    query = sa.select(sector, sa.func.count()).where(column(Company.id).in_(mine)).group_by(sector)
    told: Counter[str] = Counter()
    for key, count in session.execute(query).all():
        entry = lists.on(GroupingKind.SECTOR, key, terms.day)
        told[entry.key if entry else ""] += count
    return told


def standings(session: Session, terms: MemberTerms) -> Mapping[MemberStatus, int]:
    """How many companies stand where on the day of the terms."""
    return counted(session, terms, terms.day).standings


def _narrowing(narrowed: CompanyFilter, terms: MemberTerms) -> Iterator[sa.ColumnElement[bool]]:
    yield _not_merged()
    yield from paging.matching(col(Company.search), narrowed.words)
    if narrowed.status is not None:
        each = everybody(terms)
        yield col(Company.id).in_(sa.select(each.c.id).where(each.c.standing_0 == narrowed.status.value))
    for kind, keys in narrowed.groups:
        yield COLUMNS[kind].in_(sorted(keys))


def _not_merged() -> sa.ColumnElement[bool]:
    return col(Company.merged_into_id).is_(None)


def _renews_on(terms: MemberTerms) -> sa.ScalarSelect[date | None]:
    """The last day of the newest period begun."""
    mine = column(Membership.company_id) == column(Company.id)
    begun = sa.and_(mine, column(Membership.starts) <= terms.day)
    return sa.select(sa.func.max(column(Membership.ends))).where(begun).correlate(Company).scalar_subquery()


def _place(session: Session, company_id: uuid.UUID | None) -> tuple[str, uuid.UUID] | None:
    company = session.get(Company, company_id) if company_id else None
    return (company.search, company.id) if company else None
