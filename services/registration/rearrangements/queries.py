"""Rearrangements of activities: how far each is, what each registration chose, what is at stake before."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import NotFound, Refusal
from kit.sql import column, table
from registration.rearrangements.models import Rearrangement, RearrangementChoice
from registration.rearrangements.rules import Answer, ChoiceRow, ChoiceState, RearrangementRow, refuse_closed
from registration.registrations.models import Attendee, Registration
from registration.registrations.rules import AttendeeStatus, RegistrationStatus

CONFIRMED = column(Registration.status) == RegistrationStatus.CONFIRMED
OF = column(RearrangementChoice.rearrangement_id)
STATE, ANSWER = column(RearrangementChoice.state), column(RearrangementChoice.answer)
CHOICE = [column(getattr(RearrangementChoice, name)) for name in ChoiceRow.__dataclass_fields__]
IN_FORCE = column(Rearrangement.undone_at).is_(None)


@dataclass(frozen=True)
class Stakes:
    """What a rearrangement reaches, as registrations stand: confirmed ones and their people, those on their way to a
    payment; and what refunding all of it would return, in cents with taxes: to cards, by hand, and what is owed."""

    registrations: int
    people: int
    held: int
    card: int
    by_hand: int
    unpaid: int


@dataclass(frozen=True)
class Tally:
    """How far a rearrangement is, in registrations that stand or stood in it."""

    kept: int = 0
    refunded: int = 0
    undecided: int = 0
    waiting: int = 0
    refused: int = 0


@dataclass(frozen=True)
class ChoiceLine:
    """One registration of a rearrangement, with what staff know it by."""

    choice: ChoiceRow
    code: str
    contact: str
    company: str
    people: int
    status: RegistrationStatus


def stakes(session: Session, activity_id: uuid.UUID) -> Stakes:
    """In two reads."""
    mine = column(Registration.activity_id) == activity_id
    paid = column(Registration.received) - column(Registration.refunded)
    card, held = column(Registration.paid_by) == "card", column(Registration.status) == RegistrationStatus.HELD

    def total(amount: sa.ColumnElement[int], *which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(amount).filter(CONFIRMED, *which), 0)

    sums = sa.select(
        sa.func.count().filter(CONFIRMED),
        sa.func.count().filter(held),
        total(paid, card),
        total(paid, sa.not_(card)),
        total(column(Registration.balance)),
    ).where(mine)
    confirmed, waiting, by_card, by_hand, unpaid = session.execute(sums).one()
    people = (
        sa.select(sa.func.count())
        .select_from(table(Attendee))
        .join(table(Registration), column(Registration.id) == column(Attendee.registration_id))
        .where(mine, CONFIRMED, column(Attendee.status) == AttendeeStatus.ACTIVE)
    )
    amounts = (int(by_card), int(by_hand), int(unpaid))
    return Stakes(confirmed, session.execute(people).scalar_one(), waiting, *amounts)


def rearrangement_of(session: Session, rearrangement_id: uuid.UUID) -> RearrangementRow:
    """Raises NotFound."""
    query = sa.select(table(Rearrangement)).where(column(Rearrangement.id) == rearrangement_id)
    row = session.execute(query).mappings().first()
    if row is None:
        raise NotFound()
    return RearrangementRow(**row)


def rearrangements_of(session: Session, activity_id: uuid.UUID) -> list[RearrangementRow]:
    """Those of an activity, the last one first."""
    query = sa.select(table(Rearrangement)).where(column(Rearrangement.activity_id) == activity_id)
    newest = query.order_by(column(Rearrangement.created_at).desc(), column(Rearrangement.id).desc())
    return [RearrangementRow(**row) for row in session.execute(newest).mappings()]


def last_of(session: Session, activity_id: uuid.UUID, but: uuid.UUID | None = None) -> RearrangementRow | None:
    """The one that is in force, `but` one; None when the activity stands as it was agreed."""
    rows = rearrangements_of(session, activity_id)
    return next((row for row in rows if row.undone_at is None and row.id != but), None)


def choice_of(session: Session, registration_id: uuid.UUID) -> tuple[RearrangementRow, ChoiceRow] | None:
    """What is asked of a registration now, and by which rearrangement; None when nothing is, or was."""
    query = (
        sa.select(*CHOICE)
        .join(table(Rearrangement), column(Rearrangement.id) == OF)
        .where(column(RearrangementChoice.registration_id) == registration_id, IN_FORCE, STATE != ChoiceState.REPLACED)
        .order_by(column(Rearrangement.created_at).desc())
        .limit(1)
    )
    row = session.execute(query).mappings().first()
    if row is None:
        return None
    choice = ChoiceRow(**row)
    return rearrangement_of(session, choice.rearrangement_id), choice


def open_choice(session: Session, registration_id: uuid.UUID, now: datetime) -> ChoiceRow | None:
    """What a registration may choose or change now; None when nothing is open."""
    found = choice_of(session, registration_id)
    try:
        refuse_closed(found[1] if found else None, found[0].decide_until if found else None, now)
    except Refusal:
        return None
    return found[1] if found else None


def tally(session: Session, rearrangement_id: uuid.UUID) -> Tally:
    """In one read. What waits for a payment, or was given back meanwhile, waits for nothing here."""
    status = column(Registration.status)
    query = (
        sa.select(STATE, ANSWER, status, sa.func.count())
        .join(table(Registration), column(Registration.id) == column(RearrangementChoice.registration_id))
        .where(OF == rearrangement_id)
        .group_by(STATE, ANSWER, status)
    )
    counts: dict[str, int] = {}
    for state, answer, standing, count in session.execute(query):
        name = _counted(ChoiceState(state), answer, standing == RegistrationStatus.CONFIRMED)
        counts[name] = counts.get(name, 0) + count
    counts.pop("", None)
    return Tally(**counts)


def _counted(state: ChoiceState, answer: Answer | None, confirmed: bool) -> str:
    if state is ChoiceState.DONE:
        return "refunded" if answer == Answer.REFUND else "kept"
    if state is ChoiceState.REFUSED:
        return "refused"
    if state is ChoiceState.REPLACED or not confirmed:
        return ""
    if state is ChoiceState.READY:
        return "waiting"
    return "kept" if answer == Answer.KEEP else "undecided"


# Which choices a narrowed list shows.
SHOWN: dict[str, sa.ColumnElement[bool]] = {
    "kept": sa.and_(ANSWER == Answer.KEEP, STATE.in_([ChoiceState.ASKED, ChoiceState.DONE])),
    "refunded": sa.and_(ANSWER == Answer.REFUND, STATE == ChoiceState.DONE),
    "undecided": sa.and_(STATE == ChoiceState.ASKED, ANSWER.is_(None), CONFIRMED),
    "refused": STATE == ChoiceState.REFUSED,
}


def choices(session: Session, rearrangement_id: uuid.UUID, show: str, most: int) -> list[ChoiceLine]:
    """The first of its registrations in two reads, narrowed to what they chose (empty: all), by their signups."""
    people = (
        sa.select(column(Attendee.registration_id), sa.func.count().label("people"))
        .where(column(Attendee.status) == AttendeeStatus.ACTIVE)
        .group_by(column(Attendee.registration_id))
        .subquery()
    )
    query = (
        sa.select(
            *CHOICE,
            column(Registration.code),
            column(Registration.contact_first),
            column(Registration.contact_last),
            column(Registration.company_name),
            column(Registration.status),
            sa.func.coalesce(people.c.people, 0),
        )
        .join(table(Registration), column(Registration.id) == column(RearrangementChoice.registration_id))
        .join(people, people.c.registration_id == column(Registration.id), isouter=True)
        .where(OF == rearrangement_id, STATE != ChoiceState.REPLACED, SHOWN.get(show, sa.true()))
        .order_by(column(Registration.created_at), column(Registration.id))
        .limit(most)
    )
    lines = []
    for row in session.execute(query):
        values = tuple(row)
        choice, (code, first, last, company, status, count) = ChoiceRow(*values[: len(CHOICE)]), values[len(CHOICE) :]
        lines.append(ChoiceLine(choice, code, f"{first} {last}", company, count, RegistrationStatus(status)))
    return lines


def still_confirmed() -> sa.ColumnElement[bool]:
    """The registration of a choice is confirmed."""
    mine = column(Registration.id) == column(RearrangementChoice.registration_id)
    return sa.exists(sa.select(sa.literal(1)).select_from(table(Registration)).where(mine, CONFIRMED))


def ready(rearrangement_id: uuid.UUID | None = None) -> list[sa.ColumnElement[bool]]:
    """Registrations whose turn has come, of one rearrangement or of all. What waits for its payment has no turn: paid
    after all, it gets one."""
    waits = [STATE == ChoiceState.READY, still_confirmed()]
    return waits if rearrangement_id is None else [*waits, OF == rearrangement_id]


def ended(now: datetime) -> sa.ColumnElement[bool]:
    """What is asked, and by whose day was to be answered."""
    over = sa.select(column(Rearrangement.id)).where(IN_FORCE, column(Rearrangement.decide_until) < now)
    return sa.and_(STATE == ChoiceState.ASKED, OF.in_(over))


def is_work(session: Session, now: datetime) -> bool:
    """Whether there is anything to do, now or soon."""
    query = sa.select(column(RearrangementChoice.id)).where(sa.or_(ended(now), sa.and_(*ready()))).limit(1)
    return session.execute(query).first() is not None
