"""Whom a mailing reaches, how far it is, and what was written to the people of an activity."""

import uuid
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import NotFound
from kit.sql import column, table
from registration.catalog.models import ActivitySession
from registration.checkin.models import CheckIn
from registration.mailings.models import Mailing, MailingRecipient
from registration.mailings.rules import Audience, Candidate, MailingRow, Progress, Readers, RecipientState
from registration.registrations.models import Attendee, Registration, RegistrationLine
from registration.registrations.rules import AttendeeStatus, RegistrationStatus

# Doors open this long before a session begins, and people may be scanned this long after its end.
EARLY, LATE = timedelta(hours=4), timedelta(hours=2)
Conditions = list[sa.ColumnElement[bool]]
ACTIVE = column(Attendee.status) == AttendeeStatus.ACTIVE


def mailing_of(session: Session, mailing_id: uuid.UUID) -> MailingRow:
    """The mailing. Raises NotFound."""
    row = session.execute(sa.select(table(Mailing)).where(column(Mailing.id) == mailing_id)).mappings().first()
    if row is None:
        raise NotFound()
    return MailingRow(**row)


def mailings_of(session: Session, activity_id: uuid.UUID) -> list[tuple[MailingRow, int]]:
    """What was written to the people of an activity, newest first, each with how many letters it is."""
    letters = sa.select(sa.func.count()).where(column(MailingRecipient.mailing_id) == column(Mailing.id))
    query = (
        sa.select(table(Mailing), letters.scalar_subquery().label("letters"))
        .where(column(Mailing.activity_id) == activity_id, column(Mailing.confirmed_at).is_not(None))
        .order_by(column(Mailing.confirmed_at).desc(), column(Mailing.id).desc())
    )
    names = [one.key for one in table(Mailing).columns]
    return [
        (MailingRow(**{name: getattr(row, name) for name in names}), int(row.letters)) for row in session.execute(query)
    ]


def progress(session: Session, mailing_id: uuid.UUID) -> Progress:
    """How far a mailing is."""
    of = column(MailingRecipient.mailing_id) == mailing_id
    query = sa.select(column(MailingRecipient.state), sa.func.count()).where(of)
    counts = {row[0]: row[1] for row in session.execute(query.group_by(column(MailingRecipient.state)))}
    return Progress(
        total=sum(counts.values()),
        sent=counts.get(RecipientState.SENT, 0),
        skipped=counts.get(RecipientState.SKIPPED, 0),
        failed=counts.get(RecipientState.FAILED, 0),
    )


def left_out(session: Session, mailing_id: uuid.UUID) -> list[tuple[str, int]]:
    """Why letters of a mailing did not leave, and how many each."""
    mine = (column(MailingRecipient.mailing_id) == mailing_id, column(MailingRecipient.why) != "")
    query = sa.select(column(MailingRecipient.why), sa.func.count()).where(*mine)
    return [(row[0], row[1]) for row in session.execute(query.group_by(column(MailingRecipient.why)).order_by("why"))]


def candidates(session: Session, activity_id: uuid.UUID, readers: Readers) -> list[Candidate]:
    """The contacts and the attendees of an audience in two statements, by the order of their signups.

    A third one reads the hours of a session.
    """
    where, people = _of_audience(activity_id, readers), _people(readers, _arrivals(session, activity_id, readers))
    order = (column(Registration.created_at), column(Registration.id))
    contacts = sa.select(
        column(Registration.id),
        sa.null().label("attendee_id"),
        column(Registration.contact_email).label("email"),
        column(Registration.contact_first).label("first"),
        column(Registration.contact_last).label("last"),
        column(Registration.lang),
    ).where(*where, *_contacts(activity_id, readers, people))
    found = list(session.execute(contacts.order_by(*order)))
    if readers.audience not in (Audience.UNPAID, Audience.NAMES_MISSING):
        attendees = (
            sa.select(
                column(Registration.id),
                column(Attendee.id).label("attendee_id"),
                column(Attendee.email),
                column(Attendee.first_name).label("first"),
                column(Attendee.last_name).label("last"),
                column(Registration.lang),
            )
            .join_from(
                table(Attendee), table(Registration), column(Registration.id) == column(Attendee.registration_id)
            )
            .where(*where, ACTIVE, column(Attendee.email) != "", *people)
        )
        found += session.execute(attendees.order_by(*order, column(Attendee.position)))
    return [Candidate(row.id, row.attendee_id, row.email, f"{row.first} {row.last}".strip(), row.lang) for row in found]


def _of_audience(activity_id: uuid.UUID, readers: Readers) -> Conditions:
    """What is asked of the registration, whoever of it is written to."""
    asked = [
        column(Registration.activity_id) == activity_id,
        column(Registration.status) == RegistrationStatus.CONFIRMED,
    ]
    if readers.company_id:
        asked.append(column(Registration.company_id) == readers.company_id)
    if readers.audience is Audience.UNPAID:
        asked += [
            column(Registration.method) == "invoice",
            column(Registration.paid_at).is_(None),
            column(Registration.total) > column(Registration.credited),
        ]
    return asked


def _contacts(activity_id: uuid.UUID, readers: Readers, people: Conditions) -> Conditions:
    """Contacts are written to for the whole registration; of those who arrived or did not, for the people without an
    address of their own."""
    asked: Conditions = []
    mine = sa.select(column(Attendee.registration_id)).where(column(Attendee.activity_id) == activity_id, ACTIVE)
    if readers.audience is Audience.NAMES_MISSING:
        asked.append(column(Registration.id).in_(mine.where(column(Attendee.sort_name) == "", *people)))
    elif readers.audience.by_arrival:
        asked.append(column(Registration.id).in_(mine.where(column(Attendee.email) == "", *people)))
    elif readers.product_id:
        asked.append(column(Registration.id).in_(_lines(column(RegistrationLine.registration_id), readers.product_id)))
    return asked


def _people(readers: Readers, arrivals: sa.Select[uuid.UUID] | None) -> Conditions:
    """What is asked of one place. Nobody arrived at a session that is not there (None), and nobody missed it."""
    asked: Conditions = []
    if readers.product_id:
        asked.append(column(Attendee.line_id).in_(_lines(column(RegistrationLine.id), readers.product_id)))
    if arrivals is None:
        asked.append(sa.false())
    elif readers.audience.by_arrival:
        arrived = column(Attendee.id).in_(arrivals)
        asked.append(arrived if readers.audience is Audience.PRESENT else sa.not_(arrived))
    return asked


def _lines(what: sa.Column[uuid.UUID], product_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    """Lines that stand of a product."""
    standing = column(RegistrationLine.quantity) > column(RegistrationLine.cancelled)
    return sa.select(what).where(column(RegistrationLine.product_id) == product_id, standing)


def _arrivals(session: Session, activity_id: uuid.UUID, readers: Readers) -> sa.Select[uuid.UUID] | None:
    """Attendees who arrived; with a session, around its hours, which are read first: the two databases do not add hours
    to moments alike. None: it was taken out, or is another activity's."""
    mine = (column(CheckIn.activity_id) == activity_id, column(CheckIn.undone_at).is_(None))
    query = sa.select(column(CheckIn.attendee_id)).where(*mine)
    if readers.session_id is None or not readers.audience.by_arrival:
        return query
    hours = sa.select(column(ActivitySession.starts_at), column(ActivitySession.ends_at))
    one = (column(ActivitySession.id) == readers.session_id, column(ActivitySession.activity_id) == activity_id)
    found = session.execute(hours.where(*one)).first()
    if found is None:
        return None
    return query.where(column(CheckIn.at).between(found.starts_at - EARLY, found.ends_at + LATE))


def ready(mailing_id: uuid.UUID | None) -> list[sa.ColumnElement[bool]]:
    """Letters that wait for their turn: of one mailing, or of all."""
    waits = column(MailingRecipient.state) == RecipientState.READY
    return [waits] if mailing_id is None else [waits, column(MailingRecipient.mailing_id) == mailing_id]


def is_ready(session: Session, mailing_id: uuid.UUID | None) -> bool:
    """Whether any letter waits for its turn, now or later."""
    query = sa.select(column(MailingRecipient.id)).where(*ready(mailing_id)).limit(1)
    return session.execute(query).first() is not None
