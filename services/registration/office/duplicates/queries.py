"""Two companies, or two people, side by side: what they are, what each brings, and what they have alike."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import NotFound
from kit.sql import column, table
from registration.members.duplicates.queries import Acquaintance, acquaintances, texts_of, why_alike
from registration.members.duplicates.queries_references import counted
from registration.members.duplicates.rules import AlreadyMerged, MatchKind, SameTwice, Subject
from registration.members.duplicates.rules_fields import Texts
from registration.members.imports.queries import groupings
from registration.members.models import Company, CompanyRole, Grouping
from registration.members.rules import Role

# What is counted of a company before it is merged, by where it is.
PEOPLE, SIGNUPS, PERIODS = "company_role.company_id", "registration.company_id", "membership.company_id"


@dataclass(frozen=True)
class CompanySide:
    """One of two companies: what is known of it, and how much would move with it."""

    company: Company
    texts: Texts
    people: int
    signups: int
    periods: int
    others: int


@dataclass(frozen=True)
class Sides:
    """Two companies side by side."""

    one: CompanySide
    other: CompanySide
    why: tuple[MatchKind, ...]
    groups: list[Grouping]


@dataclass(frozen=True)
class Acts:
    """What somebody does for which company."""

    company_id: uuid.UUID
    company: str
    role: Role


@dataclass(frozen=True)
class PersonSide:
    """One of two people, and what they do for whom."""

    who: Acquaintance
    acts: tuple[Acts, ...]


def company_sides(session: Session, one: uuid.UUID, other: uuid.UUID) -> Sides:
    """Raises NotFound, SameTwice, AlreadyMerged."""
    if one == other:
        raise SameTwice()
    return Sides(_side(session, one), _side(session, other), why_alike(session, one, other), groupings(session))


def _side(session: Session, company_id: uuid.UUID) -> CompanySide:
    company = session.get(Company, company_id)
    if company is None:
        raise NotFound()
    if company.merged_into_id is not None:
        raise AlreadyMerged()
    counts = counted(session, Subject.COMPANY, company_id)
    named = (counts.pop(PEOPLE, 0), counts.pop(SIGNUPS, 0), counts.pop(PERIODS, 0))
    counts.pop("person.company_id", None)
    return CompanySide(company, texts_of(company), *named, others=sum(counts.values()))


def person_sides(session: Session, one: uuid.UUID, other: uuid.UUID) -> tuple[PersonSide, PersonSide]:
    """Raises NotFound, SameTwice, AlreadyMerged."""
    if one == other:
        raise SameTwice()
    known, acts = acquaintances(session, [one, other]), acts_of(session, [one, other])
    if len(known) < 2:
        raise NotFound()
    if any(who.person.merged_into_id for who in known.values()):
        raise AlreadyMerged()
    return PersonSide(known[one], acts.get(one, ())), PersonSide(known[other], acts.get(other, ()))


def acts_of(session: Session, people: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, tuple[Acts, ...]]:
    """What each of these does, as long as it lasts."""
    who = column(CompanyRole.person_id)
    query = (
        sa.select(who, column(Company.id), column(Company.name), column(CompanyRole.role))
        .select_from(table(CompanyRole).join(table(Company), column(Company.id) == column(CompanyRole.company_id)))
        .where(who.in_(list(people)), column(CompanyRole.ends).is_(None), column(Company.merged_into_id).is_(None))
        .order_by(column(Company.name), column(CompanyRole.role))
    )
    found: dict[uuid.UUID, tuple[Acts, ...]] = {}
    for person_id, company_id, name, role in session.execute(query):
        found[person_id] = (*found.get(person_id, ()), Acts(company_id, name, role))
    return found
