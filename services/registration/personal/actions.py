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
from registration import letters
from registration.history.actions import record
from registration.personal.rules import is_replacement, kept_amount, units_given_back
from registration.signup import actions as signup
from registration.signup.actions import answers_table, attendees_table, codes, lines_table, registrations
from registration.signup.plan import Row, names, takes_of
from registration.signup.rules import AttendeeStatus, NotInThisState, RegistrationStatus, keep_percent

STANDING = (RegistrationStatus.HELD, RegistrationStatus.CONFIRMED)


@dataclass(frozen=True)
class PersonNamed:
    """Who takes a place."""

    first_name: str
    last_name: str
    email: str
    company: str = ""


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
    lines, attendees = signup.lines_of(session, registration_id), signup.attendees_of(session, registration_id)
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
    registration = signup.locked(session, registration_id)
    if registration is None:
        raise NotFound()
    if registration["status"] != RegistrationStatus.CONFIRMED:
        raise NotInThisState()
    lines, attendees = signup.lines_of(session, registration_id), signup.attendees_of(session, registration_id)
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
    query = sa.select(signup.resources.c.key, signup.resources.c.id)
    ids = {
        r.key: r.id for r in session.execute(query.where(signup.resources.c.activity_id == registration["activity_id"]))
    }
    signup.give_back(session, takes_of(freed, ids))


def _code_units(lines: Sequence[Row], freed: Sequence[Row]) -> int:
    opened = any(line["who"] == "code" for line in lines)
    return sum(line["quantity"] for line in freed if line["who"] == "code" or not opened)


def _record_cancel(
    session: Session, registration: Row, gone: Sequence[Row], outcome: Cancelled, by: Caller, now: datetime
) -> None:
    action = "registration.cancelled" if outcome.whole else "registration.attendees_cancelled"
    changes = {
        "people": (None, ", ".join(letters.full_name(a) or a["code"] for a in gone)),
        "credit": (None, outcome.credit),
        "kept": (None, outcome.kept),
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
    letters.send(session, said, now, registration["id"])


def _raise_version(session: Session, registration: Row) -> int:
    """A new number for the next messages about this registration, so that each is said once."""
    update = registrations.update().where(registrations.c.id == registration["id"])
    raised = update.values(message_version=registrations.c.message_version + 1).returning(
        registrations.c.message_version
    )
    return int(session.execute(raised).scalar_one())


def resend(session: Session, registration_id: uuid.UUID, by: Caller, now: datetime, desk: letters.Desk) -> int:
    """Send the confirmation and every ticket again. Answers how many messages. Raises NotFound, NotInThisState."""
    registration = signup.locked(session, registration_id)
    if registration is None:
        raise NotFound()
    if registration["status"] != RegistrationStatus.CONFIRMED:
        raise NotInThisState()
    version = _raise_version(session, registration)
    lines = signup.lines_of(session, registration_id)
    attendees = [a for a in signup.attendees_of(session, registration_id) if a["status"] == AttendeeStatus.ACTIVE]
    said = letters.confirmed(desk, registration | {"message_version": version}, lines, attendees)
    sent = letters.send(session, said, now, registration_id)
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
    registration = signup.locked(session, found.registration_id)
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
        lines = signup.lines_of(session, registration["id"])
        said.append(letters.ticket(desk, registration, lines, after))
    letters.send(session, said, now, registration["id"])


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
    registration = signup.locked(session, registration_id)
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
