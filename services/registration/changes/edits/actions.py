"""Names, addresses, the company and the order number put right by staff, under their own name, and the letters sent
again where they were lost."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import BuyerCorrected, SendMessage
from kit.contracts.callers import Caller
from kit.mailbox import post
from kit.sql import Values, column, table
from kit.text import fold
from registration.changes.actions_people import differences, lock_attendee, rename
from registration.changes.edits.rules import Billed, Edit
from registration.changes.rules import ContactNamed, PersonNamed
from registration.clients import buyer_of
from registration.history.actions import record
from registration.history.rules import Change
from registration.letters import actions as letters_actions
from registration.letters.view import LetterContext
from registration.letters.view_registrations import confirmation_letters, confirmation_request, ticket_letter
from registration.registrations.actions import change, lock_registration, next_messages
from registration.registrations.amended.queries import amendments_of
from registration.registrations.models import Attendee, Registration
from registration.registrations.queries import attendees_of, bought
from registration.registrations.rules import AttendeeStatus, NotInThisState, RegistrationStatus
from registration.registrations.rules_rows import AttendeeRow, RegistrationRow, contact_search, person_name
from registration.registrations.tallies.actions import counting


@dataclass(frozen=True)
class Corrected:
    """A registration after a correction; `to_contact` when the contact's address is a new one, `moved` the places
    whose address is."""

    registration: RegistrationRow
    to_contact: bool
    moved: Sequence[AttendeeRow]


def correct(session: Session, registration_id: uuid.UUID, edit: Edit, by: Caller, now: datetime) -> Corrected:
    """Put right a registration that is confirmed, or that waits for its contact to confirm it. A contact who has a
    place of their own is written to there too: that place follows the contact's address, unless it is given another.
    What was added to it has the same contact and the same order number. Raises NotFound, NotInThisState."""
    before = lock_registration(session, registration_id)
    if not is_correctable(before):
        raise NotInThisState()
    added = [lock_registration(session, one.id) for one in amendments_of(session, registration_id)]
    with counting(session, [before, *added]):
        corrected = _correct_one(session, before, edit, by, now)
        for one in added:
            _correct_one(session, one, edit, by, now)
    return corrected


def _correct_one(session: Session, before: RegistrationRow, edit: Edit, by: Caller, now: datetime) -> Corrected:
    after = _correct_contact(session, before, edit.contact, by, now) if edit.contact else before
    after = _correct_billed(session, after, edit.billed, by, now) if edit.billed else after
    moved = []
    for place in attendees_of(session, before.id):
        person = _person_of(place, edit, before.contact_email)
        if place.status is AttendeeStatus.ACTIVE and person is not None:
            corrected = _correct_place(session, place.id, person, by, now)
            moved += [corrected] if corrected.email != place.email else []
    _tell_billing(session, before, after, now)
    return Corrected(after, after.contact_email != before.contact_email, moved)


def is_correctable(registration: RegistrationRow) -> bool:
    """Whether staff may put it right: somebody was written to about it, and it still counts."""
    return registration.status is RegistrationStatus.CONFIRMED or registration.waits_for_contact


def _tell_billing(session: Session, before: RegistrationRow, after: RegistrationRow, now: datetime) -> None:
    """What waits for its contact has no order yet, and one that waits for a card is placed again when it is paid: it
    will be placed as it is put right."""
    buyer = buyer_of(after)
    if buyer != buyer_of(before) and after.status is RegistrationStatus.CONFIRMED:
        corrected = BuyerCorrected(
            order_id=after.id,
            name=buyer.name,
            email=buyer.email,
            company=buyer.company,
            po_number=buyer.po_number,
        )
        post(session, "billing", corrected, now)


def send_to_corrected(session: Session, corrected: Corrected, context: LetterContext, now: datetime) -> int:
    """Send again what went to an address that was wrong: the confirmation to the contact, their ticket to the others.
    Until a contact has confirmed, there are no tickets: the letter that asks them goes again. Answers how many
    messages."""
    registration = next_messages(session, corrected.registration)
    if registration.waits_for_contact:
        request = [confirmation_request(context, registration)] if corrected.to_contact else []
        return letters_actions.send(session, request, now, registration.id)
    taken = bought(session, registration.id)
    letters: list[SendMessage] = []
    if corrected.to_contact:
        standing = [a for a in attendees_of(session, registration.id) if a.status is AttendeeStatus.ACTIVE]
        letters = confirmation_letters(context, registration, taken, standing)[:1]
    # The contact's own ticket comes with the confirmation.
    with_contact = registration.contact_email if corrected.to_contact else ""
    own = [place for place in corrected.moved if place.email not in ("", with_contact)]
    letters += [ticket_letter(context, registration, taken, place) for place in own]
    return letters_actions.send(session, letters, now, registration.id)


def _correct_contact(
    session: Session, before: RegistrationRow, contact: ContactNamed, by: Caller, now: datetime
) -> RegistrationRow:
    pairs = {
        "first_name": (before.contact_first, contact.first_name),
        "last_name": (before.contact_last, contact.last_name),
        "email": (before.contact_email, contact.email),
        "phone": (before.contact_phone, contact.phone),
    }
    changes = {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}
    if not changes:
        return before
    values: Values = {
        column(Registration.contact_first): contact.first_name,
        column(Registration.contact_last): contact.last_name,
        column(Registration.contact_email): contact.email,
        column(Registration.contact_phone): contact.phone,
    }
    if "email" in changes:
        # The link that went to the wrong address opens nothing any more.
        values = {**values, column(Registration.link_version): before.link_version + 1}
    record(session, "registration", before.id, "registration.contact_corrected", by, now, changes)
    after = change(session, before, values)
    _write(session, after, {column(Registration.search): _found_by(after)})
    return after


def _found_by(row: RegistrationRow) -> str:
    return contact_search(row.contact_name, row.company_name, row.contact_email, row.code)


def _write(session: Session, row: RegistrationRow, values: Values) -> None:
    session.execute(sa.update(table(Registration)).where(column(Registration.id) == row.id).values(dict(values)))


def _correct_billed(
    session: Session, before: RegistrationRow, billed: Billed, by: Caller, now: datetime
) -> RegistrationRow:
    """The company and the order number of what is not issued yet. People who were there for the company as it was
    written before are there for it as it is written now."""
    pairs = {
        "company_name": Change(before.company_name, billed.company),
        "po_number": Change(before.bill_to.po_number, billed.po_number),
    }
    changes = {field: pair for field, pair in pairs.items() if pair.before != pair.after}
    if not changes:
        return before
    bill_to = replace(before.bill_to, po_number=billed.po_number)
    # What counts a company's places does so for what is paid on invoice.
    key = fold(billed.company) if before.method == "invoice" else before.company_key
    after = replace(before, company_name=billed.company, company_key=key, bill_to=bill_to)
    values: Values = {
        column(Registration.company_name): after.company_name,
        column(Registration.company_key): after.company_key,
        column(Registration.bill_to): vars(bill_to),
        column(Registration.search): _found_by(after),
    }
    _write(session, before, values)
    if "company_name" in changes:
        _follow_company(session, before, billed.company)
    record(session, "registration", before.id, "registration.billing_corrected", by, now, changes)
    return after


def _follow_company(session: Session, before: RegistrationRow, company: str) -> None:
    for place in attendees_of(session, before.id):
        if place.company_name == before.company_name:
            name = person_name(place.first_name, place.last_name, place.email, company, place.code)
            values: Values = {column(Attendee.company_name): company, column(Attendee.search): name.search}
            session.execute(sa.update(table(Attendee)).where(column(Attendee.id) == place.id).values(dict(values)))


def _person_of(place: AttendeeRow, edit: Edit, old_address: str) -> PersonNamed | None:
    """Who has a place after the correction; None when nothing is said of it."""
    named = edit.people.get(place.id)
    own = place.email == old_address and old_address and (named is None or named.email == old_address)
    if edit.contact is None or not own:
        return named
    person = named or PersonNamed(place.first_name, place.last_name, place.email, place.company_name)
    return PersonNamed(person.first_name, person.last_name, edit.contact.email, person.company)


def _correct_place(
    session: Session, attendee_id: uuid.UUID, person: PersonNamed, by: Caller, now: datetime
) -> AttendeeRow:
    before = lock_attendee(session, attendee_id)
    after = rename(session, before, person, same_person=True)
    if after != before:
        changes = differences(before, after)
        record(session, "registration", before.registration_id, "registration.attendee_corrected", by, now, changes)
    return after
