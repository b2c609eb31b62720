"""What an import made, or changed, that somebody has used since: it is not taken back any more."""

import uuid
from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.sql import column, table
from registration.history.models import HistoryEntry
from registration.members.duplicates.queries import texts_of
from registration.members.duplicates.queries_references import places_of
from registration.members.duplicates.rules import Subject
from registration.members.duplicates.rules_fields import CompanyField
from registration.members.imports.models import ImportChange, ImportRow, MemberImport
from registration.members.imports.rules import Left
from registration.members.models import Company, Membership, Person

# What an import writes in the history by itself.
OWN = ("company.imported", "company.changed_by_import", "company.not_same", "company.import_undone")
NAMED = 500


def used(session: Session, it: MemberImport, rows: Collection[int] | None = None) -> set[int]:
    """The numbers of the rows of which something is in use; of some rows, or of all."""
    return {
        *_referred(session, it, Subject.COMPANY, rows),
        *_referred(session, it, Subject.PERSON, rows),
        *_told_of(session, it, rows),
        *_edited(session, it, rows),
        *_overwritten(session, it, rows),
    }


def _made(it: MemberImport, place: str, rows: Collection[int] | None) -> list[sa.ColumnElement[bool]]:
    made = [
        column(ImportChange.import_id) == it.id,
        column(ImportChange.place) == place,
        column(ImportChange.field) == "",
    ]
    return made if rows is None else [*made, column(ImportChange.number).in_(rows)]


def _numbers(session: Session, found: sa.ColumnElement[bool], made: list[sa.ColumnElement[bool]]) -> set[int]:
    return set(session.execute(sa.select(column(ImportChange.number)).where(*made, found)).scalars())


def _referred(session: Session, it: MemberImport, subject: Subject, rows: Collection[int] | None) -> set[int]:
    """What is named by a row that the import did not make, or that is left: a signup, a role, a place reserved."""
    numbers: set[int] = set()
    for place in places_of(subject):
        named = place.column == column(ImportChange.row_id)
        if place.moves:
            other = table(ImportChange).alias()
            mine = (other.c.import_id == it.id, other.c.place == place.table.name, other.c.row_id == place.id)
            stays = other.c.number.in_(_left(it))
            named = sa.and_(named, ~sa.select(1).where(*mine, ~stays).correlate(place.table).exists())
        by = sa.select(1).where(named).correlate(table(ImportChange)).exists()
        numbers |= _numbers(session, by, _made(it, subject, rows))
    return numbers


def _left(it: MemberImport) -> sa.Select[int]:
    """The rows that are not taken back with the others: something of them is in use."""
    mine = (column(ImportRow.import_id) == it.id, column(ImportRow.left) == Left.USED)
    return sa.select(column(ImportRow.number)).where(*mine)


def _told_of(session: Session, it: MemberImport, rows: Collection[int] | None) -> set[int]:
    """What somebody did to a company since: its code renewed, a link sent; or to the periods of one that has another
    from this list."""
    since = column(HistoryEntry.at) >= (it.written_at or it.created_at)
    mine = (column(HistoryEntry.subject_id) == column(ImportChange.row_id), column(HistoryEntry.action).not_in(OWN))
    by = sa.select(1).where(*mine, since).correlate(table(ImportChange)).exists()
    period = (
        column(Membership.id) == column(ImportChange.row_id),
        column(HistoryEntry.subject_id) == column(Membership.company_id),
        column(HistoryEntry.action) == "company.period_changed",
    )
    changed = sa.select(1).where(*period, since).correlate(table(ImportChange)).exists()
    found = _numbers(session, by, _made(it, "company", rows))
    return found | _numbers(session, changed, _made(it, "membership", rows))


def _edited(session: Session, it: MemberImport, rows: Collection[int] | None) -> set[int]:
    """A period of which somebody wrote what no list says, its fee or why it is left; a person put right, merged, or
    whose link was renewed."""
    fee = sa.or_(*(one.is_not(None) for one in (column(Membership.fee_due_on), column(Membership.fee_paid_on))))
    period = sa.or_(fee, column(Membership.fee) != 0, column(Membership.reason_left) != "")
    merged = column(Person.merged_into_id).is_not(None)
    person = sa.or_(merged, column(Person.version) > 1, column(Person.link_version) > 1)
    numbers: set[int] = set()
    for place, of, changed in (("membership", Membership.id, period), ("person", Person.id, person)):
        mine = sa.select(1).where(column(of) == column(ImportChange.row_id), changed)
        numbers |= _numbers(session, mine.correlate(table(ImportChange)).exists(), _made(it, place, rows))
    return numbers


def _overwritten(session: Session, it: MemberImport, rows: Collection[int] | None) -> set[int]:
    """A field that says by now something else than what the import wrote last."""
    changed = [col(ImportChange.import_id) == it.id, col(ImportChange.field) != ""]
    changed += [] if rows is None else [col(ImportChange.number).in_(rows)]
    query = select(ImportChange).where(*changed).order_by(col(ImportChange.number), col(ImportChange.step))
    last = {(one.row_id, one.field): one for one in session.exec(query)}
    companies = _companies(session, {company_id for company_id, _ in last})
    return {
        one.number
        for (company_id, name), one in last.items()
        if company_id not in companies or texts_of(companies[company_id])[CompanyField(name)] != one.new
    }


def _companies(session: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, Company]:
    wanted, found = sorted(ids), {}
    for start in range(0, len(wanted), NAMED):
        some = select(Company).where(col(Company.id).in_(wanted[start : start + NAMED]))
        found.update({one.id: one for one in session.exec(some)})
    return found
