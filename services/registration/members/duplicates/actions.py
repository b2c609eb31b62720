"""Keep what companies are found by up to date, remember names that they went by and pairs that are not the same."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import NotFound
from kit.sql import Values, add_once, column, named, table
from registration.history.actions import record
from registration.history.rules import Change
from registration.members.duplicates.models import CompanyAlias, CompanyFingerprint, CompanyMatch, NotSame
from registration.members.duplicates.queries import aliases_of, stale, traits_of
from registration.members.duplicates.rules import SameTwice, Subject, in_order
from registration.members.models import Company, Person
from registration.members.rules import company_search

# How many companies' keys are worked out in one transaction.
AT_ONCE = 500


def refresh_keys(session: Session, most: int = AT_ONCE) -> bool:
    """Work out the keys of companies that say something else than when they were; True when there may be more."""
    found = session.execute(stale(most)).all()
    if not found:
        return False
    ids = [row[0].id for row in found]
    forget_keys(session, ids)
    aliases = aliases_of(session, ids)
    keys: list[Values] = [
        {column(CompanyMatch.company_id): row[0].id, column(CompanyMatch.kind): key.kind,
         column(CompanyMatch.match_key): key.key}
        for row in found
        for key in sorted(traits_of(row[0], aliases.get(row[0].id, ())).keys)
    ]  # fmt: skip
    prints: list[Values] = [
        {column(CompanyFingerprint.company_id): row[0].id, column(CompanyFingerprint.made_of): row[1]} for row in found
    ]
    # Two processes may work out the same ones: what is there stays.
    _keep(session, table(CompanyMatch), keys)
    _keep(session, table(CompanyFingerprint), prints)
    return len(found) == most


def _keep(session: Session, target: sa.Table, rows: Sequence[Values]) -> None:
    """Many at once, whatever is there: nobody asks which of them were new."""
    if rows:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        session.connection().execute(insert(target).on_conflict_do_nothing(), [named(row) for row in rows])


def forget_keys(session: Session, companies: Iterable[uuid.UUID]) -> None:
    """These are found by nothing until their keys are worked out anew."""
    ids = list(companies)
    for of in (column(CompanyMatch.company_id), column(CompanyFingerprint.company_id)):
        session.execute(sa.delete(of.table).where(of.in_(ids)))


def add_alias(
    session: Session, company: Company, names: Sequence[str], now: datetime, merger_id: uuid.UUID | None = None
) -> list[uuid.UUID]:
    """The company is found by these names from now on; the ids of those that are new."""
    added = []
    for name in dict.fromkeys(name for name in names if name and name != company.name):
        row: Values = {
            column(CompanyAlias.id): new_id(),
            column(CompanyAlias.company_id): company.id,
            column(CompanyAlias.name): name,
            column(CompanyAlias.merger_id): merger_id,
            column(CompanyAlias.created_at): now,
        }
        if add_once(session, CompanyAlias, named(row), column(CompanyAlias.company_id), column(CompanyAlias.name)):
            added.append(row[column(CompanyAlias.id)])
    find_again(session, company)
    return added


def find_again(session: Session, company: Company) -> None:
    """What the company is looked for by, and found again by, follows its names as they are now."""
    names = aliases_of(session, [company.id]).get(company.id, ())
    company.search = company_search(company.name, company.badge_name, *names)
    session.add(company)
    forget_keys(session, [company.id])


def say_not_same(
    session: Session, subject: Subject, one: uuid.UUID, other: uuid.UUID, by: Caller, now: datetime
) -> uuid.UUID:
    """These two are not the same: nobody is asked again. The id of what was remembered. Raises SameTwice, NotFound."""
    if one == other:
        raise SameTwice()
    model = Company if subject is Subject.COMPANY else Person
    low, high = in_order(one, other)
    if len(session.execute(sa.select(column(model.id)).where(column(model.id).in_([low, high]))).all()) < 2:
        raise NotFound()
    row: Values = {
        column(NotSame.id): new_id(),
        column(NotSame.subject): subject,
        column(NotSame.low_id): low,
        column(NotSame.high_id): high,
        column(NotSame.by_id): by.id,
        column(NotSame.by): by.name,
        column(NotSame.created_at): now,
    }
    if add_once(session, NotSame, named(row), column(NotSame.low_id), column(NotSame.high_id)):
        _told(session, subject, (one, other), by, now)
    said: uuid.UUID = row[column(NotSame.id)]
    return said


def _told(session: Session, subject: Subject, pair: tuple[uuid.UUID, uuid.UUID], by: Caller, now: datetime) -> None:
    if subject is Subject.PERSON:
        return
    names = {one: session.get_one(Company, one).name for one in pair}
    for one, other in (pair, pair[::-1]):
        record(session, "company", one, "company.not_same", by, now, {"other_company": Change("", names[other])})
