"""Who does what for which company, on a day."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.sql import column, table
from kit.text import sort_key
from registration.members.models import Company, CompanyRole, Person
from registration.members.rules import May, Role, rights


@dataclass(frozen=True)
class Acting:
    """Somebody and what they do for one company."""

    person: Person
    roles: tuple[Role, ...]

    @property
    def rights(self) -> frozenset[May]:
        """What they may do on the company's own pages."""
        return rights(frozenset(self.roles))

    @property
    def name(self) -> str:
        return f"{self.person.first_name} {self.person.last_name}"


@dataclass(frozen=True)
class ActsFor:
    """A company that somebody acts for."""

    company_id: uuid.UUID
    company_name: str


def in_force(day: date) -> sa.ColumnElement[bool]:
    """A role that somebody has on a day. One that was there twice, of whoever or whatever was merged, is nobody's."""
    ends, people, companies = column(CompanyRole.ends), table(Person).alias(), table(Company).alias()
    merged_people = sa.select(people.c.id).where(people.c.merged_into_id.is_not(None))
    merged_companies = sa.select(companies.c.id).where(companies.c.merged_into_id.is_not(None))
    return sa.and_(
        column(CompanyRole.starts) <= day,
        sa.or_(ends.is_(None), ends >= day),
        column(CompanyRole.person_id).not_in(merged_people),
        column(CompanyRole.company_id).not_in(merged_companies),
    )


def people_of(session: Session, company_id: uuid.UUID, day: date) -> tuple[Acting, ...]:
    """Everybody who has a role in a company on a day, by name."""
    query = (
        select(Person, col(CompanyRole.role))
        .join(CompanyRole, column(CompanyRole.person_id) == column(Person.id))
        .where(column(CompanyRole.company_id) == company_id, in_force(day))
    )
    return _acting(session.exec(query).all())


def acting(session: Session, person_id: uuid.UUID, company_id: uuid.UUID, day: date) -> frozenset[Role]:
    """What a person does for a company on a day; nothing: they do not act for it."""
    query = sa.select(column(CompanyRole.role)).where(
        column(CompanyRole.person_id) == person_id, column(CompanyRole.company_id) == company_id, in_force(day)
    )
    return frozenset(session.scalars(query))


def acts_for(session: Session, person_id: uuid.UUID, day: date) -> tuple[ActsFor, ...]:
    """The companies that a person acts for on a day, by name."""
    query = (
        sa.select(column(Company.id), column(Company.name))
        .join(CompanyRole, column(CompanyRole.company_id) == column(Company.id))
        .where(column(CompanyRole.person_id) == person_id, in_force(day))
        .distinct()
        .order_by(column(Company.name), column(Company.id))
    )
    return tuple(ActsFor(row.id, row.name) for row in session.execute(query))


def now_is(session: Session, person: Person) -> Person:
    """Who somebody is now: the one whom they were merged into, when they were there twice."""
    while person.merged_into_id is not None:
        person = session.get_one(Person, person.merged_into_id)
    return person


def opened_by(session: Session, person: Person, company_id: uuid.UUID, day: date) -> uuid.UUID | None:
    """The company that a person's link opens: this one while they act for it, else another that they act for."""
    companies = [one.company_id for one in acts_for(session, person.id, day)]
    return company_id if company_id in companies else next(iter(companies), None)


def head_counts(session: Session, companies: Iterable[uuid.UUID], day: date) -> dict[uuid.UUID, int]:
    """How many people each of these companies has on a day."""
    each, who = col(CompanyRole.company_id), col(CompanyRole.person_id)
    query = select(each, sa.func.count(who.distinct())).where(each.in_(list(companies)), in_force(day))
    return dict(session.exec(query.group_by(each)).all())


def _acting(rows: Sequence[tuple[Person, Role]]) -> tuple[Acting, ...]:
    people, roles = {person.id: person for person, _ in rows}, defaultdict[uuid.UUID, set[Role]](set)
    for person, role in rows:
        roles[person.id].add(role)
    in_order = sorted(people.values(), key=lambda one: (sort_key(one.last_name), sort_key(one.first_name)))
    every = list(Role)
    return tuple(Acting(one, tuple(sorted(roles[one.id], key=every.index))) for one in in_order)
