"""Mailings to the people of an activity, and one row for each letter. A row holds no address: the letter is written
when it leaves, to whoever has the place then."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id, personal
from kit.lease import READY
from registration.mailings.rules import Audience, Occasion, RecipientState
from registration.tables import Table

AUTHOR = personal("explain who wrote", "90 days")
TYPED = personal("write to the people of an activity", "90 days")


class Mailing(Table, table=True):
    """What is said to whom. It waits until it is confirmed (`confirmed_at`), and then leaves once, in the name of
    whoever confirmed it. `choice`: each letter leads to a choice on the reader's own page."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id", index=True)
    occasion: Occasion = Field(sa_type=enum_type(Occasion))
    audience: Audience = Field(sa_type=enum_type(Audience))
    product_id: uuid.UUID | None = None
    session_id: uuid.UUID | None = None
    company_id: uuid.UUID | None = None
    subject_fr: str = Field(sa_column_kwargs=TYPED)
    subject_en: str = Field(default="", sa_column_kwargs=TYPED)
    text_fr: str = Field(sa_column_kwargs=TYPED)
    text_en: str = Field(default="", sa_column_kwargs=TYPED)
    choice: bool = False
    by_id: str = Field(sa_column_kwargs=AUTHOR)
    by: str = Field(sa_column_kwargs=AUTHOR)
    created_at: datetime = Field(index=True)
    confirmed_at: datetime | None = None


class MailingRecipient(Table, table=True):
    """One letter of a mailing, worked on by itself under a lease (`kit.lease`): to the contact of a registration, or to
    an attendee. `reader_id` is whose it is, once in a mailing; `why` names what skipped or failed it."""

    __tablename__ = "mailing_recipient"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    mailing_id: uuid.UUID = Field(foreign_key="mailing.id")
    registration_id: uuid.UUID = Field(foreign_key="registration.id", index=True)
    attendee_id: uuid.UUID | None = Field(default=None, foreign_key="attendee.id", index=True)
    reader_id: uuid.UUID
    state: RecipientState = Field(default=RecipientState.READY, sa_type=enum_type(RecipientState))
    why: str = ""
    due_at: datetime
    attempts: int = 0
    __table_args__ = (
        sa.UniqueConstraint("mailing_id", "reader_id", name="uq_mailing_recipient_reader"),
        sa.Index("ix_mailing_recipient_ready", "due_at", "id", sqlite_where=READY, postgresql_where=READY),
    )
