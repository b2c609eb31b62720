"""Bring a list in: read from its bytes, judged beside what is known, written or taken back some rows at a time.

Whoever works on an import holds a lease on it; each transaction renews the lease and fails when another has taken it.
A process that dies leaves a lease that ends, and rows that are written or wait: each is written once.
"""

from collections.abc import Mapping
from datetime import timedelta
from time import sleep
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.contracts.callers import Caller
from kit.errors import Busy
from kit.lease import Patience, claim, is_due, move
from kit.sheets.headings import Columns, Field
from kit.sheets.reading import NotASheet, ReadRow, read
from kit.sql import Values, column
from registration.files.rules import NoFile
from registration.members.duplicates.flows import refresh
from registration.members.duplicates.queries import all_keys
from registration.members.imports import actions
from registration.members.imports.actions import NewList
from registration.members.imports.models import ImportRow, MemberImport
from registration.members.imports.queries import ground, import_of, known_companies
from registration.members.imports.rules import (
    MOST_COLUMNS,
    MOST_ROWS,
    ImportState,
    ListTooLong,
    MemberListTooLarge,
    UnreadableList,
)
from registration.members.lists.rules_cells import Said, said
from registration.members.lists.rules_columns import NAMES, ImportColumn
from registration.members.lists.rules_judging import Judge, Judgement, traits_of_row
from registration.members.writing.actions import write_rows
from registration.members.writing.actions_undo import undo_rows
from registration.uploads import LARGEST, Upload

if TYPE_CHECKING:
    import uuid

    from registration.service import RegistrationService

LEASE = timedelta(seconds=30)
BREATH = 0.05
PATIENCE = Patience(base=1, longest=60)
COLUMNS = Columns(tuple(Field(str(one), names, needed=one is ImportColumn.NAME) for one, names in NAMES.items()))
# Rows that may stand above the headings, or repeat them.
BESIDE = 20
BY_STATE = {ImportState.WRITING: ImportState.DONE, ImportState.UNDOING: ImportState.UNDONE}


def list_of(upload: Upload, origin: str) -> NewList:
    """A file as a list. Raises NoFile, MemberListTooLarge, UnreadableList, ListTooLong."""
    if upload.too_large:
        raise MemberListTooLarge(megabytes=LARGEST // 1_000_000)
    if not upload.content:
        raise NoFile()
    try:
        rows = read(upload.content, MOST_ROWS + BESIDE + 1)
    except NotASheet as error:
        raise UnreadableList() from error
    found = COLUMNS.found(rows)
    below = [row for row in rows if found is None or row.number > found.row]
    if found is None:
        headings: tuple[str, ...] = tuple("" for _ in range(max((len(row.cells) for row in below), default=0)))
        places: Mapping[str, int] = {}
    else:
        headings, places = next(row.cells for row in rows if row.number == found.row), _named(found.places)
        below = _without_repeated(below)
    if not below:
        raise UnreadableList()
    if len(below) > MOST_ROWS:
        raise ListTooLong(n=MOST_ROWS)
    width = min(MOST_COLUMNS, max(len(headings), *(len(row.cells) for row in below)))
    named = [*headings, *[""] * width][:width]
    return NewList(
        origin=origin,
        headings=named,
        heading_row=found.row if found else 0,
        places={ImportColumn(one): place for one, place in places.items() if place < width},
        rows=[(row.number, list(row.cells[:width])) for row in below],
    )


def _named(places: Mapping[str, int]) -> Mapping[str, int]:
    """« Nom » is the company's where no other column is, and nobody's first name."""
    name, last, first = str(ImportColumn.NAME), str(ImportColumn.LAST_NAME), str(ImportColumn.FIRST_NAME)
    if name in places or first in places or last not in places:
        return places
    return {name if one == last else one: place for one, place in places.items()}


def _without_repeated(rows: list[ReadRow]) -> list[ReadRow]:
    """Headings may be said twice, once in each language: a first row that names two columns is no company."""
    while rows and len(COLUMNS.read(rows[0]).places) >= 2:
        rows = rows[1:]
    return rows


def take(here: "RegistrationService", upload: Upload, origin: str, by: Caller) -> "uuid.UUID":
    """Keep a list; what its columns are is shown next. Raises what `list_of` raises, and InvalidInput."""
    new = list_of(upload, origin)
    with here.db.write() as session:
        return actions.take_in(session, new, by, here.clock())


def choose(here: "RegistrationService", import_id: "uuid.UUID", places: Mapping[ImportColumn, int]) -> None:
    """Say where each column is, and judge the rows by it. Raises NotFound, ImportNotOpen, InvalidInput."""
    with here.db.write() as session:
        actions.choose_columns(session, import_id, places)
    judge(here, import_id)


def judge(here: "RegistrationService", import_id: "uuid.UUID") -> None:
    """Hold every row beside what is known now. Raises NotFound, ImportNotOpen."""
    refresh(here)
    with here.db.read() as session:
        judgements = _judgements(here, session, import_of(session, import_id))
    with here.db.write() as session:
        actions.judged(session, import_id, judgements)


def _judgements(
    here: "RegistrationService", session: Session, it: MemberImport
) -> dict[int, tuple[Judgement, dict[str, str]]]:
    by, places = ground(session, here.settings.reach), it.places
    rows: dict[int, Said] = {}
    last = ""
    query = select(ImportRow.number, ImportRow.cells).where(col(ImportRow.import_id) == it.id)
    for number, cells in session.exec(query.order_by(col(ImportRow.number))):
        found = {ImportColumn(one): cells[place] for one, place in places.items() if place < len(cells)}
        # A cell over several rows holds its text in the first one: the rows below are of the same company.
        if not found.get(ImportColumn.NAME) and any(found.values()):
            found = {**found, ImportColumn.NAME: last}
        last = found.get(ImportColumn.NAME, "")
        rows[number] = said(found, by)
    keys = all_keys(session)
    wanted = {key for one in rows.values() for key in traits_of_row(one.texts).keys}
    of_use = [(key, company_id) for key, company_id in keys if key in wanted]
    judging = Judge(of_use, known_companies(session, {company_id for _, company_id in of_use}))
    return {
        number: (judging.judge(number, one), {str(name): text for name, text in one.texts.items()})
        for number, one in rows.items()
    }


def begin(here: "RegistrationService", import_id: "uuid.UUID") -> None:
    """Write, or take back, the first rows while somebody waits for the page, a short list whole; the rest is for the
    worker."""
    try:
        work(here, import_id, most=2)
    except Busy:
        return


def work(here: "RegistrationService", import_id: "uuid.UUID | None" = None, most: int = 10) -> bool:
    """Write what waits, or take it back, of one import or of any; True when there may be more."""
    with here.db.read() as session:
        if session.execute(sa.select(column(MemberImport.id)).where(*_at_work(import_id)).limit(1)).first() is None:
            return False
    it = _claimed(here, import_id)
    if it is None:
        return False
    for _ in range(most):
        if not _some_rows(here, it):
            return False
        # Whoever signs up has their turn: SQLite has one writer at a time, and its lock knows no order.
        sleep(BREATH)
    _give_back(here, it)
    return True


def _at_work(import_id: "uuid.UUID | None") -> list[sa.ColumnElement[bool]]:
    works = column(MemberImport.state).in_(list(BY_STATE))
    return [works] if import_id is None else [works, column(MemberImport.id) == import_id]


def _claimed(here: "RegistrationService", import_id: "uuid.UUID | None") -> MemberImport | None:
    now = here.clock()
    due = (*_at_work(import_id), is_due(MemberImport.due_at, now, PATIENCE.horizon))
    with here.db.write() as session:
        found = claim(session, MemberImport, *due, until=now + LEASE)
        return found[0] if found else None


def _some_rows(here: "RegistrationService", it: MemberImport) -> bool:
    """One transaction's rows; False when there are none left, or another works on it."""
    now = here.clock()
    by, day = Caller(frozenset({"staff"}), it.by_id, it.by), here.member_terms().day
    with here.db.write() as session:
        if not _move(session, it, {column(MemberImport.due_at): now + LEASE}):
            return False
        if it.state is ImportState.WRITING:
            done = write_rows(session, it, by, now, day)
        else:
            done = undo_rows(session, it, by, now)
        if not done:
            ended = column(MemberImport.done_at if it.state is ImportState.WRITING else MemberImport.undone_at)
            _move(session, it, {column(MemberImport.state): BY_STATE[it.state], ended: now})
        return done > 0


def _give_back(here: "RegistrationService", it: MemberImport) -> None:
    """Others may have their turn: what is left is due at once."""
    with here.db.write() as session:
        _move(session, it, {column(MemberImport.due_at): here.clock()})


def _move(session: Session, it: MemberImport, values: Values) -> bool:
    return move(session, it, values, column(MemberImport.state) == it.state)
