"""Take a merge back: what was moved goes where it was, and what came since stays."""

import uuid
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.contracts.callers import Caller
from kit.errors import NotFound
from kit.sql import column, table
from registration.history.actions import record
from registration.history.rules import Change
from registration.members.duplicates.actions import find_again
from registration.members.duplicates.models import CompanyAlias, Merger, MergerField, MergerMove
from registration.members.duplicates.queries import UNDONE_WITHIN, texts_of
from registration.members.duplicates.queries_references import collides, place_named, places_of
from registration.members.duplicates.rules import MergeTooOld, MergeUsed, Subject
from registration.members.duplicates.rules_fields import CompanyField
from registration.members.mergers.actions import Merge, move_rows, person_name, set_fields, tell_billing
from registration.members.mergers.actions_cards import tell_apart, tell_as_before
from registration.members.models import Company, Person
from registration.members.rules import person_search


def undo_merge(session: Session, merger_id: uuid.UUID, by: Caller, now: datetime) -> Merger:
    """Both are there again, each with its own; what came since stays with what was kept. Raises NotFound, MergeTooOld,
    MergeUsed."""
    merger = session.exec(select(Merger).where(col(Merger.id) == merger_id).with_for_update()).first()
    if merger is None:
        raise NotFound()
    if merger.undone_at is not None or merger.created_at <= now - UNDONE_WITHIN:
        raise MergeTooOld()
    merger.undone_at = now
    session.add(merger)
    if merger.subject is Subject.COMPANY:
        _part_companies(session, merger, by, now)
    else:
        _part_people(session, merger, by, now)
    return merger


def _part_companies(session: Session, merger: Merger, by: Caller, now: datetime) -> None:
    gone, kept = session.get_one(Company, merger.gone_id), session.get_one(Company, merger.kept_id)
    if kept.merged_into_id is not None:
        raise MergeUsed()
    _move_back(session, merger)
    said = {one.field: one for one in _fields(session, merger.id)}
    texts = texts_of(kept)
    back = {field: said[field].old for field in CompanyField if field in said and texts[field] == said[field].new}
    session.execute(sa.delete(table(CompanyAlias)).where(column(CompanyAlias.merger_id) == merger.id))
    gone.merged_into_id = None
    session.add(gone)
    set_fields(session, kept, back)
    for one in (kept, gone):
        find_again(session, one)
    tell_billing(session, merger.id, gone.id, now)
    said_now = {"merged_company": Change(kept.name, gone.name)}
    record(session, "company", kept.id, "company.merge_undone", by, now, said_now)
    record(session, "company", gone.id, "company.merge_undone", by, now, said_now)


def _part_people(session: Session, merger: Merger, by: Caller, now: datetime) -> None:
    gone, kept = session.get_one(Person, merger.gone_id), session.get_one(Person, merger.kept_id)
    if kept.merged_into_id is not None:
        raise MergeUsed()
    _move_back(session, merger)
    said = {one.field: one for one in _fields(session, merger.id)}
    first, last = said.get("first_name"), said.get("last_name")
    if first and last and (kept.first_name, kept.last_name) == (first.new, last.new):
        kept.first_name, kept.last_name = first.old, last.old
    kept.search = person_search(kept.first_name, kept.last_name, kept.email)
    gone.merged_into_id = None
    session.add(kept)
    session.add(gone)
    parted = {"person": Change("", person_name(gone))}
    for company_id in {kept.company_id, gone.company_id}:
        record(session, "company", company_id, "company.people_parted", by, now, parted)


def _fields(session: Session, merger_id: uuid.UUID) -> Collection[MergerField]:
    return session.exec(select(MergerField).where(col(MergerField.merger_id) == merger_id)).all()


def _move_back(session: Session, merger: Merger) -> None:
    """What was moved and still is where it went, but what the other has again by itself."""
    session.flush()
    of = column(MergerMove.merger_id) == merger.id
    for name in list(session.execute(sa.select(column(MergerMove.place)).where(of).distinct()).scalars()):
        place = place_named(name)
        mine = sa.select(column(MergerMove.row_id)).where(of, column(MergerMove.place) == name)
        again = collides(place, merger.gone_id)
        back = sa.update(place.table).where(place.id.in_(mine), place.column == merger.kept_id, sa.not_(again))
        session.execute(back.values({place.column: merger.gone_id}))
        tell_as_before(session, place, merger.id, merger.gone_id)
    session.expire_all()


def follow(session: Session, now: datetime) -> int:
    """Move what came to a merged company meanwhile: somebody was signing up for it just then. How many rows."""
    query = select(Merger).where(col(Merger.undone_at).is_(None), col(Merger.created_at) > now - UNDONE_WITHIN)
    moved = 0
    for merger in session.exec(query).all():
        merge = Merge(merger.gone_id, merger.kept_id)
        for place in places_of(merger.subject):
            if place.moves:
                tell_apart(session, place, merger.id, merger.gone_id, merger.kept_id)
                moved += move_rows(session, place, merger.id, merge)
    return moved


def purge(session: Session, now: datetime) -> None:
    """Forget what moved once it can be moved back no more."""
    old = sa.select(column(Merger.id)).where(column(Merger.created_at) <= now - UNDONE_WITHIN)
    session.execute(sa.delete(table(MergerMove)).where(column(MergerMove.merger_id).in_(old)))
    session.execute(sa.delete(table(MergerField)).where(column(MergerField.merger_id).in_(old)))
