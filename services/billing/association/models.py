"""Our copy of the association's profile, one row for each day from which it changed."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from billing.tables import Table


class AssociationProfile(Table, table=True):
    """`body` is a `kit.contracts.Association`, as registration last sent it; `version` is registration's."""

    __tablename__ = "association_profile"
    valid_from: date = Field(primary_key=True)
    version: int
    body: dict[str, Any] = Field(sa_type=sa.JSON)
    received_at: datetime
