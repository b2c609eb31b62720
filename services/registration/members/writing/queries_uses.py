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
from registration.members.imports.models import ImportChange, MemberImport
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
    """What is named by a row that the import did not make: a signup, a role, a place reserved."""
    numbers: set[int] = set()
    for place in places_of(subject):
        named = place.column == column(ImportChange.row_id)
        if place.moves:
            other = table(ImportChange).alias()
            mine = (other.c.import_id == it.id, other.c.place == place.table.name, other.c.row_id == place.id)
            named = sa.and_(named, ~sa.select(1).where(*mine).correlate(place.table).exists())
        by = sa.select(1).where(named).correlate(table(ImportChange)).exists()
        numbers |= _numbers(session, by, _made(it, subject, rows))
    return numbers


def _told_of(session: Session, it: MemberImport, rows: Collection[int] | None) -> set[int]:
    """What somebody did to a company since: its code renewed, a link sent."""
    said = (
        column(HistoryEntry.subject_id) == column(ImportChange.row_id),
        column(HistoryEntry.action).not_in(OWN),
        column(HistoryEntry.at) >= (it.written_at or it.created_at),
    )
    by = sa.select(1).where(*said).correlate(table(ImportChange)).exists()
    return _numbers(session, by, _made(it, "company", rows))


def _edited(session: Session, it: MemberImport, rows: Collection[int] | None) -> set[int]:
    """A period that was paid, or that somebody leaves; a person put right, or whose link was renewed."""
    period = sa.or_(column(Membership.fee_paid_on).is_not(None), column(Membership.reason_left) != "")
    person = sa.or_(column(Person.version) > 1, column(Person.link_version) > 1)
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
