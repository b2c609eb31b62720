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
from registration.registrations.actions import change, end_hold_now, lock_registration, next_messages
from registration.registrations.amended.queries import amendments_of
from registration.registrations.arrears.actions import mark_of
from registration.registrations.counters.actions import give_back
from registration.registrations.models import Attendee, Registration, RegistrationLine
from registration.registrations.queries import add_ons_of, attendees_of, lines_of, registration_by_id
from registration.registrations.rules import AttendeeStatus, NotInThisState, RegistrationStatus
from registration.registrations.rules_rows import AttendeeRow, LineRow, RegistrationRow
from registration.registrations.tallies.actions import counting


@dataclass(frozen=True)
class Cancelled:
    """What a cancellation does. `credit` is what is credited and `kept` what the rule keeps, in cents before tax;
    `question` asks billing what that comes to (None: there is nothing to credit), `others` the same of amendments."""

    whole: bool
    people: int
    credit: int
    kept: int
    question: CreditQuestion | None = None
    others: tuple[tuple[uuid.UUID, CreditQuestion], ...] = ()

    def with_amendment(self, amendment: "_Cancellation") -> "Cancelled":
        """With what goes of an amendment too, which is an order of its own."""
        more = amendment.outcome
        asked = ((amendment.registration.id, more.question),) if more.question else ()
        return replace(
            self,
            people=self.people + more.people,
            credit=self.credit + more.credit,
            kept=self.kept + more.kept,
            others=(*self.others, *asked),
        )


@dataclass(frozen=True)
class _Cancellation:
    """Who leaves, the units of each line that nobody is left to use, and how many people stay."""

    registration: RegistrationRow
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
    session: Session, registration: RegistrationRow, leaving: Collection[uuid.UUID] | None, percent: int
) -> _Cancellation:
    """Raises NothingToCancel when no active attendee leaves.

    An amendment that brings nobody is of options, for people of the registration it amends: they stay theirs.
    """
    lines, own = lines_of(session, registration.id), attendees_of(session, registration.id)
    attendees = own or (attendees_of(session, registration.amends_id) if registration.amends_id else [])
    add_ons = add_ons_of(session, registration.id, lines)
    active = [attendee for attendee in attendees if attendee.status is AttendeeStatus.ACTIVE]
    gone = [attendee for attendee in active if leaving is None or attendee.id in leaving]
    units = units_given_back(lines, attendees, add_ons, {attendee.id for attendee in gone})
    amount = sum(line.unit_amount * units.get(line.id, 0) for line in lines)
    kept = kept_amount(units, lines, percent)
    question = _question(lines, units, percent)
    whole = len(gone) == len(active) if own else all(units.get(line.id, 0) == line.standing for line in lines)
    outcome = Cancelled(whole, len(gone) if own else 0, amount - kept, kept, question)
    staying = len(active) - len(gone) if own else 0
    return _Cancellation(registration, lines, gone if own else (), units, staying, outcome)


def _amendments(
    session: Session,
    cancelled: _Cancellation,
    standing: Sequence[RegistrationRow],
    leaving: Collection[uuid.UUID] | None,
    percent: int,
) -> list[_Cancellation]:
    """What goes of the amendments that are `standing`: everything with the whole registration, else the options of who
    leaves. Read before anything is written."""
    gone = None if cancelled.outcome.whole else leaving
    goes = []
    for amendment in standing:
        brings = bool(attendees_of(session, amendment.id))
        if amendment.status is RegistrationStatus.CONFIRMED and not (brings and gone is not None):
            one = _cancellation(session, amendment, gone, percent)
            goes += [one] if one.units else []
    return goes


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
    kept = _percent(context, now, percent)
    cancellation = _cancellation(session, registration_by_id(session, registration_id), leaving, kept)
    outcome = cancellation.outcome
    standing = amendments_of(session, registration_id)
    for amendment in _amendments(session, cancellation, standing, leaving, kept):
        outcome = outcome.with_amendment(amendment)
    return outcome


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
    every = _all_of_it(session, registration, leaving, _percent(context, now, percent), by, now)
    locked = _held_fast(session, registration, every)
    with counting(session, locked):
        for row, one in zip(locked, every, strict=True):
            mine = next_messages(session, row)
            letters_actions.send(session, _letters(context, mine, one, by), now, mine.id)
            _carry_out(session, mine, one, by, now)
        outcome = _summed(session, every)
    mark_of(session, locked)
    return outcome


def cancel_told(session: Session, registration_id: uuid.UUID, by: Caller, now: datetime, percent: int) -> Cancelled:
    """Cancel everything in the same way, of people who were told already that the activity does not take place."""
    registration = _locked(session, registration_id)
    every = _all_of_it(session, registration, None, percent, by, now)
    locked = _held_fast(session, registration, every)
    with counting(session, locked):
        for row, one in zip(locked, every, strict=True):
            _carry_out(session, row, one, by, now)
        outcome = _summed(session, every)
    mark_of(session, locked)
    return outcome


def _locked(session: Session, registration_id: uuid.UUID) -> RegistrationRow:
    registration = lock_registration(session, registration_id)
    if registration.status is not RegistrationStatus.CONFIRMED:
        raise NotInThisState()
    return registration


def _carry_out(
    session: Session, registration: RegistrationRow, cancellation: _Cancellation, by: Caller, now: datetime
) -> None:
    """Everything but the places, which go back last: their rows are the busy ones."""
    _mark(session, registration, cancellation, now)
    _credit(session, registration, cancellation, by, now)
    _record(session, registration, cancellation, by, now)


def _all_of_it(
    session: Session,
    registration: RegistrationRow,
    leaving: Collection[uuid.UUID] | None,
    percent: int,
    by: Caller,
    now: datetime,
) -> list[_Cancellation]:
    """What goes of a locked registration, then of its amendments; the holds of those that wait end with the whole."""
    cancellation = _cancellation(session, registration, leaving, percent)
    standing = amendments_of(session, registration.id)
    for held in standing:
        if cancellation.outcome.whole and held.status is RegistrationStatus.HELD:
            end_hold_now(session, held.id, by, now)
    return [cancellation, *_amendments(session, cancellation, standing, leaving, percent)]


def _held_fast(session: Session, first: RegistrationRow, every: Sequence[_Cancellation]) -> list[RegistrationRow]:
    """The rows that are cancelled, locked; the first is already."""
    return [first, *(_locked(session, one.registration.id) for one in every[1:])]


def _summed(session: Session, every: Sequence[_Cancellation]) -> Cancelled:
    """The places given back, and what all of it comes to."""
    outcome = every[0].outcome
    for amendment in every[1:]:
        outcome = outcome.with_amendment(amendment)
    for one in every:
        give_back(session, one.registration, one.freed)
    return outcome


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
    if registration.amends_id and not cancellation.leaving:
        return []
    if outcome.whole:
        messages = [cancellation_letter(context, registration, bool(by.id), outcome.kept)]
    else:
        gone = PlacesGone(bool(by.id), cancellation.staying, outcome.kept, outcome.credit)
        messages = [places_cancelled(context, registration, cancellation.leaving, gone)]
    for attendee in cancellation.leaving:
        if attendee.email and attendee.email != registration.contact_email:
            messages.append(attendee_cancelled(context, registration, attendee))
    return messages
