"""The association's profile as registration last sent it, one row for each day from which it is valid."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from notify.tables import Table


class AssociationProfile(Table, table=True):
    """`profile` is the contract `Association`; `version` only grows, so that an old message changes nothing."""

    __tablename__ = "association_profile"
    valid_from: date = Field(primary_key=True)
    version: int
    profile: dict[str, Any] = Field(sa_type=sa.JSON)
