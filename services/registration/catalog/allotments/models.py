"""Places reserved: units of a resource kept for somebody until a date."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import new_id
from registration.tables import Table, index_of


class Allotment(Table, table=True):
    """`units` of a resource that are kept for somebody (a partner, newcomers, honourees), named by its `label`.

    Whoever signs up with its code, or of its company, takes from it first: `taken`, never more than there is. What is
    not taken is `reserved` of the resource until it is released: by staff, or by the clock at `release_at` (UTC).
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id", index=True)
    resource_id: uuid.UUID = Field(foreign_key="resource.id", index=True)
    label: str
    code_id: uuid.UUID | None = Field(default=None, foreign_key="code.id", index=True)
    company_id: uuid.UUID | None = Field(default=None, foreign_key="company.id", index=True)
    units: int
    taken: int = 0
    release_at: datetime | None = None
    released_at: datetime | None = None
    __table_args__ = (
        sa.CheckConstraint("taken >= 0 AND taken <= units", name="taken_within_units"),
        index_of("ix_allotment_due", "released_at IS NULL", "release_at"),
    )
