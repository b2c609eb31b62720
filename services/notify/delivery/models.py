"""One attempt to deliver one message, or a person's decision to try once more."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id, personal
from notify.channels.rules import Outcome
from notify.tables import Table


class Delivery(Table, table=True):
    """What the server answered to the `attempt`-th try: `code` and `detail` as in `channels.rules.Answer`.

    A try for which no server could be reached leaves no row, only the message's count of attempts.
    """

    __tablename__ = "delivery"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    message_id: uuid.UUID = Field(foreign_key="message.id", ondelete="RESTRICT", index=True)
    attempt: int
    at: datetime
    outcome: Outcome = Field(sa_type=enum_type(Outcome))
    code: int | None = None
    detail: str = ""
    __table_args__ = (sa.UniqueConstraint("message_id", "attempt"),)


class Resend(Table, table=True):
    """A member of staff asked for a failed message to be sent again."""

    __tablename__ = "resend"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    message_id: uuid.UUID = Field(foreign_key="message.id", ondelete="RESTRICT", index=True)
    at: datetime
    by: str = Field(sa_column_kwargs=personal("explain a sending", "as long as the message is known"))
