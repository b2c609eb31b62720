"""Who was told by the letters of a rearrangement: what is done to a registration waits until its people know why."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.mailings.models import MailingRecipient
from registration.mailings.rules import RecipientState
from registration.rearrangements.models import Rearrangement, RearrangementChoice


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


def was_told(session: Session, mailing_id: uuid.UUID | None, registration_id: uuid.UUID) -> bool:
    """Whether a letter about this registration left."""
    sent = (
        column(MailingRecipient.mailing_id) == mailing_id,
        column(MailingRecipient.registration_id) == registration_id,
        column(MailingRecipient.state) == RecipientState.SENT,
    )
    query = sa.select(column(MailingRecipient.id)).where(*sent).limit(1)
    return session.execute(query).first() is not None
