"""What registrations took of places that were reserved."""

import uuid

import sqlalchemy as sa
from sqlmodel import Field

from registration.tables import Table


class AllotmentTake(Table, table=True):
    """So many units of an allotment that a registration holds; they go back there before anywhere else."""

    __tablename__ = "allotment_take"
    registration_id: uuid.UUID = Field(foreign_key="registration.id", primary_key=True)
    allotment_id: uuid.UUID = Field(foreign_key="allotment.id", primary_key=True, index=True)
    units: int
    __table_args__ = (sa.CheckConstraint("units >= 0", name="units_not_negative"),)
