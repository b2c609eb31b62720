"""Companies and people that may be there twice, and why; merges that can still be undone."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, groupby

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.errors import NotFound
from kit.sql import column, table
from registration.members.duplicates.models import CompanyAlias, CompanyFingerprint, CompanyMatch, Merger, NotSame
from registration.members.duplicates.rules import MatchKey, MatchKind, Subject, Traits, in_order
from registration.members.duplicates.rules_fields import YES, CompanyField, Texts
from registration.members.models import Company, Person

# How many pairs a page shows.
PAGE = 50
# What so many companies share says nothing of any two of them.
MOST_SHARING = 6
UNDONE_WITHIN = timedelta(days=30)
# What two companies having it alike says; what says most comes first.
WEIGHTS = {
    MatchKind.NEQ: 32,
    MatchKind.NAME: 16,
    MatchKind.NEAR: 8,
    MatchKind.DOMAIN: 4,
    MatchKind.PHONE: 2,
    MatchKind.ADDRESS: 1,
}


@dataclass(frozen=True)
class CompanyPair:
    """Two companies that may be one, and what they have alike."""

    low: Company
    high: Company
    why: tuple[MatchKind, ...]


@dataclass(frozen=True)
class Acquaintance:
    """Somebody and the company that their link opens."""

    person: Person
    company: Company


@dataclass(frozen=True)
class PersonPair:
    """Two people with one address."""

    low: Acquaintance
    high: Acquaintance


@dataclass(frozen=True)
class MergerRow:
    """A merge, what went into what, and until when it can be undone."""

    merger: Merger
    gone: str
    kept: str

    @property
    def until(self) -> datetime:
        return self.merger.created_at + UNDONE_WITHIN


def traits_of(company: Company, aliases: Iterable[str] = ()) -> Traits:
    """By what a company could be found again."""
    return Traits(
        names=tuple(name for name in (company.name, company.badge_name, *aliases) if name),
        neq=company.neq,
        phone=company.phone,
        address=company.address,
        postal_code=company.postal_code,
        emails=(company.billing_email,),
    )


def texts_of(company: Company) -> Texts:
    """What is known of a company, as texts."""
    return {
        CompanyField.NAME: company.name,
        CompanyField.BADGE_NAME: company.badge_name,
        CompanyField.NEQ: company.neq,
        CompanyField.CATEGORY: company.category,
        CompanyField.SECTOR: company.sector,
        CompanyField.TERRITORY: company.territory,
        CompanyField.MRC: company.mrc,
        CompanyField.EMPLOYEES: "" if company.employees is None else str(company.employees),
        CompanyField.ADDRESS: company.address,
        CompanyField.CITY: company.city,
        CompanyField.PROVINCE: company.province,
        CompanyField.POSTAL_CODE: company.postal_code,
        CompanyField.PHONE: company.phone,
        CompanyField.LANG: company.lang,
        CompanyField.BILLING_EMAIL: company.billing_email,
        CompanyField.PO_REQUIRED: YES if company.po_required else "",
        CompanyField.USUAL_PAYMENT: company.usual_payment,
        CompanyField.ORIGIN: company.legacy_org or "",
    }


def made_of() -> sa.ColumnElement[str]:
    """What a company's keys are worked out from, as its fingerprint keeps it."""
    parts = (Company.name, Company.badge_name, Company.neq, Company.phone, Company.address, Company.postal_code)
    said: sa.ColumnElement[str] = sa.literal("")
    for part in (*parts, Company.billing_email):
        said = said + column(part) + "\n"
    return said


def stale(most: int) -> sa.Select[Company, str]:
    """Companies whose keys were never worked out, or from what they no longer say."""
    said = made_of()
    print_of = column(CompanyFingerprint.made_of)
    return (
        sa.select(Company, said)
        .outerjoin(CompanyFingerprint, column(CompanyFingerprint.company_id) == column(Company.id))
        .where(column(Company.merged_into_id).is_(None), sa.or_(print_of.is_(None), print_of != said))
        .limit(most)
    )


def is_stale(session: Session) -> bool:
    return session.execute(stale(1)).first() is not None


def aliases_of(session: Session, companies: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """The names that each of these went by."""
    of = column(CompanyAlias.company_id)
    query = sa.select(of, column(CompanyAlias.name)).where(of.in_(list(companies))).order_by(column(CompanyAlias.id))
    found: dict[uuid.UUID, list[str]] = {}
    for company_id, name in session.execute(query).all():
        found.setdefault(company_id, []).append(name)
    return found


def all_keys(session: Session) -> list[tuple[MatchKey, uuid.UUID]]:
    """Every key of every company that was not merged."""
    query = (
        sa.select(table(CompanyMatch))
        .join(table(Company), column(Company.id) == column(CompanyMatch.company_id))
        .where(column(Company.merged_into_id).is_(None))
    )
    return [(MatchKey(MatchKind(row.kind), row.match_key), row.company_id) for row in session.execute(query)]


def companies_with(session: Session, keys: Sequence[MatchKey]) -> dict[MatchKey, uuid.UUID]:
    """Companies that have one of these keys."""
    wanted = {key.key for key in keys}
    query = sa.select(table(CompanyMatch)).where(column(CompanyMatch.match_key).in_(wanted))
    found = {MatchKey(MatchKind(row.kind), row.match_key): row.company_id for row in session.execute(query)}
    return {key: company_id for key, company_id in found.items() if key in set(keys)}


def company_pairs(session: Session, most: int = PAGE) -> list[CompanyPair]:
    """Pairs that may be one company, those with most alike first: worked out by the database from their keys."""
    kind, key, of = column(CompanyMatch.kind), column(CompanyMatch.match_key), column(CompanyMatch.company_id)
    shared = sa.select(kind, key).group_by(kind, key).having(sa.func.count().between(2, MOST_SHARING)).subquery()
    one, other = table(CompanyMatch).alias(), table(CompanyMatch).alias()
    has = {each: sa.func.sum(sa.case((one.c[kind.name] == each, 1), else_=0)) for each in MatchKind}
    score = sum((sa.case((count > 0, WEIGHTS[each]), else_=0) for each, count in has.items()), start=sa.literal(0))
    low, high = one.c[of.name], other.c[of.name]
    query = (
        sa.select(low, high, *has.values())
        .select_from(shared)
        .join(one, sa.and_(one.c[kind.name] == shared.c[kind.name], one.c[key.name] == shared.c[key.name]))
        .join(other, sa.and_(other.c[kind.name] == shared.c[kind.name], other.c[key.name] == shared.c[key.name]))
        .where(low < high, ~_said_not_same(low, high))
        .group_by(low, high)
        .order_by(score.desc(), low, high)
        .limit(most)
    )
    found = session.execute(query).all()
    companies = _companies(session, {each for row in found for each in row[:2]})
    return [
        CompanyPair(
            companies[row[0]],
            companies[row[1]],
            tuple(each for each, count in zip(MatchKind, row[2:], strict=True) if count),
        )
        for row in found
    ]


def why_alike(session: Session, one: uuid.UUID, other: uuid.UUID) -> tuple[MatchKind, ...]:
    """What two companies have alike."""
    mine, theirs = table(CompanyMatch).alias(), table(CompanyMatch).alias()
    kind, key = column(CompanyMatch.kind).name, column(CompanyMatch.match_key).name
    same = sa.and_(mine.c[kind] == theirs.c[kind], mine.c[key] == theirs.c[key])
    query = sa.select(mine.c[kind]).join(theirs, same).where(mine.c.company_id == one, theirs.c.company_id == other)
    found = set(session.scalars(query))
    return tuple(each for each in MatchKind if each in found)


def _companies(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Company]:
    return {one.id: one for one in session.exec(select(Company).where(col(Company.id).in_(list(ids))))}


def _said_not_same(low: sa.ColumnElement[uuid.UUID], high: sa.ColumnElement[uuid.UUID]) -> sa.ColumnElement[bool]:
    said = sa.select(1).where(column(NotSame.low_id) == low, column(NotSame.high_id) == high)
    return said.exists()


def not_same(session: Session, one: uuid.UUID, other: uuid.UUID) -> bool:
    """Whether somebody said of these two that they are not the same."""
    low, high = in_order(one, other)
    query = sa.select(1).where(column(NotSame.low_id) == low, column(NotSame.high_id) == high)
    return session.execute(query).first() is not None


def person_pairs(session: Session, most: int = PAGE) -> list[PersonPair]:
    """People with one address, two by two, by that address."""
    email = sa.func.lower(sa.func.trim(column(Person.email)))
    stands = (column(Person.merged_into_id).is_(None), column(Person.email) != "")
    shared = sa.select(email).where(*stands).group_by(email).having(sa.func.count() > 1)
    query = sa.select(email, column(Person.id)).where(*stands, email.in_(shared)).order_by(email, column(Person.id))
    rows = session.execute(query.limit(most * MOST_SHARING)).all()
    sharing = (tuple(row[1] for row in group) for _, group in groupby(rows, key=lambda row: row[0]))
    pairs = [pair for group in sharing for pair in combinations(group, 2)]
    people = column(NotSame.subject) == Subject.PERSON
    told = session.execute(sa.select(column(NotSame.low_id), column(NotSame.high_id)).where(people))
    said = {(row.low_id, row.high_id) for row in told}
    open_pairs = [in_order(*pair) for pair in pairs if in_order(*pair) not in said][:most]
    known = acquaintances(session, {each for pair in open_pairs for each in pair})
    return [PersonPair(known[low], known[high]) for low, high in open_pairs]


def acquaintances(session: Session, people: Iterable[uuid.UUID]) -> dict[uuid.UUID, Acquaintance]:
    """These people, each with the company that is theirs first."""
    query = sa.select(Person, Company).join(Company, column(Company.id) == column(Person.company_id))
    rows = session.execute(query.where(column(Person.id).in_(list(people)))).all()
    return {person.id: Acquaintance(person, company) for person, company in rows}


def mergers(session: Session, now: datetime) -> list[MergerRow]:
    """Merges that can still be undone, the newest first."""
    stands = (col(Merger.undone_at).is_(None), col(Merger.created_at) > now - UNDONE_WITHIN)
    found = session.exec(select(Merger).where(*stands).order_by(col(Merger.created_at).desc()).limit(PAGE)).all()
    named = _names(session, {each for one in found for each in (one.gone_id, one.kept_id)})
    return [MergerRow(one, named.get(one.gone_id, ""), named.get(one.kept_id, "")) for one in found]


def _names(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    wanted = list(ids)
    names = {one.id: one.name for one in _companies(session, wanted).values()}
    people = session.exec(select(Person).where(col(Person.id).in_(wanted)))
    return names | {one.id: f"{one.first_name} {one.last_name}".strip() for one in people}


def merger_row(session: Session, merger_id: uuid.UUID) -> MergerRow:
    """One merge. Raises NotFound."""
    merger = session.get(Merger, merger_id)
    if merger is None:
        raise NotFound()
    names = _names(session, (merger.gone_id, merger.kept_id))
    return MergerRow(merger, names.get(merger.gone_id, ""), names.get(merger.kept_id, ""))
