"""Organisations, and what each is to an activity."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id
from registration.catalog.partners.rules import PartnerRole
from registration.tables import Table


class Organisation(Table, table=True):
    """An organisation that we do things with, known once for all activities: `folded` is its name as it is compared.
    Its logo is shown from `logo_approved_at` on."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    folded: str = Field(unique=True)
    website: str = ""
    logo_id: uuid.UUID | None = Field(default=None, foreign_key="stored_file.id", index=True)
    logo_approved_at: datetime | None = None


class Partnership(Table, table=True):
    """An organisation's role in an activity, and its place among the others."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id", index=True)
    organisation_id: uuid.UUID = Field(foreign_key="organisation.id", index=True)
    role: PartnerRole = Field(sa_type=enum_type(PartnerRole))
    position: int
    __table_args__ = (sa.UniqueConstraint("activity_id", "organisation_id", name="uq_partnership_once"),)
