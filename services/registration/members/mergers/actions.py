"""Merge two companies, or two people, into one: every row that moves, and every field, is remembered."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.contracts import OwnerChanged
from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import NotFound
from kit.mailbox import post
from kit.sql import Values, column, insert_all, named, table
from registration.history.actions import record
from registration.history.rules import Change
from registration.members.duplicates.actions import add_alias, find_again, forget_keys
from registration.members.duplicates.models import Merger, MergerField, MergerMove
from registration.members.duplicates.queries import texts_of
from registration.members.duplicates.queries_references import SAID_TWICE, Place, collides, places_of
from registration.members.duplicates.rules import AlreadyMerged, MergeHeld, SameTwice, Subject, TakenByBoth
from registration.members.duplicates.rules_fields import CompanyField, Texts, column_value
from registration.members.mergers.actions_cards import tell_apart
from registration.members.models import Company, Person
from registration.members.rules import person_search

# A field has the name of its column.
COLUMNS: Mapping[CompanyField, sa.Column[Any]] = {one: table(Company).c[one.value] for one in CompanyField}
# What one owes has the id of what it is for: billing knows both by it.
ORDERS = ("registration.company_id", "membership.company_id")
# How many orders one message names.
TOLD_AT_ONCE = 500


@dataclass(frozen=True)
class Merge:
    """What goes into what; `take`: the fields of which what is gone has the better ones."""

    gone_id: uuid.UUID
    kept_id: uuid.UUID
    take: frozenset[CompanyField] = frozenset()


def set_fields(session: Session, company: Company, texts: Texts) -> None:
    """Other values for some fields of a company; it is found by them from then on."""
    if texts:
        values: dict[sa.Column[Any], Any] = {COLUMNS[field]: column_value(field, one) for field, one in texts.items()}
        values[column(Company.version)] = column(Company.version) + 1
        session.flush()
        session.execute(sa.update(table(Company)).where(column(Company.id) == company.id).values(values))
        session.refresh(company)
        find_again(session, company)


def merge_companies(session: Session, merge: Merge, by: Caller, now: datetime) -> uuid.UUID:
    """Everything that is the one's is the other's; the name it had finds it still. Raises SameTwice, NotFound,
    AlreadyMerged, TakenByBoth, MergeHeld."""
    gone, kept = _two_companies(session, merge)
    merger_id = _begin(session, Subject.COMPANY, merge, by, now)
    _move_all(session, Subject.COMPANY, merger_id, merge)
    names = (gone.name, gone.badge_name, kept.name)
    before, theirs = texts_of(kept), texts_of(gone)
    taken = {field: theirs[field] for field in CompanyField if field in merge.take and theirs[field] != before[field]}
    _remember_fields(session, merger_id, ((field, before[field], new) for field, new in taken.items()))
    set_fields(session, kept, taken)
    gone.merged_into_id, gone.version = kept.id, gone.version + 1
    session.add(gone)
    add_alias(session, kept, names, now, merger_id)
    forget_keys(session, [gone.id])
    tell_billing(session, merger_id, kept.id, now)
    said = {"merged_company": Change(gone.name, kept.name)}
    record(session, "company", kept.id, "company.merged", by, now, said)
    record(session, "company", gone.id, "company.merged_into", by, now, said)
    return merger_id


def merge_people(session: Session, merge: Merge, by: Caller, now: datetime) -> uuid.UUID:
    """One person with the roles of both; both personal links go on working. Raises SameTwice, NotFound,
    AlreadyMerged, TakenByBoth, MergeHeld."""
    gone, kept = _two_people(session, merge)
    merger_id = _begin(session, Subject.PERSON, merge, by, now)
    _move_all(session, Subject.PERSON, merger_id, merge)
    if CompanyField.NAME in merge.take:
        changes = (("first_name", kept.first_name, gone.first_name), ("last_name", kept.last_name, gone.last_name))
        _remember_fields(session, merger_id, changes)
        kept.first_name, kept.last_name = gone.first_name, gone.last_name
    kept.search = person_search(kept.first_name, kept.last_name, kept.email)
    kept.version += 1
    gone.merged_into_id = kept.id
    session.add(kept)
    session.add(gone)
    said = {"person": Change(person_name(gone), person_name(kept))}
    for company_id in {kept.company_id, gone.company_id}:
        record(session, "company", company_id, "company.people_merged", by, now, said)
    return merger_id


def _two_companies(session: Session, merge: Merge) -> tuple[Company, Company]:
    if merge.gone_id == merge.kept_id:
        raise SameTwice()
    query = select(Company).where(col(Company.id).in_([merge.gone_id, merge.kept_id])).order_by(col(Company.id))
    found = {one.id: one for one in session.exec(query.with_for_update())}
    if len(found) < 2:
        raise NotFound()
    if any(one.merged_into_id for one in found.values()):
        raise AlreadyMerged()
    return found[merge.gone_id], found[merge.kept_id]


def _two_people(session: Session, merge: Merge) -> tuple[Person, Person]:
    if merge.gone_id == merge.kept_id:
        raise SameTwice()
    query = select(Person).where(col(Person.id).in_([merge.gone_id, merge.kept_id])).order_by(col(Person.id))
    found = {one.id: one for one in session.exec(query.with_for_update())}
    if len(found) < 2:
        raise NotFound()
    if any(one.merged_into_id for one in found.values()):
        raise AlreadyMerged()
    return found[merge.gone_id], found[merge.kept_id]


def _begin(session: Session, subject: Subject, merge: Merge, by: Caller, now: datetime) -> uuid.UUID:
    row: Values = {
        column(Merger.id): new_id(),
        column(Merger.subject): subject,
        column(Merger.gone_id): merge.gone_id,
        column(Merger.kept_id): merge.kept_id,
        column(Merger.by_id): by.id,
        column(Merger.by): by.name,
        column(Merger.created_at): now,
    }
    insert_all(session, table(Merger), [named(row)])
    begun: uuid.UUID = row[column(Merger.id)]
    return begun


def _move_all(session: Session, subject: Subject, merger_id: uuid.UUID, merge: Merge) -> None:
    session.flush()
    for place in places_of(subject):
        if place.moves:
            tell_apart(session, place, merger_id, merge.gone_id, merge.kept_id)
            _refuse_twice(session, place, merge)
            move_rows(session, place, merger_id, merge)
        elif session.execute(sa.select(place.column).where(place.column == merge.gone_id).limit(1)).first():
            raise MergeHeld()


def _refuse_twice(session: Session, place: Place, merge: Merge) -> None:
    """Raises TakenByBoth where both have a row of which there may be one only, and which says more than that."""
    twice = (place.column == merge.gone_id, collides(place, merge.kept_id))
    if place.table.name not in SAID_TWICE and session.execute(sa.select(place.id).where(*twice).limit(1)).first():
        raise TakenByBoth()


def move_rows(session: Session, place: Place, merger_id: uuid.UUID, merge: Merge) -> int:
    """The rows of one place are the other's, and remembered; those that it has itself stay. How many moved."""
    mine = sa.and_(place.column == merge.gone_id, sa.not_(collides(place, merge.kept_id)))
    moved = sa.update(place.table).where(mine).values({place.column: merge.kept_id}).returning(place.id)
    ids = list(session.execute(moved).scalars())
    rows: list[Values] = [
        {column(MergerMove.id): new_id(), column(MergerMove.merger_id): merger_id,
         column(MergerMove.place): place.name, column(MergerMove.row_id): one}
        for one in ids
    ]  # fmt: skip
    insert_all(session, table(MergerMove), [named(row) for row in rows])
    return len(ids)


def _remember_fields(session: Session, merger_id: uuid.UUID, changes: Iterable[tuple[str, str, str]]) -> None:
    for field, old, new in changes:
        session.add(MergerField(merger_id=merger_id, field=field, old=old, new=new))


def tell_billing(session: Session, merger_id: uuid.UUID, company_id: uuid.UUID, now: datetime) -> None:
    """Whose the money is follows; what was printed stays."""
    moved = (column(MergerMove.merger_id) == merger_id, column(MergerMove.place).in_(ORDERS))
    orders = list(session.execute(sa.select(column(MergerMove.row_id)).where(*moved)).scalars())
    for start in range(0, len(orders), TOLD_AT_ONCE):
        told = OwnerChanged(orders=tuple(orders[start : start + TOLD_AT_ONCE]), company_key=str(company_id))
        post(session, "billing", told, now)


def person_name(person: Person) -> str:
    return f"{person.first_name} {person.last_name}".strip()
