"""One registration, whole: for its contact's page, an attendee's page, staff, and whoever changes it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import NotFound
from kit.sql import column, table
from registration.catalog.offers.rules import Offer
from registration.catalog.queries import KnownOffers
from registration.registrations.models import AddOnShare, Answer, Attendee, Registration, RegistrationLine
from registration.registrations.models_rows import add_on_row, answer_row, attendee_row, line_row, registration_row
from registration.registrations.rules import AttendeeStatus
from registration.registrations.rules_add_ons import AddOnRow, Bought
from registration.registrations.rules_answers import AnswerRow, AnswerValue
from registration.registrations.rules_rows import AttendeeRow, LineRow, RegistrationRow

# Built once: what is fixed of a statement costs more to build than to run.
REGISTRATION = sa.select(table(Registration)).where(column(Registration.id) == sa.bindparam("of"))
LINES = (
    sa.select(table(RegistrationLine))
    .where(column(RegistrationLine.registration_id) == sa.bindparam("of"))
    .order_by(column(RegistrationLine.position))
)
ATTENDEES = (
    sa.select(table(Attendee))
    .where(column(Attendee.registration_id) == sa.bindparam("of"))
    .order_by(column(Attendee.position))
)
ATTENDEE = sa.select(table(Attendee)).where(column(Attendee.id) == sa.bindparam("of"))
ADD_ONS = sa.select(table(AddOnShare)).where(column(AddOnShare.registration_id) == sa.bindparam("of"))
ANSWERS = sa.select(table(Answer)).where(column(Answer.registration_id) == sa.bindparam("of"))
Answers = Mapping[uuid.UUID, AnswerValue]


@dataclass(frozen=True)
class Whole:
    """A registration with its lines, people and answers. `answers` maps an attendee's id (None: the registration's)
    to question id to value; those in `sealed` are opened for whoever needs to know; those in `erased` are gone."""

    registration: RegistrationRow
    offer: Offer
    lines: tuple[LineRow, ...]
    attendees: tuple[AttendeeRow, ...]
    answers: Mapping[uuid.UUID | None, Answers]
    add_ons: tuple[AddOnRow, ...] = ()
    sealed: tuple[AnswerRow, ...] = ()
    erased: frozenset[tuple[uuid.UUID | None, uuid.UUID]] = frozenset()

    @property
    def active(self) -> list[AttendeeRow]:
        return [attendee for attendee in self.attendees if attendee.status is AttendeeStatus.ACTIVE]

    def line_of(self, attendee: AttendeeRow) -> LineRow:
        return next(line for line in self.lines if line.id == attendee.line_id)

    @property
    def bought(self) -> Bought:
        return Bought(self.lines, self.add_ons)

    def sealed_of(self, attendee: AttendeeRow | None) -> set[uuid.UUID]:
        """The questions of one attendee (or of the registration) whose answers are sealed."""
        return {row.question_id for row in self.sealed if row.attendee_id == (attendee.id if attendee else None)}

    def answers_of(self, attendee: AttendeeRow | None) -> Answers:
        """What one attendee answered, or (without one) what was answered for the whole registration."""
        return self.answers.get(attendee.id if attendee else None, {})


def registration_by_id(session: Session, registration_id: uuid.UUID) -> RegistrationRow:
    """The registration. Raises NotFound."""
    row = session.execute(REGISTRATION, {"of": registration_id}).first()
    if row is None:
        raise NotFound()
    return registration_row(row)


def lines_of(session: Session, registration_id: uuid.UUID) -> list[LineRow]:
    """What a registration takes, in the order of its form."""
    return [line_row(row) for row in session.execute(LINES, {"of": registration_id})]


def attendees_of(session: Session, registration_id: uuid.UUID) -> list[AttendeeRow]:
    """A registration's places, cancelled ones too, in the order of its form."""
    return [attendee_row(row) for row in session.execute(ATTENDEES, {"of": registration_id})]


def add_ons_of(session: Session, registration_id: uuid.UUID, lines: Sequence[LineRow]) -> list[AddOnRow]:
    """Whom the add-ons among these lines are for; nothing is read when none of them is one."""
    if all(line.attendees for line in lines):
        return []
    return [add_on_row(row) for row in session.execute(ADD_ONS, {"of": registration_id})]


def bought(session: Session, registration_id: uuid.UUID) -> Bought:
    """What a registration takes, and whom it is for."""
    lines = lines_of(session, registration_id)
    return Bought(lines, add_ons_of(session, registration_id, lines))


def whole_registration(session: Session, registration_id: uuid.UUID, known: KnownOffers) -> Whole:
    """Everything about one registration, in five or six reads once the offer is known. Raises NotFound."""
    registration = registration_by_id(session, registration_id)
    offer = known.read(session, registration.activity_id)
    if offer is None:
        raise NotFound()
    answers: dict[uuid.UUID | None, dict[uuid.UUID, AnswerValue]] = {}
    rows = [answer_row(row) for row in session.execute(ANSWERS, {"of": registration_id})]
    for row in rows:
        if row.key_id is None and row.value is not None:
            answers.setdefault(row.attendee_id, {})[row.question_id] = row.value
    lines, attendees = lines_of(session, registration_id), attendees_of(session, registration_id)
    sealed = tuple(row for row in rows if row.key_id)
    erased = frozenset((row.attendee_id, row.question_id) for row in rows if row.value is None)
    add_ons = tuple(add_ons_of(session, registration_id, lines))
    return Whole(registration, offer, tuple(lines), tuple(attendees), answers, add_ons, sealed, erased)


def attendee(session: Session, attendee_id: uuid.UUID) -> AttendeeRow:
    """One attendee. Raises NotFound."""
    row = session.execute(ATTENDEE, {"of": attendee_id}).first()
    if row is None:
        raise NotFound()
    return attendee_row(row)


def place(session: Session, attendee_id: uuid.UUID, known: KnownOffers) -> tuple[Whole, AttendeeRow]:
    """A place and its registration. Raises NotFound."""
    row = attendee(session, attendee_id)
    return whole_registration(session, row.registration_id, known), row
