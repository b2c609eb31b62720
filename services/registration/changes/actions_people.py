"""Changes to who takes a place: names, answers, tickets sent again."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import SendMessage
from kit.contracts.callers import Caller
from kit.errors import NotFound
from kit.sql import Values, column, table
from registration.catalog.codes.queries import code
from registration.catalog.codes.rules import PlaceIsHers
from registration.changes.rules import PersonNamed, is_replacement
from registration.history.actions import record
from registration.letters import actions as letters_actions
from registration.letters import view as letters_view
from registration.letters.view_registrations import attendee_replaced, confirmation_letters, ticket_letter
from registration.registrations.actions import lock_registration, next_messages
from registration.registrations.models import Answer, Attendee
from registration.registrations.models_rows import attendee_row
from registration.registrations.queries import attendee as attendee_of
from registration.registrations.queries import attendees_of, bought
from registration.registrations.rules import STANDING, AttendeeStatus, NotInThisState, RegistrationStatus
from registration.registrations.rules_rows import AttendeeRow, RegistrationRow, person_name
from registration.registrations.tallies.actions import count
from registration.registrations.tallies.rules import tally_of


def resend(
    session: Session, registration_id: uuid.UUID, by: Caller, now: datetime, context: letters_view.LetterContext
) -> int:
    """Send the confirmation and every ticket again; what covers people has none. Answers how many messages. Raises
    NotFound, NotInThisState."""
    registration = lock_registration(session, registration_id)
    if registration.status is not RegistrationStatus.CONFIRMED or context.offer.activity.covers_people:
        raise NotInThisState()
    registration = next_messages(session, registration)
    taken = bought(session, registration_id)
    attendees = [a for a in attendees_of(session, registration_id) if a.status is AttendeeStatus.ACTIVE]
    messages = confirmation_letters(context, registration, taken, attendees)
    count = letters_actions.send(session, messages, now, registration_id)
    record(session, "registration", registration_id, "registration.resent", by, now)
    return count


def name_attendee(
    session: Session,
    attendee_id: uuid.UUID,
    person: PersonNamed,
    by: Caller,
    now: datetime,
    context: letters_view.LetterContext,
) -> list[SendMessage]:
    """Name, correct or replace whoever takes a place; a replacement gets a new ticket and ends the old one. Answers the
    letters that this causes.

    Raises NotFound, NotInThisState when the place or the registration does not stand, PlaceIsHers.
    """
    registration = lock_registration(session, attendee_of(session, attendee_id).registration_id)
    before = lock_attendee(session, attendee_id)
    if registration.status not in STANDING or before.status is not AttendeeStatus.ACTIVE:
        raise NotInThisState()
    after = rename(session, before, person)
    if after == before:
        return []
    replaced = is_replacement(before.sort_name, after.sort_name)
    if replaced and registration.code_id and not by.id:
        _refuse_another(session, registration.code_id, before)
    if replaced:
        session.execute(sa.delete(table(Answer)).where(column(Answer.attendee_id) == attendee_id))
    action = "registration.attendee_replaced" if replaced else "registration.attendee_named"
    record(session, "registration", registration.id, action, by, now, differences(before, after))
    if registration.status is not RegistrationStatus.CONFIRMED:
        return []
    letters = _letters_of_name(session, registration, before, after, context)
    letters_actions.send(session, letters, now, registration.id)
    if more := tally_of(registration, [after]) - tally_of(registration, [before]):
        count(session, registration.activity_id, more)
    return letters


def _refuse_another(session: Session, code_id: uuid.UUID, before: AttendeeRow) -> None:
    person = code(session, code_id).person
    if person and person.is_named(before.first_name, before.last_name):
        raise PlaceIsHers()


def lock_attendee(session: Session, attendee_id: uuid.UUID) -> AttendeeRow:
    query = sa.select(table(Attendee)).where(column(Attendee.id) == attendee_id).with_for_update()
    row = session.execute(query).first()
    if row is None:
        raise NotFound()
    return attendee_row(row)


def rename(session: Session, before: AttendeeRow, person: PersonNamed, same_person: bool = False) -> AttendeeRow:
    """The place under its new name, written unless nothing of the name changes.

    A new address ends the ticket and the link that were sent to the old one; so does another name, unless it is known
    to be that of the same person.
    """
    company = person.company or before.company_name
    name = person_name(person.first_name, person.last_name, person.email, company, before.code)
    values: Values = {
        column(Attendee.first_name): name.first_name,
        column(Attendee.last_name): name.last_name,
        column(Attendee.email): name.email,
        column(Attendee.company_name): name.company_name,
        column(Attendee.sort_name): name.sort_name,
        column(Attendee.search): name.search,
    }
    if all(getattr(before, field) == value for field, value in vars(name).items()):
        return before
    replaced = not same_person and is_replacement(before.sort_name, name.sort_name)
    if replaced or before.email != name.email:
        # The old ticket and the old link belong to somebody else now.
        versions = {
            column(Attendee.ticket_version): before.ticket_version + 1,
            column(Attendee.link_version): before.link_version + 1,
        }
        values = {**values, **versions}
    update = sa.update(table(Attendee)).where(column(Attendee.id) == before.id).values(dict(values))
    return attendee_row(session.execute(update.returning(table(Attendee))).one())


def differences(before: AttendeeRow, after: AttendeeRow) -> dict[str, tuple[str | None, str]]:
    """What history keeps of a new name."""
    pairs: dict[str, tuple[str | None, str]] = {
        "first_name": (before.first_name, after.first_name),
        "last_name": (before.last_name, after.last_name),
        "email": (before.email, after.email),
        "company_name": (before.company_name, after.company_name),
    }
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]} | {"place": (None, before.code)}


def _letters_of_name(
    session: Session,
    registration: RegistrationRow,
    before: AttendeeRow,
    after: AttendeeRow,
    context: letters_view.LetterContext,
) -> list[SendMessage]:
    replaced = is_replacement(before.sort_name, after.sort_name)
    messages: list[SendMessage] = []
    if replaced and before.email:
        messages.append(attendee_replaced(context, registration, before))
    if after.email and (replaced or after.email != before.email):
        messages.append(ticket_letter(context, registration, bought(session, registration.id), after))
    return messages
