"""Who was told by the letters of a rearrangement: what is done to a registration waits until its people know why."""

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.mailings.models import MailingRecipient
from registration.mailings.rules import RecipientState
from registration.rearrangements.models import Rearrangement, RearrangementChoice
from registration.rearrangements.rules import RearrangementRow
from registration.registrations.rules_rows import RegistrationRow


def untold() -> sa.ColumnElement[bool]:
    """A letter about a choice's registration has still to leave. One that failed for good holds nothing up."""
    mine = column(Rearrangement.mailing_id) == column(MailingRecipient.mailing_id)
    waits = (
        column(Rearrangement.id) == column(RearrangementChoice.rearrangement_id),
        column(MailingRecipient.registration_id) == column(RearrangementChoice.registration_id),
        column(MailingRecipient.state) == RecipientState.READY,
    )
    letters = sa.select(sa.literal(1)).select_from(table(MailingRecipient)).join(table(Rearrangement), mine)
    return sa.exists(letters.where(*waits))


def was_told(session: Session, rearrangement: RearrangementRow, registration: RegistrationRow) -> bool:
    """Whether its contact was told by the letters that left: a contact of several registrations gets one for all. Not
    when it was confirmed since, nor when its letter failed for good."""
    confirmed = registration.confirmed_at
    if confirmed is None or confirmed > rearrangement.created_at:
        return False
    failed = (
        column(MailingRecipient.mailing_id) == rearrangement.mailing_id,
        column(MailingRecipient.registration_id) == registration.id,
        column(MailingRecipient.state) == RecipientState.FAILED,
    )
    query = sa.select(column(MailingRecipient.id)).where(*failed).limit(1)
    return session.execute(query).first() is None
