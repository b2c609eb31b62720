"""Write some rows of a list, in one transaction, beside what is known by then."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.contracts.callers import Caller
from kit.sql import Values, column, insert_all, named, table
from registration.members.duplicates.actions import refresh_keys
from registration.members.duplicates.queries import companies_with
from registration.members.duplicates.rules import SURE, MatchKey
from registration.members.imports.models import ImportChange, ImportRow, MemberImport
from registration.members.imports.queries import known_companies, row_view
from registration.members.imports.rules import AT_ONCE, ImportRowView, Left, RowState
from registration.members.lists.rules_columns import ImportColumn
from registration.members.lists.rules_judging import RowKind, traits_of_row
from registration.members.models import Company, CompanyRole, Person
from registration.members.rules import Role
from registration.members.writing.actions_companies import Writing, change_company, make_company

C = ImportColumn


def write_rows(session: Session, it: MemberImport, by: Caller, now: datetime, day: date) -> int:
    """Write the next rows that wait; how many there were. The keys of companies are brought up to date first: what
    another list made meanwhile is not made twice."""
    waits = (col(ImportRow.import_id) == it.id, col(ImportRow.state) == RowState.WAITING)
    rows = session.exec(select(ImportRow).where(*waits).order_by(col(ImportRow.number)).limit(AT_ONCE)).all()
    if not rows:
        return 0
    while refresh_keys(session):
        pass
    views = [row_view(row) for row in rows]
    writing = _begun(session, it, views, Writing(session, it, by, now, day))
    meanwhile = _known_meanwhile(writing, views)
    told = []
    for view in views:
        writing.number = view.number
        left = Left.KNOWN if view.number in meanwhile else _write(writing, view)
        told.append(_told(view, left, writing.results.get(view.number)))
    writing.flush()
    insert_all(session, table(ImportChange), writing.changes)
    session.connection().execute(sa.update(table(ImportRow)).where(column(ImportRow.id) == sa.bindparam("of")), told)
    return len(rows)


def _told(view: ImportRowView, left: Left | None, result_id: uuid.UUID | None) -> dict[str, object]:
    """What became of a row; its cells are needed no more."""
    values: Values = {
        column(ImportRow.state): RowState.LEFT if left else RowState.WRITTEN,
        column(ImportRow.left): left,
        column(ImportRow.result_id): result_id,
        column(ImportRow.cells): [],
    }
    return {"of": view.id, **named(values)}


def _begun(session: Session, it: MemberImport, views: Sequence[ImportRowView], writing: Writing) -> Writing:
    """With what these rows are held beside: companies as they are now, and people by their addresses."""
    twins = {view.twin for view in views if view.twin is not None}
    first = (col(ImportRow.import_id) == it.id, col(ImportRow.number).in_(twins), col(ImportRow.result_id).is_not(None))
    earlier = session.execute(sa.select(column(ImportRow.number), column(ImportRow.result_id)).where(*first)).all()
    writing.results = {row.number: row.result_id for row in earlier}
    matched = {view.match_id for view in views if view.match_id is not None}
    writing.now_is = _now_is(session, matched)
    for view in views:
        if view.match_id in writing.now_is and not view.is_another:
            writing.results.setdefault(view.number, writing.now_is[view.match_id])
    writing.known = known_companies(session, set(writing.results.values()))
    emails = {view.texts.get(C.EMAIL, "").lower() for view in views} - {""}
    mail = sa.func.lower(column(Person.email))
    who = sa.select(mail, column(Person.id)).where(mail.in_(emails), column(Person.merged_into_id).is_(None))
    for email, person_id in session.execute(who.order_by(column(Person.id).desc())).all():
        writing.people[email] = person_id
    writing.acting = _acting(writing)
    return writing


def _acting(writing: Writing) -> set[tuple[uuid.UUID, uuid.UUID, Role]]:
    """Roles that must not be given again: those that last, and those that began this very day."""
    who, ends = column(CompanyRole.person_id), column(CompanyRole.ends)
    query = sa.select(who, column(CompanyRole.company_id), column(CompanyRole.role)).where(
        who.in_(set(writing.people.values())), sa.or_(ends.is_(None), column(CompanyRole.starts) == writing.day)
    )
    return {(row.person_id, row.company_id, Role(row.role)) for row in writing.session.execute(query)}


def _now_is(session: Session, companies: set[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """What each of these is by now: itself, or what it was merged into meanwhile."""
    query = sa.select(column(Company.id), column(Company.merged_into_id)).where(column(Company.id).in_(companies))
    return {row.id: row.merged_into_id or row.id for row in session.execute(query)}


def _known_meanwhile(writing: Writing, views: Sequence[ImportRowView]) -> set[int]:
    """Rows that make a company which somebody else made since they were looked at."""
    wanted: dict[MatchKey, ImportRowView] = {
        key: view for view in views if view.is_another for key in traits_of_row(view.texts).keys if key.kind in SURE
    }
    found = companies_with(writing.session, list(wanted))
    made = (column(ImportChange.import_id) == writing.it.id, column(ImportChange.row_id).in_(set(found.values())))
    ours = set(writing.session.execute(sa.select(column(ImportChange.row_id)).where(*made)).scalars())
    return {
        wanted[key].number
        for key, company_id in found.items()
        if company_id not in ours and company_id != wanted[key].match_id
    }


def _write(writing: Writing, view: ImportRowView) -> Left | None:
    """One row; why it is left out, when it is."""
    if view.kind is RowKind.REFUSED:
        return Left.REFUSED
    if view.is_another:
        make_company(writing, view)
        return None
    company_id = writing.results.get(view.number) or writing.results.get(view.twin or 0)
    if company_id is None:
        return Left.GONE if view.match_id else Left.FIRST_LEFT
    writing.results[view.number] = company_id
    change_company(writing, company_id, view)
    return None
