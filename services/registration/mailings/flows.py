"""The letters of a mailing leave one by one: claimed first, then written and handed over in one transaction with the
mark on their row. A process that dies in between leaves a claim that ends, and each letter leaves once."""

import logging
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import Busy
from kit.lease import Patience, claim, is_due, move
from kit.sql import Values, column
from registration.catalog.calendars.queries import withdrawn_of
from registration.letters.actions import send
from registration.letters.flows import letter_context
from registration.mailings import actions, view
from registration.mailings.models import MailingRecipient
from registration.mailings.queries import candidates, is_ready, mailing_of, ready
from registration.mailings.rules import (
    GIVEN_UP,
    MOST_TRIES,
    NoAddressOfYours,
    NothingToSend,
    Occasion,
    RecipientState,
    SaidOtherwise,
    Skipped,
    recipients,
)
from registration.registrations.queries import attendee as attendee_by_id
from registration.registrations.queries import registration_by_id
from registration.registrations.rules import AttendeeStatus, RegistrationStatus
from registration.registrations.rules_rows import AttendeeRow, RegistrationRow
from registration.staff.queries import address_of

if TYPE_CHECKING:
    from registration.service import RegistrationService

LEASE = timedelta(seconds=30)
PATIENCE = Patience(base=1, longest=60)
# How many letters one turn of the worker claims before it looks up.
TURN = 50
# How many leave while whoever confirmed waits for the page.
AT_ONCE = 5
log = logging.getLogger("guichet.mailings")


def confirm(here: "RegistrationService", session: Session, mailing_id: uuid.UUID, by: Caller, seen: str = "") -> bool:
    """Confirm it in this transaction; whether it was not before. `seen` is the mark of what was looked at; empty:
    whatever it says. Raises NotFound, NothingToSend, SaidOtherwise."""
    mailing = mailing_of(session, mailing_id)
    people = candidates(session, mailing.activity_id, mailing.readers)
    if mailing.confirmed_at is None and not recipients(people, mailing.choice):
        raise NothingToSend()
    first = actions.confirm(session, mailing_id, by, here.clock())
    # Nobody says it differently any more: what is read now is what leaves.
    if first and seen and mailing_of(session, mailing_id).mark != seen:
        raise SaidOtherwise()
    return first


def begin(here: "RegistrationService", mailing_id: uuid.UUID) -> None:
    """Send the first few. What cannot leave now is for the worker."""
    try:
        work(here, mailing_id, AT_ONCE)
    except Busy:
        return


def send_test(here: "RegistrationService", session: Session, mailing_id: uuid.UUID, by: Caller) -> str:
    """Send it to the member of staff who asks, in each language that it is written in, with the activity's public page
    in place of a reader's own; the address it goes to. Raises NotFound, NoAddressOfYours."""
    mailing, email = mailing_of(session, mailing_id), address_of(session, by)
    if not email:
        raise NoAddressOfYours()
    context = letter_context(here, here.offer(session, mailing.activity_id))
    letters = view.test_letters(context, mailing, email, by.name, new_id)
    send(session, letters, here.clock(), mailing.activity_id)
    return email


def work(here: "RegistrationService", mailing_id: uuid.UUID | None = None, most: int = TURN) -> bool:
    """Send what waits, of one mailing or of all, up to so many letters; True when there may be more."""
    with here.db.read() as session:
        if not is_ready(session, mailing_id):
            return False
    now = here.clock()
    due = (*ready(mailing_id), is_due(MailingRecipient.due_at, now, PATIENCE.horizon))
    with here.db.write() as session:
        claimed = claim(session, MailingRecipient, *due, until=now + LEASE, most=most)
    for recipient in claimed:
        _send_one(here, recipient)
    return len(claimed) == most


def _send_one(here: "RegistrationService", recipient: MailingRecipient) -> None:
    """One letter. Whatever fails it is tried again when the claim ends, a few times; the others leave meanwhile."""
    try:
        with here.db.write() as session:
            if recipient.attempts > MOST_TRIES:
                _move(session, recipient, RecipientState.FAILED, GIVEN_UP)
            else:
                _write(here, session, recipient)
    except Busy:
        raise
    except Exception:
        log.exception("letter of a mailing not written", extra={"recipient": str(recipient.id)})


def _write(here: "RegistrationService", session: Session, recipient: MailingRecipient) -> None:
    registration = registration_by_id(session, recipient.registration_id)
    attendee = attendee_by_id(session, recipient.attendee_id) if recipient.attendee_id else None
    mailing = mailing_of(session, recipient.mailing_id)
    skipped = _skips(registration, attendee)
    if skipped:
        _move(session, recipient, RecipientState.SKIPPED, skipped)
    elif _move(session, recipient, RecipientState.SENT):
        context = letter_context(here, here.offer(session, mailing.activity_id))
        reader = view.reader_of(context, registration, attendee)
        moves = mailing.occasion is not Occasion.WRITTEN
        gone = withdrawn_of(session, mailing.activity_id) if moves else []
        letter = view.letter(context, mailing, reader, recipient.id, gone)
        send(session, [letter], here.clock(), registration.id)


def _skips(registration: RegistrationRow, attendee: AttendeeRow | None) -> str:
    """Why nobody is written to any more; empty: somebody is."""
    gone = attendee is not None and attendee.status is AttendeeStatus.CANCELLED
    if registration.status is not RegistrationStatus.CONFIRMED or gone:
        return Skipped.CANCELLED
    email = attendee.email if attendee else registration.contact_email
    if not email:
        return Skipped.NO_ADDRESS
    if attendee and email.lower() == registration.contact_email.lower():
        return Skipped.CONTACT_HAS_IT
    return ""


def _move(session: Session, recipient: MailingRecipient, state: RecipientState, why: str = "") -> bool:
    """Whether the claim still held."""
    moved: Values = {column(MailingRecipient.state): state, column(MailingRecipient.why): why}
    return move(session, recipient, moved, *ready(None))
