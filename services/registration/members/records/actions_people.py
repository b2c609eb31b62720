"""Write the people who act for companies, and what they do for each. One address is one person, in any company."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound
from kit.text import fold
from registration.history.actions import record
from registration.history.rules import Change
from registration.members.actions import end_links, locked_company
from registration.members.models import CompanyRole, Person
from registration.members.queries_people import acting, acts_for
from registration.members.records.rules import AlreadyActing, ChangedMeanwhile, PersonDetails, gone
from registration.members.rules import Role, person_search


@dataclass(frozen=True)
class Editing:
    """Who writes, when, and which day it is for the association. `giver`: what they do for the company, when they are
    of it; None: staff."""

    by: Caller
    now: datetime
    today: date
    giver: frozenset[Role] | None = None


def add_person(session: Session, company_id: uuid.UUID, details: PersonDetails, editing: Editing) -> Person:
    """Somebody who acts for the company from today on: known already by their address, or new.

    Raises NotFound, AlreadyActing, and InvalidInput when the address is somebody else's, by the name.
    """
    locked_company(session, company_id)
    person = _by_address(session, details.email)
    if person is None:
        person = Person(key="", company_id=company_id, first_name="", last_name="", email="")
        person.key = f"x{person.id.hex}"
        _write(person, details)
        session.add(person)
        session.flush()
    elif fold(f"{person.first_name} {person.last_name}") != fold(f"{details.first_name} {details.last_name}"):
        raise InvalidInput({"email": "problem.person_other"})
    elif acting(session, person.id, company_id, editing.today):
        raise AlreadyActing("email")
    _take_up(session, person.id, company_id, details.roles, editing.today)
    if not [one for one in acts_for(session, person.id, editing.today) if one.company_id == person.company_id]:
        person.company_id = company_id
        session.add(person)
    changes = _told(person, frozenset(), details.roles)
    record(session, "company", company_id, "company.person_added", editing.by, editing.now, changes)
    return person


def change_person(
    session: Session, person_id: uuid.UUID, company_id: uuid.UUID, details: PersonDetails, editing: Editing
) -> Person:
    """Their name, address and language everywhere, and what they do for this company.

    Raises NotFound, ChangedMeanwhile, and InvalidInput when the new address is somebody else's, or when it is not for
    somebody of the company to change them so.
    """
    person = _locked(session, person_id, company_id, editing.today)
    _refuse_giver(session, person, company_id, editing, details)
    if details.version is not None and details.version != person.version:
        raise ChangedMeanwhile()
    other = _by_address(session, details.email)
    if other is not None and other.id != person.id:
        raise InvalidInput({"email": "problem.person_other"})
    before = acting(session, person_id, company_id, editing.today)
    named = (person.first_name, person.last_name, person.email, person.lang)
    _write(person, details)
    if before != details.roles or named != (person.first_name, person.last_name, person.email, person.lang):
        person.version += 1
        _lay_down(session, person_id, company_id, gone(before, details.roles), editing.today)
        _take_up(session, person_id, company_id, details.roles - before, editing.today)
        session.add(person)
        changes = _told(person, before, details.roles)
        record(session, "company", company_id, "company.person_changed", editing.by, editing.now, changes)
    return person


def leave(session: Session, person_id: uuid.UUID, company_id: uuid.UUID, editing: Editing) -> Person:
    """They act for this company no more, from today on: what they signed up stays the company's, and their link opens
    it no more. Raises NotFound, and InvalidInput when only a delegate may say so."""
    person = _locked(session, person_id, company_id, editing.today)
    _refuse_giver(session, person, company_id, editing)
    before = acting(session, person_id, company_id, editing.today)
    _lay_down(session, person_id, company_id, before, editing.today)
    end_links(session, person)
    others = acts_for(session, person_id, editing.today)
    person.company_id = others[0].company_id if others else person.company_id
    session.add(person)
    changes = _told(person, before, frozenset())
    record(session, "company", company_id, "company.person_left", editing.by, editing.now, changes)
    return person


def _locked(session: Session, person_id: uuid.UUID, company_id: uuid.UUID, today: date) -> Person:
    person = session.exec(select(Person).where(Person.id == person_id).with_for_update()).first()
    if person is None or not acting(session, person_id, company_id, today):
        raise NotFound()
    return person


def _refuse_giver(
    session: Session, person: Person, company_id: uuid.UUID, editing: Editing, details: PersonDetails | None = None
) -> None:
    """What somebody of the company may not do to another: change or send away a delegate without being one; say where
    the link is sent of who acts for another company too, for whoever gets it would have that company's. Raises
    InvalidInput."""
    if editing.giver is None:
        return
    if Role.DELEGATE not in editing.giver and Role.DELEGATE in acting(session, person.id, company_id, editing.today):
        raise InvalidInput({"roles": "problem.person_delegate_only"})
    known = (person.first_name, person.last_name, person.email, person.lang)
    if details is None or known == (details.first_name, details.last_name, details.email, details.lang):
        return
    if any(one.company_id != company_id for one in acts_for(session, person.id, editing.today)):
        raise InvalidInput({"email": "problem.person_elsewhere"})


def _by_address(session: Session, email: str) -> Person | None:
    """Whoever has this address, in any case of letters; nobody who was merged into somebody else."""
    mine = (sa.func.lower(col(Person.email)) == email.lower(), col(Person.merged_into_id).is_(None))
    return session.exec(select(Person).where(*mine).order_by(col(Person.id))).first()


def _write(person: Person, details: PersonDetails) -> None:
    person.first_name, person.last_name = details.first_name, details.last_name
    person.email, person.lang = details.email, details.lang
    person.search = person_search(details.first_name, details.last_name, details.email)


def _take_up(
    session: Session, person_id: uuid.UUID, company_id: uuid.UUID, roles: frozenset[Role], today: date
) -> None:
    """Roles from today on; one laid down today goes on."""
    known = {
        row.role: row
        for row in session.exec(
            select(CompanyRole).where(
                CompanyRole.person_id == person_id, CompanyRole.company_id == company_id, CompanyRole.starts == today
            )
        )
    }
    for role in sorted(roles):
        row = known.get(role) or CompanyRole(person_id=person_id, company_id=company_id, role=role, starts=today)
        row.ends = None
        session.add(row)
    session.flush()


def _lay_down(
    session: Session, person_id: uuid.UUID, company_id: uuid.UUID, roles: frozenset[Role], today: date
) -> None:
    """Roles whose last day was yesterday."""
    mine = sa.and_(
        col(CompanyRole.person_id) == person_id,
        col(CompanyRole.company_id) == company_id,
        col(CompanyRole.role).in_(sorted(roles)),
        sa.or_(col(CompanyRole.ends).is_(None), col(CompanyRole.ends) >= today),
    )
    session.execute(sa.update(CompanyRole).where(mine).values(ends=today - timedelta(days=1)))
    session.flush()


def _told(person: Person, before: frozenset[Role], after: frozenset[Role]) -> dict[str, Change]:
    """What history says: of whom, and what they do now."""
    changes = {"person": Change("", f"{person.first_name} {person.last_name}")}
    if before != after:
        changes |= {"roles": Change(sorted(before), sorted(after))}
    return changes
