"""Imports and their rows as they stand, and what is known of the companies that rows may be."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.contracts.addresses import Reach
from kit.errors import NotFound
from kit.sql import column, table
from kit.text import fold
from registration.members.duplicates.queries import aliases_of, texts_of
from registration.members.duplicates.rules import MatchKind, bare_name
from registration.members.duplicates.rules_fields import CompanyField
from registration.members.imports.models import DeclinedValue, ImportRow, MemberImport
from registration.members.imports.rules import (
    UNDONE_WITHIN,
    Decision,
    ImportRowView,
    ImportState,
    RowState,
)
from registration.members.lists.rules_cells import Ground
from registration.members.lists.rules_columns import ImportColumn
from registration.members.lists.rules_judging import Difference, KnownCompany, KnownPerson, Part, RowKind
from registration.members.lists.rules_periods import Period
from registration.members.models import Company, CompanyRole, Grouping, Membership, Person
from registration.members.rules import GroupingKind

# How many rows a page shows, and how many imports.
PAGE, LISTED = 50, 20
# How many ids one statement names.
NAMED = 500
PARTS = frozenset(Part)


@dataclass(frozen=True)
class ImportView:
    """One import: how far it is, how many of its rows are of each kind and in each state, and whether it can be
    undone now."""

    it: MemberImport
    kinds: Mapping[RowKind, int]
    states: Mapping[RowState, int]
    undecided: int
    may_undo: bool

    @property
    def rows(self) -> int:
        return sum(self.states.values())

    @property
    def worked(self) -> int:
        """How many rows of the work under way are done."""
        waiting = RowState.WRITTEN if self.it.state is ImportState.UNDOING else RowState.WAITING
        return self.rows - self.states.get(waiting, 0)

    @property
    def changes_something(self) -> bool:
        """Whether writing it would do anything."""
        return any(self.kinds.get(kind) for kind in (RowKind.NEW, RowKind.DIFFERENT, RowKind.DOUBTFUL))


@dataclass(frozen=True)
class RowPage:
    """Some rows, and the number after which the next ones come (None: there are none)."""

    rows: tuple[ImportRowView, ...]
    next: int | None


def import_of(session: Session, import_id: uuid.UUID) -> MemberImport:
    """Raises NotFound."""
    found = session.get(MemberImport, import_id)
    if found is None:
        raise NotFound()
    return found


def import_view(session: Session, import_id: uuid.UUID, now: datetime) -> ImportView:
    """Raises NotFound."""
    found = import_of(session, import_id)
    mine = column(ImportRow.import_id) == import_id
    kinds: Counter[RowKind] = Counter()
    states: Counter[RowState] = Counter()
    undecided = 0
    of = (column(ImportRow.kind), column(ImportRow.state), column(ImportRow.decision))
    for row in session.execute(sa.select(*of, sa.func.count()).where(mine).group_by(*of)):
        kinds[row[0]] += row[3]
        states[row[1]] += row[3]
        undecided += row[3] if (row[0], row[2]) == (RowKind.DOUBTFUL, Decision.OPEN) else 0
    done = found.state is ImportState.DONE and found.done_at is not None
    may_undo = done and found.done_at is not None and found.done_at > now - UNDONE_WITHIN
    return ImportView(found, kinds, states, undecided, may_undo)


def imports(session: Session) -> list[MemberImport]:
    """The last imports, the newest first."""
    return list(session.exec(select(MemberImport).order_by(col(MemberImport.created_at).desc()).limit(LISTED)).all())


def rows_page(session: Session, import_id: uuid.UUID, kind: RowKind | None, after: int = 0) -> RowPage:
    """Rows by their number, of one kind or all, after the number given."""
    mine = [col(ImportRow.import_id) == import_id, col(ImportRow.number) > after]
    if kind is not None:
        mine.append(col(ImportRow.kind) == kind)
    query = select(ImportRow).where(*mine).order_by(col(ImportRow.number)).limit(PAGE + 1)
    found = [row_view(row) for row in session.exec(query)]
    return RowPage(tuple(found[:PAGE]), found[PAGE - 1].number if len(found) > PAGE else None)


def left_rows(session: Session, import_id: uuid.UUID) -> list[ImportRowView]:
    """Rows that were left out, or not taken back, with the reason."""
    mine = (col(ImportRow.import_id) == import_id, col(ImportRow.left).is_not(None))
    query = select(ImportRow).where(*mine).order_by(col(ImportRow.number)).limit(PAGE)
    return [row_view(row) for row in session.exec(query)]


def row_view(row: ImportRow) -> ImportRowView:
    return ImportRowView(
        id=row.id,
        number=row.number,
        texts=by_column(row.texts),
        problems=by_column(row.problems),
        kind=row.kind,
        match_id=row.match_id,
        twin=row.twin,
        why=tuple(MatchKind(one) for one in row.why),
        differences=tuple(_difference(**one) for one in row.differences),
        takes=frozenset(row.takes),
        decision=row.decision,
        state=row.state,
        left=row.left,
        result_id=row.result_id,
    )


def by_column(texts: Mapping[str, str]) -> dict[ImportColumn, str]:
    return {ImportColumn(name): text for name, text in texts.items()}


def _difference(field: str, ours: str, theirs: str) -> Difference:
    return Difference(Part(field) if field in PARTS else CompanyField(field), ours, theirs)


def groupings(session: Session) -> list[Grouping]:
    """The lists by which companies are told apart, in their order."""
    return list(session.exec(select(Grouping).order_by(col(Grouping.position))).all())


def ground(session: Session, reach: Reach) -> Ground:
    """By what cells are read: the keys and labels of the lists, in both languages."""
    words: dict[GroupingKind, dict[str, str]] = {kind: {} for kind in GroupingKind}
    for one in groupings(session):
        for word in (one.key, one.label_fr, one.label_en):
            if word:
                words[one.kind].setdefault(fold(word), one.key)
    return Ground(
        categories=words[GroupingKind.CATEGORY],
        sectors=words[GroupingKind.SECTOR],
        territories=words[GroupingKind.TERRITORY],
        reach=reach,
    )


def known_companies(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, KnownCompany]:
    """What is known of these companies, some hundred at a time."""
    wanted = list(ids)
    known: dict[uuid.UUID, KnownCompany] = {}
    for start in range(0, len(wanted), NAMED):
        known |= _known(session, wanted[start : start + NAMED])
    return known


def _known(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, KnownCompany]:
    periods, people, declined = _periods(session, ids), _people(session, ids), _declined(session, ids)
    aliases = aliases_of(session, ids)
    return {
        one.id: KnownCompany(
            texts=texts_of(one),
            names=frozenset(bare_name(name) for name in (one.badge_name, *aliases.get(one.id, ())) if name),
            periods=tuple(periods.get(one.id, ())),
            people=tuple(people.get(one.id, ())),
            declined=frozenset(declined.get(one.id, ())),
        )
        for one in session.exec(select(Company).where(col(Company.id).in_(ids)))
    }


def _periods(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Period]]:
    of = column(Membership.company_id)
    query = sa.select(of, column(Membership.starts), column(Membership.ends)).where(of.in_(ids))
    found: dict[uuid.UUID, list[Period]] = {}
    for company_id, starts, ends in session.execute(query.order_by(column(Membership.starts))):
        found.setdefault(company_id, []).append(Period(starts, ends))
    return found


def _people(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, list[KnownPerson]]:
    of, who = column(CompanyRole.company_id), column(Person.id)
    query = (
        sa.select(of, who, column(Person.first_name), column(Person.last_name), column(Person.email),
                  column(CompanyRole.role))
        .join(table(Person), who == column(CompanyRole.person_id))
        .where(of.in_(ids), column(CompanyRole.ends).is_(None))
    )  # fmt: skip
    found: dict[tuple[uuid.UUID, uuid.UUID], KnownPerson] = {}
    for company_id, person_id, first, last, email, role in session.execute(query):
        known = found.get((company_id, person_id))
        roles = frozenset([str(role), *(known.roles if known else ())])
        found[company_id, person_id] = KnownPerson(fold(f"{first} {last}"), email.lower(), roles)
    by_company: dict[uuid.UUID, list[KnownPerson]] = {}
    for (company_id, _), person in found.items():
        by_company.setdefault(company_id, []).append(person)
    return by_company


def _declined(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, list[tuple[str, str]]]:
    query = sa.select(table(DeclinedValue)).where(column(DeclinedValue.company_id).in_(ids))
    found: dict[uuid.UUID, list[tuple[str, str]]] = {}
    for row in session.execute(query):
        found.setdefault(row.company_id, []).append((row.field, row.said))
    return found


def company_names(session: Session, ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """The names of these companies."""
    wanted = [one for one in ids if one is not None]
    query = sa.select(column(Company.id), column(Company.name)).where(column(Company.id).in_(wanted))
    return {row.id: row.name for row in session.execute(query)}


def first_rows(session: Session, found: MemberImport, most: int = 3) -> list[list[str]]:
    """The cells of the first rows, to recognise columns by."""
    query = select(ImportRow.cells).where(col(ImportRow.import_id) == found.id).order_by(col(ImportRow.number))
    return [list(cells) for cells in session.exec(query.limit(most))]


def at_work(*states: ImportState) -> sa.ColumnElement[bool]:
    return column(MemberImport.state).in_(states)
