"""A mailing as its pages show it: whom it reaches now, and what one of them will read."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column
from registration.letters.flows import letter_context
from registration.mailings import queries, view
from registration.mailings.rules import Candidate, MailingRow, NothingToSend, reach, recipients
from registration.members.models import Company
from registration.office.mailings.schemas import MailingLine, MailingPreview, MailingReach, MailingView
from registration.registrations.models import Registration
from registration.registrations.queries import attendee as attendee_by_id
from registration.registrations.queries import registration_by_id
from registration.service import RegistrationService


@dataclass(frozen=True)
class CompanyChoice:
    """A member company that has people in an activity."""

    id: uuid.UUID
    name: str


def chosen(session: Session, mailing: MailingRow) -> list[Candidate]:
    """Everybody who would get it now."""
    return recipients(queries.candidates(session, mailing.activity_id, mailing.readers), mailing.choice)


def mailing_view(session: Session, mailing_id: uuid.UUID, people: Sequence[Candidate] | None = None) -> MailingView:
    """The mailing with how far it is. Raises NotFound."""
    mailing = queries.mailing_of(session, mailing_id)
    found = None
    if mailing.confirmed_at is None:
        counted = reach(people if people is not None else chosen(session, mailing))
        found = MailingReach(letters=counted.total, english=counted.english)
    return MailingView.of(mailing, queries.progress(session, mailing_id), found)


def mailing_lines(session: Session, activity_id: uuid.UUID) -> list[MailingLine]:
    """What was written to the people of an activity, newest first."""
    return [
        MailingLine(
            id=row.id,
            occasion=row.occasion,
            subject=row.subject,
            by=row.by,
            confirmed_at=row.confirmed_at,
            letters=letters,
        )
        for row, letters in queries.mailings_of(session, activity_id)
    ]


def companies_of(session: Session, activity_id: uuid.UUID) -> list[CompanyChoice]:
    """The member companies that have confirmed registrations in an activity, by their names."""
    here = sa.select(column(Registration.company_id)).where(
        column(Registration.activity_id) == activity_id, column(Registration.status) == "confirmed"
    )
    query = sa.select(column(Company.id), column(Company.name)).where(column(Company.id).in_(here))
    return [CompanyChoice(row.id, row.name) for row in session.execute(query.order_by(column(Company.name)))]


def preview(
    here: RegistrationService,
    session: Session,
    mailing: MailingRow,
    reader_id: uuid.UUID | None,
    people: list[Candidate],
) -> MailingPreview:
    """What one of the people will read: whoever is asked for, else the first. Raises NothingToSend."""
    mine = [one for one in people if reader_id in (one.attendee_id, one.registration_id)] or people
    if not mine:
        raise NothingToSend()
    one = next((person for person in mine if person.attendee_id == reader_id), mine[0])
    registration = registration_by_id(session, one.registration_id)
    attendee = attendee_by_id(session, one.attendee_id) if one.attendee_id else None
    context = letter_context(here, here.offer(session, mailing.activity_id))
    # Whoever has the link of a person may act as them: staff are led to the registration by an address of their own.
    page = f"{here.home}/staff/registrations/{registration.id}"
    reader = view.reader_of(context, registration, attendee, page)
    return MailingPreview(name=reader.full_name, lang=reader.lang, message=view.message(context, mailing, reader))
