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
from registration.registrations.rules import AttendeeStatus, RegistrationStatus
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
# One statement for both: a registration's own lines, and the options among its confirmed amendments.
LINES_AND_ADDED = sa.union_all(
    sa.select(table(RegistrationLine)).where(column(RegistrationLine.registration_id) == sa.bindparam("of")),
    sa.select(table(RegistrationLine))
    .join(table(Registration), column(Registration.id) == column(RegistrationLine.registration_id))
    .where(column(Registration.amends_id) == sa.bindparam("of"))
    .where(column(Registration.status) == RegistrationStatus.CONFIRMED, column(RegistrationLine.attendees) == 0),
)
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
    added: Bought | None = None

    @property
    def active(self) -> list[AttendeeRow]:
        return [attendee for attendee in self.attendees if attendee.status is AttendeeStatus.ACTIVE]

    def line_of(self, attendee: AttendeeRow) -> LineRow:
        return next(line for line in self.lines if line.id == attendee.line_id)

    @property
    def bought(self) -> Bought:
        return Bought(self.lines, self.add_ons, self.added)

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


def in_this_order(session: Session, ids: Sequence[uuid.UUID]) -> list[RegistrationRow]:
    """Registrations by their ids, in this order; an id that is of something else is left out."""
    query = sa.select(table(Registration)).where(column(Registration.id).in_(ids))
    known = {row.id: registration_row(row) for row in session.execute(query)} if ids else {}
    return [known[one] for one in ids if one in known]


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
    """What a registration takes, whom it is for, and the options that were added for its people."""
    rows = [line_row(row) for row in session.execute(LINES_AND_ADDED, {"of": registration_id})]
    rows.sort(key=lambda line: line.position)
    own = [line for line in rows if line.registration_id == registration_id]
    options = [line for line in rows if line.registration_id != registration_id]
    return Bought(own, add_ons_of(session, registration_id, own), _added(session, options))


def _added(session: Session, options: Sequence[LineRow]) -> Bought | None:
    """Options of amendments, and whom they are for; nothing is read when there are none."""
    if not options:
        return None
    shares = sa.select(table(AddOnShare)).where(column(AddOnShare.line_id).in_([line.id for line in options]))
    return Bought(options, [add_on_row(row) for row in session.execute(shares)])


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
    taken, attendees = bought(session, registration_id), attendees_of(session, registration_id)
    sealed = tuple(row for row in rows if row.key_id)
    erased = frozenset((row.attendee_id, row.question_id) for row in rows if row.value is None)
    lines, add_ons = tuple(taken.lines), tuple(taken.add_ons)
    return Whole(registration, offer, lines, tuple(attendees), answers, add_ons, sealed, erased, taken.added)


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
