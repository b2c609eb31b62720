"""Take a list back, some rows in one transaction, the last first: what it made goes, what it changed is as it was."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.contracts.callers import Caller
from kit.sql import column
from registration.history.actions import record
from registration.members.duplicates.actions import find_again, forget_keys
from registration.members.duplicates.models import CompanyAlias, NotSame
from registration.members.duplicates.queries import texts_of
from registration.members.duplicates.rules_fields import CompanyField
from registration.members.imports.actions import start_undo
from registration.members.imports.models import DeclinedValue, ImportChange, ImportRow, MemberImport
from registration.members.imports.rules import AT_ONCE, ImportUsed, Left, RowState
from registration.members.mergers.actions import set_fields
from registration.members.models import Company, CompanyRole, Membership, Person
from registration.members.writing.queries_uses import used

# In the order in which nothing names what is gone.
MADE = (
    column(CompanyRole.id),
    column(Membership.id),
    column(CompanyAlias.id),
    column(DeclinedValue.id),
    column(NotSame.id),
    column(Person.id),
    column(Company.id),
)
# How many rows a refusal names.
TOLD = 5


def ask_undo(session: Session, it: MemberImport, by: Caller, now: datetime) -> bool:
    """Let it be taken back as a whole. False when it is being. Raises ImportNotUndone, and ImportUsed with the rows of
    which something is in use."""
    begun = start_undo(session, it.id, by, now)
    if begun:
        numbers = sorted(used(session, it))
        if numbers:
            mine = (col(ImportRow.import_id) == it.id, col(ImportRow.number).in_(numbers[:TOLD]))
            named = session.exec(select(ImportRow).where(*mine).order_by(col(ImportRow.number))).all()
            names = ", ".join(dict.fromkeys(row.texts.get("name", "") for row in named))
            raise ImportUsed(n=len(numbers), names=names)
    return begun


def undo_rows(session: Session, it: MemberImport, by: Caller, now: datetime) -> int:
    """Take the last rows that were written back; how many there were. What somebody uses by now stays, and is said."""
    written = (col(ImportRow.import_id) == it.id, col(ImportRow.state) == RowState.WRITTEN)
    query = select(ImportRow).where(*written).order_by(col(ImportRow.number).desc()).limit(AT_ONCE)
    rows = session.exec(query).all()
    if not rows:
        return 0
    gone = _unused(session, it, rows)
    _take_back(session, it, gone, by, now)
    for row in rows:
        row.state = RowState.UNDONE
        session.add(row)
    return len(rows)


def _unused(session: Session, it: MemberImport, rows: Sequence[ImportRow]) -> list[int]:
    """The numbers of those of which nobody uses anything; the others are said to be left. What a row that is left needs
    is in use too: its company, its person."""
    gone = {row.number for row in rows}
    while kept := gone & used(session, it, sorted(gone)):
        for row in rows:
            row.left = Left.USED if row.number in kept else row.left
            session.add(row)
        session.flush()
        gone -= kept
    return sorted(gone)


def _take_back(session: Session, it: MemberImport, numbers: Sequence[int], by: Caller, now: datetime) -> None:
    mine = (col(ImportChange.import_id) == it.id, col(ImportChange.number).in_(numbers))
    changes = session.exec(
        select(ImportChange).where(*mine).order_by(col(ImportChange.number).desc(), col(ImportChange.step).desc())
    ).all()
    made = [one for one in changes if not one.field]
    companies = [one.row_id for one in made if one.place == "company"]
    named = [one for one in made if one.place == "company_alias"]
    aliased = [company for company in _aliased(session, named) if company.id not in companies]
    forget_keys(session, companies)
    for of in MADE:
        ids = [one.row_id for one in made if one.place == of.table.name]
        if ids:
            session.execute(sa.delete(of.table).where(of.in_(ids)))
    session.expire_all()
    for one in changes:
        if one.field and one.row_id not in companies:
            company = session.get_one(Company, one.row_id)
            field = CompanyField(one.field)
            if texts_of(company)[field] == one.new:
                set_fields(session, company, {field: one.old})
    for company in aliased:
        find_again(session, company)
    for company_id in dict.fromkeys(one.row_id for one in changes if one.place == "company"):
        record(session, "company", company_id, "company.import_undone", by, now)


def _aliased(session: Session, made: Sequence[ImportChange]) -> list[Company]:
    of = sa.select(column(CompanyAlias.company_id)).where(column(CompanyAlias.id).in_([one.row_id for one in made]))
    return list(session.exec(select(Company).where(col(Company.id).in_(of))).all())
