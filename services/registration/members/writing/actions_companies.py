"""What one row of a list makes or changes: a company, whoever acts for it, a period of membership. All of it is
remembered, so that the whole list can be taken back."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.db import new_id
from kit.sql import Values, add_once, column, insert_all, named, table
from kit.text import fold
from registration.history.actions import record
from registration.history.rules import Change
from registration.members.actions import new_code
from registration.members.duplicates.actions import add_alias, say_not_same
from registration.members.duplicates.models import CompanyAlias, NotSame
from registration.members.duplicates.rules import Subject
from registration.members.duplicates.rules_fields import CompanyField, alike, column_value
from registration.members.imports.models import DeclinedValue, ImportChange, MemberImport
from registration.members.imports.rules import ImportRowView
from registration.members.lists.rules_columns import ImportColumn
from registration.members.lists.rules_judging import FIELDS, KnownCompany, Part, RowKind, person_of
from registration.members.lists.rules_periods import Overlapping, Period, missing, said_period
from registration.members.mergers.actions import COLUMNS, set_fields
from registration.members.models import Company, CompanyRole, Membership, Person
from registration.members.rules import Role, company_search, person_search

C = ImportColumn
# Rows as they are when nothing is said of them, in the order in which they name each other.
BLANK: Mapping[type[Any], dict[str, Any]] = {
    Company: Company(key="", name="", search="", access_code="").model_dump(),
    Person: Person(key="", company_id=new_id(), first_name="", last_name="", email="").model_dump(),
    CompanyRole: CompanyRole(person_id=new_id(), company_id=new_id(), role=Role.DELEGATE, starts=date.min).model_dump(),
    Membership: Membership(company_id=new_id(), starts=date.min).model_dump(),
}


@dataclass
class Writing:
    """The rows of one transaction while they are written: what they are of, and what they came to so far. `known` is as
    it is once the rows so far are written; `now_is`: what each company that they were held beside is by now."""

    session: Session
    it: MemberImport
    by: Caller
    now: datetime
    day: date
    known: dict[uuid.UUID, KnownCompany] = field(default_factory=dict)
    people: dict[str, uuid.UUID] = field(default_factory=dict)
    results: dict[int, uuid.UUID] = field(default_factory=dict)
    now_is: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    pending: dict[type[Any], list[dict[str, Any]]] = field(default_factory=dict)
    acting: set[tuple[uuid.UUID, uuid.UUID, Role]] = field(default_factory=set)
    number: int = 0

    def add(self, model: type[Any], values: Values) -> uuid.UUID:
        """A row of a table, written with the others by `flush`: with what such a row has that nothing is said of."""
        said = named(values)
        made: uuid.UUID = said.get("id") or new_id()
        self.pending.setdefault(model, []).append({**BLANK[model], **said, "id": made})
        self.made(model, made)
        return made

    def flush(self) -> None:
        """Write what waits, in the order in which rows name each other; before anything looks for it."""
        for model in BLANK:
            insert_all(self.session, table(model), self.pending.pop(model, []))

    def made(self, model: type[Any], row_id: uuid.UUID) -> None:
        """A row of a table that this list made."""
        self._changed(table(model).name, row_id, "", "", "")

    def changed(self, company_id: uuid.UUID, one: CompanyField, old: str, new: str) -> None:
        """A field of a company that this list changed."""
        self._changed("company", company_id, one, old, new)

    def _changed(self, place: str, row_id: uuid.UUID, one: str, old: str, new: str) -> None:
        change: Values = {
            column(ImportChange.id): new_id(),
            column(ImportChange.import_id): self.it.id,
            column(ImportChange.number): self.number,
            column(ImportChange.step): len(self.changes),
            column(ImportChange.place): place,
            column(ImportChange.row_id): row_id,
            column(ImportChange.field): one,
            column(ImportChange.old): old,
            column(ImportChange.new): new,
        }
        self.changes.append(named(change))


def make_company(writing: Writing, view: ImportRowView) -> None:
    texts: dict[CompanyField, str] = {one: view.texts.get(ImportColumn(one), "") for one in FIELDS}
    company_id = new_id()
    values: Values = {
        column(Company.id): company_id,
        column(Company.key): f"i{company_id.hex}",
        column(Company.search): company_search(view.name, texts[CompanyField.BADGE_NAME]),
        column(Company.access_code): new_code(),
        **{COLUMNS[one]: column_value(one, text) for one, text in texts.items() if text},
        column(Company.legacy_org): writing.it.origin or None,
    }
    writing.add(Company, values)
    writing.results[view.number] = company_id
    writing.known[company_id] = KnownCompany(texts)
    _add_period(writing, company_id, said_period(view.texts.get(C.SINCE, ""), view.texts.get(C.UNTIL, "")), texts)
    _add_person(writing, company_id, view.texts)
    session, by, now = writing.session, writing.by, writing.now
    record(session, "company", company_id, "company.imported", by, now, {"company.name": Change("", view.name)})
    other = writing.now_is.get(view.match_id) if view.match_id else writing.results.get(view.twin or 0)
    if view.kind is RowKind.DOUBTFUL and other:
        writing.flush()
        writing.made(NotSame, say_not_same(session, Subject.COMPANY, company_id, other, by, now))


def change_company(writing: Writing, company_id: uuid.UUID, view: ImportRowView) -> None:
    known = writing.known.get(company_id) or KnownCompany({})
    writing.flush()
    company = writing.session.get_one(Company, company_id)
    fresh: dict[CompanyField, str] = {}
    names: list[str] = []
    for one in view.differences:
        if one.field is Part.PERSON:
            if Part.PERSON in view.takes:
                _add_person(writing, company_id, view.texts)
            else:
                _decline(writing, company_id, one.field, one.theirs)
        elif one.field is Part.PERIOD:
            if Part.PERIOD in view.takes:
                _add_period(writing, company_id, Period.of_text(one.theirs), {})
            else:
                _decline(writing, company_id, one.field, one.theirs)
        elif one.field in view.takes:
            current = known.texts.get(CompanyField(one.field), one.ours)
            # Not over what somebody wrote meanwhile; an earlier row that was to write it may have been left out.
            if not alike(CompanyField(one.field), current, one.theirs) and current in (one.ours, ""):
                fresh[CompanyField(one.field)] = one.theirs
        elif one.field is CompanyField.NAME:
            names.append(one.theirs)
        else:
            _decline(writing, company_id, one.field, one.theirs)
    _set(writing, company, fresh, known)
    if names:
        _name_too(writing, company, names)


def _set(writing: Writing, company: Company, fresh: Mapping[CompanyField, str], known: KnownCompany) -> None:
    """The values taken; what they replace is not proposed again by another list."""
    if not fresh:
        return
    set_fields(writing.session, company, fresh)
    writing.known[company.id] = replace(known, texts={**known.texts, **fresh})
    told = {}
    for one, text in fresh.items():
        old = known.texts.get(one, "")
        writing.changed(company.id, one, old, text)
        told[one.value] = Change(old, text)
        if old and one is CompanyField.NAME:
            _name_too(writing, company, [old])
        elif old:
            _decline(writing, company.id, one, old)
    told.pop(CompanyField.BILLING_EMAIL.value, None)
    said = {f"company.{one}": change for one, change in told.items()}
    record(writing.session, "company", company.id, "company.changed_by_import", writing.by, writing.now, said)


def _name_too(writing: Writing, company: Company, names: Sequence[str]) -> None:
    for alias_id in add_alias(writing.session, company, names, writing.now):
        writing.made(CompanyAlias, alias_id)


def _decline(writing: Writing, company_id: uuid.UUID, one: str, text: str) -> None:
    row: Values = {
        column(DeclinedValue.id): new_id(),
        column(DeclinedValue.company_id): company_id,
        column(DeclinedValue.field): str(one),
        column(DeclinedValue.said): fold(text),
    }
    key = (column(DeclinedValue.company_id), column(DeclinedValue.field), column(DeclinedValue.said))
    if add_once(writing.session, DeclinedValue, named(row), *key):
        writing.made(DeclinedValue, row[column(DeclinedValue.id)])


def _add_period(
    writing: Writing, company_id: uuid.UUID, said: Period | None, texts: Mapping[CompanyField, str]
) -> None:
    """What of the period is still missing; nothing, where somebody wrote it meanwhile."""
    known = writing.known.get(company_id) or KnownCompany({})
    try:
        rest = missing(known.periods, said) if said else None
    except Overlapping:
        return
    if rest is None:
        return
    writing.known[company_id] = replace(known, periods=(*known.periods, rest))
    period: Values = {
        column(Membership.company_id): company_id,
        column(Membership.starts): rest.starts,
        column(Membership.ends): rest.ends,
        column(Membership.category): texts.get(CompanyField.CATEGORY, ""),
    }
    writing.add(Membership, period)


def _add_person(writing: Writing, company_id: uuid.UUID, texts: Mapping[ImportColumn, str]) -> None:
    """Whoever the row names acts for the company: as what it says, else as its delegate. One address is one person,
    whoever they act for."""
    somebody = person_of(texts)
    if somebody is None:
        return
    first, last, email = texts.get(C.FIRST_NAME, ""), texts.get(C.LAST_NAME, ""), texts.get(C.EMAIL, "")
    # Without an address, it is only the same person in the same company.
    key = email.lower() or f"{company_id} {somebody.name}"
    person_id = writing.people.get(key)
    if person_id is None:
        person_id = writing.people[key] = new_id()
        person: Values = {
            column(Person.id): person_id,
            column(Person.key): f"i{person_id.hex}",
            column(Person.company_id): company_id,
            column(Person.first_name): first,
            column(Person.last_name): last,
            column(Person.email): email,
            column(Person.search): person_search(first, last, email),
            column(Person.lang): texts.get(C.LANG) or "fr",
        }
        writing.add(Person, person)
    _add_role(writing, person_id, company_id, Role(texts.get(C.ROLE) or Role.DELEGATE))


def _add_role(writing: Writing, person_id: uuid.UUID, company_id: uuid.UUID, role: Role) -> None:
    """Unless they have it, or had it from this very day on. `acting` says what everybody did before, and since."""
    if (person_id, company_id, role) in writing.acting:
        return
    writing.acting.add((person_id, company_id, role))
    has: Values = {
        column(CompanyRole.person_id): person_id,
        column(CompanyRole.company_id): company_id,
        column(CompanyRole.role): role,
        column(CompanyRole.starts): writing.day,
    }
    writing.add(CompanyRole, has)
