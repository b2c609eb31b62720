"""Cancelling a registration after it was made, whole or in part: by its contact or by staff."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import CreditLine, CreditOrder, CreditQuestion, SendMessage
from kit.contracts.callers import Caller
from kit.db import new_id
from kit.mailbox import post
from kit.sql import Values, column, table
from registration.catalog.offers.rules_activity import keep_percent
from registration.changes.rules import kept_amount, units_given_back
from registration.history.actions import record
from registration.history.rules import Change
from registration.letters import actions as letters_actions
from registration.letters import view as letters_view
from registration.letters.view_registrations import (
    PlacesGone,
    attendee_cancelled,
    cancellation_letter,
    places_cancelled,
)
from registration.registrations.actions import change, lock_registration, next_messages
from registration.registrations.counters.actions import give_back
from registration.registrations.models import Attendee, Registration, RegistrationLine
from registration.registrations.queries import add_ons_of, attendees_of, lines_of
from registration.registrations.rules import AttendeeStatus, NotInThisState, RegistrationStatus
from registration.registrations.rules_rows import AttendeeRow, LineRow, RegistrationRow


@dataclass(frozen=True)
class Cancelled:
    """What a cancellation does. `credit` is what is credited and `kept` what the rule keeps, in cents before tax;
    `question` asks billing what that comes to (None: there is nothing to credit)."""

    whole: bool
    people: int
    credit: int
    kept: int
    question: CreditQuestion | None = None


@dataclass(frozen=True)
class _Cancellation:
    """Who leaves, the units of each line that nobody is left to use, and how many people stay."""

    lines: Sequence[LineRow]
    leaving: Sequence[AttendeeRow]
    units: Mapping[uuid.UUID, int]
    staying: int
    outcome: Cancelled

    @property
    def freed(self) -> list[LineRow]:
        """The lines with the units that go back, and no other."""
        return [replace(line, quantity=self.units.get(line.id, 0), cancelled=0) for line in self.lines]


def _cancellation(
    session: Session, registration_id: uuid.UUID, leaving: Collection[uuid.UUID] | None, percent: int
) -> _Cancellation:
    """Raises NothingToCancel when no active attendee leaves."""
    lines, attendees = lines_of(session, registration_id), attendees_of(session, registration_id)
    add_ons = add_ons_of(session, registration_id, lines)
    active = [attendee for attendee in attendees if attendee.status is AttendeeStatus.ACTIVE]
    gone = [attendee for attendee in active if leaving is None or attendee.id in leaving]
    units = units_given_back(lines, attendees, add_ons, {attendee.id for attendee in gone})
    amount = sum(line.unit_amount * units.get(line.id, 0) for line in lines)
    kept = kept_amount(units, lines, percent)
    question = _question(lines, units, percent)
    outcome = Cancelled(len(gone) == len(active), len(gone), amount - kept, kept, question)
    return _Cancellation(lines, gone, units, len(active) - len(gone), outcome)


def _question(lines: Sequence[LineRow], units: Mapping[uuid.UUID, int], percent: int) -> CreditQuestion | None:
    """What is worth something is credited, unless the rule keeps all of it."""
    credits = tuple(
        CreditLine(key=line.price_key, quantity=units[line.id])
        for line in lines
        if line.id in units and line.unit_amount > 0
    )
    return CreditQuestion(lines=credits, keep_percent=percent) if credits and percent < 100 else None


def _percent(context: letters_view.LetterContext, now: datetime, decided: int | None) -> int:
    """The part that is kept: by the activity's rule, unless staff decided."""
    return keep_percent(context.offer.activity.cancellation, now) if decided is None else decided


def preview(
    session: Session,
    registration_id: uuid.UUID,
    context: letters_view.LetterContext,
    now: datetime,
    leaving: Collection[uuid.UUID] | None,
    percent: int | None = None,
) -> Cancelled:
    """What `cancel` would do now, without doing it: for the screen that asks to confirm."""
    return _cancellation(session, registration_id, leaving, _percent(context, now, percent)).outcome


def cancel(
    session: Session,
    registration_id: uuid.UUID,
    by: Caller,
    now: datetime,
    context: letters_view.LetterContext,
    leaving: Collection[uuid.UUID] | None = None,
    percent: int | None = None,
) -> Cancelled:
    """Cancel everything, or some attendees, by the activity's rule (or `percent` kept, when staff decide).

    Places go back, billing credits the lines and refunds what was paid above the new balance, people are told.
    Raises NotFound, NotInThisState unless confirmed, NothingToCancel.
    """
    registration = _locked(session, registration_id)
    cancellation = _cancellation(session, registration_id, leaving, _percent(context, now, percent))
    registration = next_messages(session, registration)
    letters_actions.send(session, _letters(context, registration, cancellation, by), now, registration.id)
    return _carry_out(session, registration, cancellation, by, now)


def cancel_told(session: Session, registration_id: uuid.UUID, by: Caller, now: datetime, percent: int) -> Cancelled:
    """Cancel everything in the same way, of people who were told already that the activity does not take place."""
    registration = _locked(session, registration_id)
    return _carry_out(session, registration, _cancellation(session, registration_id, None, percent), by, now)


def _locked(session: Session, registration_id: uuid.UUID) -> RegistrationRow:
    registration = lock_registration(session, registration_id)
    if registration.status is not RegistrationStatus.CONFIRMED:
        raise NotInThisState()
    return registration


def _carry_out(
    session: Session, registration: RegistrationRow, cancellation: _Cancellation, by: Caller, now: datetime
) -> Cancelled:
    """Places go back last: their rows are the busy ones."""
    _mark(session, registration, cancellation, now)
    _credit(session, registration, cancellation, by, now)
    _record(session, registration, cancellation, by, now)
    give_back(session, registration, cancellation.freed)
    return cancellation.outcome


def _mark(session: Session, registration: RegistrationRow, cancellation: _Cancellation, now: datetime) -> None:
    leaving = column(Attendee.id).in_([attendee.id for attendee in cancellation.leaving])
    session.execute(
        sa.update(table(Attendee)).where(leaving).values({column(Attendee.status): AttendeeStatus.CANCELLED})
    )
    cancelled = column(RegistrationLine.cancelled)
    for line_id, units in cancellation.units.items():
        update = sa.update(table(RegistrationLine)).where(column(RegistrationLine.id) == line_id)
        session.execute(update.values({cancelled: cancelled + units}))
    if cancellation.outcome.whole:
        ended: Values = {column(Registration.status): RegistrationStatus.CANCELLED, column(Registration.ended_at): now}
        change(session, registration, ended)


def _credit(
    session: Session, registration: RegistrationRow, cancellation: _Cancellation, by: Caller, now: datetime
) -> None:
    if question := cancellation.outcome.question:
        order = CreditOrder(
            amendment_id=new_id(),
            order_id=registration.id,
            lines=question.lines,
            keep_percent=question.keep_percent,
            reason="cancelled",
            by=by.name,
        )
        post(session, "billing", order, now, registration.id)


def _record(
    session: Session, registration: RegistrationRow, cancellation: _Cancellation, by: Caller, now: datetime
) -> None:
    outcome = cancellation.outcome
    action = "registration.cancelled" if outcome.whole else "registration.attendees_cancelled"
    changes = {
        "people": Change(None, ", ".join(attendee.full_name or attendee.code for attendee in cancellation.leaving)),
        "credit": Change(None, outcome.credit),
        "kept": Change(None, outcome.kept),
    }
    record(session, "registration", registration.id, action, by, now, changes)


def _letters(
    context: letters_view.LetterContext, registration: RegistrationRow, cancellation: _Cancellation, by: Caller
) -> list[SendMessage]:
    outcome = cancellation.outcome
    if outcome.whole:
        messages = [cancellation_letter(context, registration, bool(by.id), outcome.kept)]
    else:
        gone = PlacesGone(bool(by.id), cancellation.staying, outcome.kept, outcome.credit)
        messages = [places_cancelled(context, registration, cancellation.leaving, gone)]
    for attendee in cancellation.leaving:
        if attendee.email and attendee.email != registration.contact_email:
            messages.append(attendee_cancelled(context, registration, attendee))
    return messages
