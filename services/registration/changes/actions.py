"""Changes to a registration after it was made: by its contact, by an attendee, or by staff."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit.auth import Caller
from kit.contracts import CreditLine, CreditOrder, SendMessage
from kit.db import new_id
from kit.errors import NotFound
from kit.mailbox import post
from registration.changes.rules import kept_amount, units_given_back
from registration.history.actions import record
from registration.history.rules import Change
from registration.letters import actions as letters_actions
from registration.letters import view as letters
from registration.registrations import actions as registrations_actions
from registration.registrations.actions import attendees_table, codes, lines_table, registrations
from registration.registrations.rules import (
    AttendeeStatus,
    NotInThisState,
    RegistrationStatus,
    Row,
    keep_percent,
    takes_of,
)

STANDING = (RegistrationStatus.HELD, RegistrationStatus.CONFIRMED)


@dataclass(frozen=True)
class Cancelled:
    """What a cancellation did. `credit` is what is credited and `kept` what the rule keeps, in cents before tax."""

    whole: bool
    people: int
    credit: int
    kept: int


def preview(
    session: Session,
    registration_id: uuid.UUID,
    desk: letters.Desk,
    now: datetime,
    leaving: set[uuid.UUID] | None,
    percent: int | None = None,
) -> Cancelled:
    """What `cancel` would do now, without doing it: for the screen that asks to confirm."""
    lines, attendees = (
        registrations_actions.lines_of(session, registration_id),
        registrations_actions.attendees_of(session, registration_id),
    )
    ids = leaving if leaving is not None else {attendee["id"] for attendee in attendees}
    back = units_given_back(lines, attendees, ids)
    kept = keep_percent(desk.offer.activity.cancellation, now) if percent is None else percent
    return _outcome(lines, attendees, ids, back, kept)


def cancel(
    session: Session,
    registration_id: uuid.UUID,
    by: Caller,
    now: datetime,
    desk: letters.Desk,
    attendee_ids: set[uuid.UUID] | None = None,
    percent: int | None = None,
) -> Cancelled:
    """Cancel everything, or some attendees, by the activity's rule (or `percent` kept, when staff decide).

    Places go back, billing credits the lines and refunds what was paid above the new balance, people are told.
    Raises NotFound, NotInThisState unless confirmed, NothingToCancel.
    """
    registration = registrations_actions.locked(session, registration_id)
    if registration is None:
        raise NotFound()
    if registration["status"] != RegistrationStatus.CONFIRMED:
        raise NotInThisState()
    lines, attendees = (
        registrations_actions.lines_of(session, registration_id),
        registrations_actions.attendees_of(session, registration_id),
    )
    leaving = attendee_ids if attendee_ids is not None else {attendee["id"] for attendee in attendees}
    back = units_given_back(lines, attendees, leaving)
    kept = keep_percent(desk.offer.activity.cancellation, now) if percent is None else percent
    outcome = _outcome(lines, attendees, leaving, back, kept)
    gone = [a for a in attendees if a["id"] in leaving and a["status"] == AttendeeStatus.ACTIVE]
    version = _raise_version(session, registration)
    _mark(session, registration, gone, back, outcome.whole, now)
    _credit(session, registration, lines, back, kept, by, now)
    _record_cancel(session, registration, gone, outcome, by, now)
    _tell_cancel(session, registration | {"message_version": version}, gone, outcome, by, desk, now)
    _give_back(session, registration, lines, back)
    return outcome


def _outcome(
    lines: Sequence[Row], attendees: Sequence[Row], leaving: set[Any], back: Mapping[Any, int], percent: int
) -> Cancelled:
    active = [a for a in attendees if a["status"] == AttendeeStatus.ACTIVE]
    gone = [a for a in active if a["id"] in leaving]
    amount = sum(line["unit_amount"] * back.get(line["id"], 0) for line in lines)
    kept = kept_amount(back, lines, percent)
    return Cancelled(len(gone) == len(active), len(gone), amount - kept, kept)


def _mark(
    session: Session, registration: Row, gone: Sequence[Row], back: Mapping[Any, int], whole: bool, now: datetime
) -> None:
    leaving = attendees_table.c.id.in_([attendee["id"] for attendee in gone])
    session.execute(attendees_table.update().where(leaving).values(status=AttendeeStatus.CANCELLED))
    for line_id, units in back.items():
        update = lines_table.update().where(lines_table.c.id == line_id)
        session.execute(update.values(cancelled=lines_table.c.cancelled + units))
    if whole:
        change = {"status": RegistrationStatus.CANCELLED, "ended_at": now}
        session.execute(registrations.update().where(registrations.c.id == registration["id"]).values(change))


def _credit(
    session: Session,
    registration: Row,
    lines: Sequence[Row],
    back: Mapping[Any, int],
    percent: int,
    by: Caller,
    now: datetime,
) -> None:
    """Billing credits what was worth something, unless the rule keeps all of it."""
    credited = tuple(
        CreditLine(key=line["price_key"], quantity=back[line["id"]])
        for line in lines
        if line["id"] in back and line["unit_amount"] > 0
    )
    if credited and percent < 100:
        order = CreditOrder(
            amendment_id=new_id(),
            order_id=registration["id"],
            lines=credited,
            keep_percent=percent,
            reason="cancelled",
            by=by.name,
        )
        post(session, "billing", order, now, registration["id"])


def _give_back(session: Session, registration: Row, lines: Sequence[Row], back: Mapping[Any, int]) -> None:
    """Free resources and code uses: last, because the resource rows are the busy ones."""
    freed = [line | {"quantity": back[line["id"]], "cancelled": 0} for line in lines if line["id"] in back]
    if registration["code_id"] and (units := _code_units(lines, freed)):
        session.execute(codes.update().where(codes.c.id == registration["code_id"]).values(used=codes.c.used - units))
    query = sa.select(registrations_actions.resources.c.key, registrations_actions.resources.c.id)
    ids = {
        r.key: r.id
        for r in session.execute(
            query.where(registrations_actions.resources.c.activity_id == registration["activity_id"])
        )
    }
    registrations_actions.give_back(session, takes_of(freed, ids))


def _code_units(lines: Sequence[Row], freed: Sequence[Row]) -> int:
    opened = any(line["who"] == "code" for line in lines)
    return sum(line["quantity"] for line in freed if line["who"] == "code" or not opened)


def _record_cancel(
    session: Session, registration: Row, gone: Sequence[Row], outcome: Cancelled, by: Caller, now: datetime
) -> None:
    action = "registration.cancelled" if outcome.whole else "registration.attendees_cancelled"
    changes = {
        "people": Change(None, ", ".join(letters.full_name(a) or a["code"] for a in gone)),
        "credit": Change(None, outcome.credit),
        "kept": Change(None, outcome.kept),
    }
    record(session, "registration", registration["id"], action, by, now, changes)


def _tell_cancel(
    session: Session,
    registration: Row,
    gone: Sequence[Row],
    outcome: Cancelled,
    by: Caller,
    desk: letters.Desk,
    now: datetime,
) -> None:
    said: list[SendMessage] = []
    if outcome.whole:
        said.append(letters.cancelled(desk, registration, bool(by.id), outcome.kept))
    for attendee in gone:
        if attendee["email"] and attendee["email"] != registration["contact_email"]:
            said.append(letters.attendee_cancelled(desk, registration, attendee))
    letters_actions.send(session, said, now, registration["id"])


def _raise_version(session: Session, registration: Row) -> int:
    """A new number for the next messages about this registration, so that each is said once."""
    update = registrations.update().where(registrations.c.id == registration["id"])
    raised = update.values(message_version=registrations.c.message_version + 1).returning(
        registrations.c.message_version
    )
    return int(session.execute(raised).scalar_one())
