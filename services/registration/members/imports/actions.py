"""Take a list in, say what its columns and rows are, let it be written or undone, and forget it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import InvalidInput
from kit.sql import Values, column, insert_all, named, table
from registration.members.imports.models import ImportChange, ImportRow, MemberImport
from registration.members.imports.queries import import_of, import_view
from registration.members.imports.rules import (
    AT_WORK,
    KEPT,
    OPEN,
    UNWRITTEN,
    Decision,
    ImportNotOpen,
    ImportNotUndone,
    ImportState,
    NothingToWrite,
    RowsUndecided,
)
from registration.members.lists.rules_columns import ImportColumn
from registration.members.lists.rules_judging import Judgement, RowKind

ORIGIN = 40
# Where a column is read from that is not there itself.
BESIDE = {ImportColumn.BILLING_EMAIL: ImportColumn.EMAIL, ImportColumn.SINCE: ImportColumn.UNTIL}


@dataclass(frozen=True)
class NewList:
    """A list as it was read: her headings and their row, where ours were found, and her rows by their numbers."""

    origin: str
    headings: Sequence[str]
    heading_row: int
    places: Mapping[ImportColumn, int]
    rows: Sequence[tuple[int, Sequence[str]]]


@dataclass(frozen=True)
class RowDecision:
    """What somebody says of a row: whether it is the company that it may be, what of it is taken, and cells put
    right."""

    number: int
    decision: Decision | None = None
    takes: frozenset[str] | None = None
    corrections: Mapping[ImportColumn, str] = field(default_factory=dict)


def take_in(session: Session, new: NewList, by: Caller, now: datetime) -> uuid.UUID:
    """Keep a list that was read; nothing of it is known to anybody yet."""
    if len(new.origin) > ORIGIN:
        raise InvalidInput({"origin": "problem.import_origin"})
    values: Values = {
        column(MemberImport.id): new_id(),
        column(MemberImport.state): ImportState.READ,
        column(MemberImport.origin): new.origin.strip(),
        column(MemberImport.headings): list(new.headings),
        column(MemberImport.heading_row): new.heading_row,
        column(MemberImport.places): {str(one): place for one, place in new.places.items()},
        column(MemberImport.by_id): by.id,
        column(MemberImport.by): by.name,
        column(MemberImport.created_at): now,
        column(MemberImport.due_at): now,
        column(MemberImport.attempts): 0,
    }
    import_id: uuid.UUID = values[column(MemberImport.id)]
    insert_all(session, table(MemberImport), [named(values)])
    row = ImportRow(import_id=import_id, number=0).model_dump()
    rows = [{**row, "id": new_id(), "number": number, "cells": list(cells)} for number, cells in new.rows]
    insert_all(session, table(ImportRow), rows)
    return import_id


def choose_columns(session: Session, import_id: uuid.UUID, places: Mapping[ImportColumn, int]) -> MemberImport:
    """Where each of our columns is. Raises NotFound, ImportNotOpen, InvalidInput."""
    found = opened(session, import_id)
    if ImportColumn.NAME not in places:
        raise InvalidInput({"places": "problem.import_no_name"})
    if len(set(places.values())) < len(places) or any(not 0 <= one < len(found.headings) for one in places.values()):
        raise InvalidInput({"places": "problem.import_places"})
    found.places = {str(one): place for one, place in places.items()}
    session.add(found)
    session.flush()
    return found


def judged(session: Session, import_id: uuid.UUID, judgements: Mapping[int, tuple[Judgement, dict[str, str]]]) -> None:
    """Keep what was judged of each row with what it says; what somebody decided of a row stays, where it is still the
    same question. Raises NotFound, ImportNotOpen."""
    found = opened(session, import_id)
    of = (ImportRow.id, ImportRow.number, ImportRow.kind, ImportRow.match_id, ImportRow.twin, ImportRow.differences)
    asked = (*of, ImportRow.takes, ImportRow.decision)
    query = sa.select(*(column(one) for one in asked)).where(column(ImportRow.import_id) == import_id)
    changed = []
    for row in session.execute(query).all():
        judgement, texts = judgements[row.number]
        same = (row.kind, row.match_id, row.twin) == (judgement.kind, judgement.match_id, judgement.twin)
        differences = [{"field": one.field, "ours": one.ours, "theirs": one.theirs} for one in judgement.differences]
        kept = same and row.differences == differences
        values: Values = {
            column(ImportRow.texts): texts,
            column(ImportRow.problems): {str(one): key for one, key in judgement.problems.items()},
            column(ImportRow.kind): judgement.kind,
            column(ImportRow.match_id): judgement.match_id,
            column(ImportRow.twin): judgement.twin,
            column(ImportRow.why): [str(one) for one in judgement.why],
            column(ImportRow.differences): differences,
            column(ImportRow.takes): row.takes if kept else sorted(judgement.takes),
            column(ImportRow.decision): row.decision if same else Decision.OPEN,
        }
        changed.append({"of": row.id, **named(values)})
    update = sa.update(table(ImportRow)).where(column(ImportRow.id) == sa.bindparam("of"))
    session.connection().execute(update, changed)
    session.execute(_state(found.id, ImportState.PREVIEWED))


def _state(import_id: uuid.UUID, state: ImportState) -> sa.Update:
    values: Values = {column(MemberImport.state): state}
    return sa.update(table(MemberImport)).where(column(MemberImport.id) == import_id).values(dict(values))


def decide(session: Session, import_id: uuid.UUID, decisions: Sequence[RowDecision]) -> bool:
    """What somebody says of some rows; True when cells were put right, so that the list must be judged anew. Raises
    NotFound, ImportNotOpen."""
    opened(session, import_id)
    by_number = {one.number: one for one in decisions}
    mine = (col(ImportRow.import_id) == import_id, col(ImportRow.number).in_(by_number))
    anew = False
    for row in session.exec(select(ImportRow).where(*mine)):
        said = by_number[row.number]
        if said.decision is not None and row.kind is RowKind.DOUBTFUL:
            row.decision = said.decision
        if said.takes is not None:
            row.takes = sorted(said.takes & _differing(row))
        if said.corrections:
            _correct(session, row, said.corrections)
            anew = True
        session.add(row)
    return anew


def decide_all(session: Session, import_id: uuid.UUID, take: bool) -> None:
    """Of every row that says otherwise, take all of it, or only what takes nothing away. Raises NotFound,
    ImportNotOpen."""
    opened(session, import_id)
    kinds = (RowKind.DIFFERENT, RowKind.DOUBTFUL)
    mine = (col(ImportRow.import_id) == import_id, col(ImportRow.kind).in_(kinds))
    for row in session.exec(select(ImportRow).where(*mine)):
        row.takes = sorted(str(one["field"]) for one in row.differences if take or not one["ours"])
        session.add(row)


def _differing(row: ImportRow) -> set[str]:
    return {str(one["field"]) for one in row.differences}


def _correct(session: Session, row: ImportRow, corrections: Mapping[ImportColumn, str]) -> None:
    """A cell put right stands where her file had it, so that the row is read anew with it."""
    places = import_of(session, row.import_id).places
    width = max([len(row.cells), *(place + 1 for place in places.values())])
    cells = [*row.cells, *[""] * (width - len(row.cells))]
    for one, text in corrections.items():
        written = one if one in places else BESIDE.get(one, one)
        if written in places:
            cells[places[written]] = text
    row.cells = cells


def start(session: Session, import_id: uuid.UUID, by: Caller, now: datetime) -> bool:
    """Let it be written, in the name of whoever says so. False when it was before. Raises NotFound, RowsUndecided,
    NothingToWrite, ImportNotOpen."""
    view = import_view(session, import_id, now)
    if view.it.state in (ImportState.WRITING, ImportState.DONE):
        return False
    if view.it.state is not ImportState.PREVIEWED:
        raise ImportNotOpen()
    if view.undecided:
        raise RowsUndecided(n=view.undecided)
    if not view.changes_something:
        raise NothingToWrite()
    begun: Values = {
        column(MemberImport.state): ImportState.WRITING,
        column(MemberImport.by_id): by.id,
        column(MemberImport.by): by.name,
        column(MemberImport.written_at): now,
        column(MemberImport.due_at): now,
        column(MemberImport.attempts): 0,
    }
    return _begin(session, import_id, ImportState.PREVIEWED, begun)


def start_undo(session: Session, import_id: uuid.UUID, by: Caller, now: datetime) -> bool:
    """Let it be taken back. False when it is being. Raises NotFound, ImportNotUndone."""
    view = import_view(session, import_id, now)
    if view.it.state is ImportState.UNDOING:
        return False
    if not view.may_undo:
        raise ImportNotUndone()
    begun: Values = {
        column(MemberImport.state): ImportState.UNDOING,
        column(MemberImport.by_id): by.id,
        column(MemberImport.by): by.name,
        column(MemberImport.due_at): now,
        column(MemberImport.attempts): 0,
    }
    return _begin(session, import_id, ImportState.DONE, begun)


def _begin(session: Session, import_id: uuid.UUID, before: ImportState, begun: Values) -> bool:
    still = (column(MemberImport.id) == import_id, column(MemberImport.state) == before)
    first = sa.update(table(MemberImport)).where(*still).values(dict(begun)).returning(column(MemberImport.id))
    return session.execute(first).first() is not None


def discard(session: Session, import_id: uuid.UUID) -> None:
    """Forget a list that was not written. Raises NotFound, ImportNotOpen."""
    opened(session, import_id)
    _forget(session, [import_id])


def opened(session: Session, import_id: uuid.UUID) -> MemberImport:
    """The import, which nobody has let be written. Raises NotFound, ImportNotOpen."""
    query = select(MemberImport).where(col(MemberImport.id) == import_id).with_for_update()
    found = session.exec(query).first() or import_of(session, import_id)
    if found.state not in OPEN:
        raise ImportNotOpen()
    return found


def purge(session: Session, now: datetime) -> None:
    """Forget lists that nobody wrote in a week, and those that were, thirty days after: the history says what came."""
    of, created, ended = column(MemberImport.id), column(MemberImport.created_at), column(MemberImport.done_at)
    unwritten = sa.select(of).where(column(MemberImport.state).in_(OPEN), created < now - UNWRITTEN)
    over = sa.select(of).where(column(MemberImport.state).not_in((*OPEN, *AT_WORK)), ended < now - KEPT)
    _forget(session, list(session.execute(unwritten).scalars()))
    _forget(session, list(session.execute(over).scalars()))


def _forget(session: Session, ids: Sequence[uuid.UUID]) -> None:
    if not ids:
        return
    for of in (column(ImportChange.import_id), column(ImportRow.import_id), column(MemberImport.id)):
        session.execute(sa.delete(of.table).where(of.in_(ids)))
