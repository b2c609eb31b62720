"""Changes to who takes a place: names, answers, tickets sent again."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit.auth import Caller
from kit.contracts import SendMessage
from kit.db import new_id
from kit.errors import NotFound
from registration.changes.actions import STANDING, _raise_version
from registration.changes.rules import is_replacement
from registration.history.actions import record
from registration.letters import actions as letters_actions
from registration.letters import view as letters
from registration.registrations import actions as registrations_actions
from registration.registrations.actions import answers_table, attendees_table
from registration.registrations.rules import AttendeeStatus, NotInThisState, RegistrationStatus, Row, names


@dataclass(frozen=True)
class PersonNamed:
    """Who takes a place."""

    first_name: str
    last_name: str
    email: str
    company: str = ""


def resend(session: Session, registration_id: uuid.UUID, by: Caller, now: datetime, desk: letters.Desk) -> int:
    """Send the confirmation and every ticket again. Answers how many messages. Raises NotFound, NotInThisState."""
    registration = registrations_actions.locked(session, registration_id)
    if registration is None:
        raise NotFound()
    if registration["status"] != RegistrationStatus.CONFIRMED:
        raise NotInThisState()
    version = _raise_version(session, registration)
    lines = registrations_actions.lines_of(session, registration_id)
    attendees = [
        a for a in registrations_actions.attendees_of(session, registration_id) if a["status"] == AttendeeStatus.ACTIVE
    ]
    said = letters.confirmed(desk, registration | {"message_version": version}, lines, attendees)
    sent = letters_actions.send(session, said, now, registration_id)
    record(session, "registration", registration_id, "registration.resent", by, now)
    return sent


def name_attendee(
    session: Session, attendee_id: uuid.UUID, person: PersonNamed, by: Caller, now: datetime, desk: letters.Desk
) -> None:
    """Name, correct or replace whoever takes a place; a replacement gets a new ticket and ends the old one.

    Raises NotFound, NotInThisState when the place or the registration does not stand.
    """
    query = sa.select(attendees_table).where(attendees_table.c.id == attendee_id)
    found = session.execute(query).first()
    if found is None:
        raise NotFound()
    registration = registrations_actions.locked(session, found.registration_id)
    before = dict(session.execute(query.with_for_update()).one()._mapping)
    standing = registration is not None and registration["status"] in STANDING
    if registration is None or not standing or before["status"] != AttendeeStatus.ACTIVE:
        raise NotInThisState()
    company = person.company or before["company_name"]
    change = names(person.first_name, person.last_name, person.email, company, before["code"])
    change["company_name"] = company
    if all(before[field] == value for field, value in change.items()):
        return
    replaced = is_replacement(before["sort_name"], change["sort_name"])
    if replaced or before["email"] != person.email:
        # The old ticket and the old link belong to somebody else now.
        change |= {"ticket_version": before["ticket_version"] + 1, "link_version": before["link_version"] + 1}
    session.execute(attendees_table.update().where(attendees_table.c.id == attendee_id).values(change))
    if replaced:
        session.execute(answers_table.delete().where(answers_table.c.attendee_id == attendee_id))
    changed = {f: (before[f], change[f]) for f in ("first_name", "last_name", "email", "company_name")}
    changes = {field: pair for field, pair in changed.items() if pair[0] != pair[1]} | {"place": (None, before["code"])}
    action = "registration.attendee_replaced" if replaced else "registration.attendee_named"
    record(session, "registration", registration["id"], action, by, now, changes)
    if registration["status"] == RegistrationStatus.CONFIRMED:
        _tell_named(session, registration, before, before | change, replaced, desk, now)


def _tell_named(
    session: Session, registration: Row, before: Row, after: Row, replaced: bool, desk: letters.Desk, now: datetime
) -> None:
    said: list[SendMessage] = []
    if replaced and before["email"]:
        said.append(letters.attendee_replaced(desk, registration, before))
    if after["email"] and (replaced or after["email"] != before["email"]):
        lines = registrations_actions.lines_of(session, registration["id"])
        said.append(letters.ticket(desk, registration, lines, after))
    letters_actions.send(session, said, now, registration["id"])


def change_answers(
    session: Session,
    registration_id: uuid.UUID,
    attendee_id: uuid.UUID | None,
    answers: Mapping[uuid.UUID, Any],
    by: Caller,
    now: datetime,
) -> None:
    """Replace the answers of one attendee (or of the registration). History tells that they changed, not what they say:
    an allergy is nobody's business but the caterer's.

    Raises NotInThisState unless the registration stands.
    """
    registration = registrations_actions.locked(session, registration_id)
    if registration is None or registration["status"] not in STANDING:
        raise NotInThisState()
    mine = sa.and_(
        answers_table.c.registration_id == registration_id,
        answers_table.c.attendee_id.is_not_distinct_from(attendee_id),
    )
    before = {row.question_id: row.value for row in session.execute(sa.select(answers_table).where(mine))}
    kept = {question: value for question, value in answers.items() if value}
    if before == kept:
        return
    session.execute(answers_table.delete().where(mine))
    common = {"registration_id": registration_id, "attendee_id": attendee_id}
    rows = [{"id": new_id(), **common, "question_id": question, "value": value} for question, value in kept.items()]
    if rows:
        session.execute(answers_table.insert(), rows)
    record(session, "registration", registration_id, "registration.answers_changed", by, now)
