"""The association's profile, one row for each day from which it changed."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from pydantic import JsonValue
from sqlmodel import Field

from kit.contracts import Association
from kit.db import new_id
from registration.tables import Table


class AssociationProfile(Table, table=True):
    """`body` is a `kit.contracts.Association`; old documents keep the profile that was valid on their day."""

    __tablename__ = "association_profile"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    valid_from: date = Field(unique=True)
    version: int = 1
    body: dict[str, JsonValue] = Field(sa_type=sa.JSON)
    changed_at: datetime

    def association(self) -> Association:
        """The profile as every service knows it."""
        return Association.model_validate(self.body)
