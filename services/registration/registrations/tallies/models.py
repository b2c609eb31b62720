"""What activities come to, kept beside them: counting a crowd takes too long for whoever waits for a page."""

import uuid

import sqlalchemy as sa
from sqlmodel import Field

from registration.tables import Table


class ActivityTally(Table, table=True):
    """What the confirmed registrations of an activity come to (`rules.Tally`). None before the first of them."""

    __tablename__ = "activity_tally"
    activity_id: uuid.UUID = Field(foreign_key="activity.id", primary_key=True)
    registrations: int = 0
    people: int = 0
    unnamed: int = 0
    expected: int = Field(default=0, sa_type=sa.BigInteger)
    owed: int = Field(default=0, sa_type=sa.BigInteger)
    __table_args__ = (
        sa.CheckConstraint("registrations >= 0", name="registrations_not_negative"),
        sa.CheckConstraint("unnamed >= 0 AND unnamed <= people", name="unnamed_within_people"),
    )
