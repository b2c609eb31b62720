"""Which codes are valid, and nothing of whose they are."""

import uuid
from datetime import date

from sqlmodel import Field

from registration.tables import Table


class Eligibility(Table, table=True):
    """One code that is valid, known by a digest that only the holder of our key can make. It holds days and no
    instants; a revoked one is deleted. No column, and no order in which rows are kept, leads from here to a coverage:
    on SQLite a row is kept by its digest, on PostgreSQL `shuffle` writes them anew in the order of their digests."""

    digest: str = Field(primary_key=True)
    plan_id: uuid.UUID = Field(foreign_key="plan.id")
    valid_from: date
    valid_to: date
    __table_args__ = ({"sqlite_with_rowid": False},)
