"""Activities rearranged, and what each registration chose."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id, personal
from kit.lease import READY
from registration.rearrangements.rules import Answer, ChoiceState, Kind
from registration.tables import Table

AUTHOR = personal("explain what was done", "90 days")


class Rearrangement(Table, table=True):
    """An activity postponed, cancelled or moved online, at once. `before` is how it stood (`Stand` as JSON), `after`
    the mark of how it stood then: what was changed since is not undone. `default` goes for whoever did not choose
    until `decide_until`, the end of `decide_by`. What people were told is the mailing's."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id", index=True)
    kind: Kind = Field(sa_type=enum_type(Kind))
    reason: str = Field(default="", sa_column_kwargs=AUTHOR)
    default: Answer = Field(sa_type=enum_type(Answer))
    decide_by: date | None = None
    decide_until: datetime | None = None
    before: str
    after: str
    mailing_id: uuid.UUID | None = None
    by_id: str = Field(sa_column_kwargs=AUTHOR)
    by: str = Field(sa_column_kwargs=AUTHOR)
    created_at: datetime = Field(index=True)
    undone_at: datetime | None = None
    undone_by: str = Field(default="", sa_column_kwargs=AUTHOR)


class RearrangementChoice(Table, table=True):
    """One registration of a rearrangement, worked on by itself under a lease (`kit.lease`). `answer` is what was chosen
    or what went without saying (then without `answered_at`); `answered_by` is empty for who chose by their own link;
    `replaced_by_id` the rearrangement that asks again; `why` names what refused it."""

    __tablename__ = "rearrangement_choice"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    rearrangement_id: uuid.UUID = Field(foreign_key="rearrangement.id")
    registration_id: uuid.UUID = Field(foreign_key="registration.id", index=True)
    state: ChoiceState = Field(sa_type=enum_type(ChoiceState))
    answer: Answer | None = Field(default=None, sa_type=enum_type(Answer))
    answered_at: datetime | None = None
    answered_by: str = Field(default="", sa_column_kwargs=AUTHOR)
    why: str = ""
    replaced_by_id: uuid.UUID | None = None
    due_at: datetime
    attempts: int = 0
    __table_args__ = (
        sa.UniqueConstraint("rearrangement_id", "registration_id"),
        sa.Index("ix_rearrangement_choice_ready", "due_at", "id", sqlite_where=READY, postgresql_where=READY),
    )
