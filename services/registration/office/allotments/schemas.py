"""Reserved places, as the API takes and gives them."""

import uuid
from typing import Self

from pydantic import BaseModel, Field

from kit.contracts import Count, Instant
from kit.contracts.texts import Line
from registration.catalog.allotments.queries import AllotmentRow
from registration.catalog.allotments.rules import Reserving


class AllotmentTerms(BaseModel):
    """How many places are kept, under what name, until when."""

    label: Line = Field(description="For whom.", examples=["Partenaires"])
    units: Count = Field(description="Units of the resource that are kept.", examples=[8])
    release_at: Instant | None = Field(
        default=None, description="When those not taken go on sale to all (UTC); null: when staff release them."
    )

    @property
    def reserving(self) -> Reserving:
        return Reserving(self.label, self.units, self.release_at)


class AllotmentIn(AllotmentTerms):
    """Places to reserve. Whoever signs up with the code, or of the company, takes from them first."""

    resource: str = Field(description="Key of the resource.", examples=["places"])
    code_id: uuid.UUID | None = Field(default=None, description="Id of the code that opens them; null: none.")
    company_id: uuid.UUID | None = Field(default=None, description="Id of the company they are for; null: none.")


class ActivityAllotment(AllotmentTerms):
    """Reserved places, and what was taken of them."""

    id: uuid.UUID = Field(description="Id of the allotment.")
    resource: str = Field(description="Key of the resource.", examples=["places"])
    code: str = Field(description="Word of the code that opens them; empty: none.", examples=["PARTENAIRES"])
    company_id: uuid.UUID | None = Field(description="Id of the company they are for; null: none.")
    taken: Count = Field(description="Units taken of them.", examples=[3])
    reserved: Count = Field(description="Units still kept.", examples=[5])
    released_at: Instant | None = Field(description="When they were released (UTC); null: they are reserved.")

    @classmethod
    def of(cls, row: AllotmentRow) -> Self:
        return cls(
            id=row.id,
            label=row.label,
            units=row.units,
            release_at=row.release_at,
            resource=row.resource_key,
            code=row.code,
            company_id=row.company_id,
            taken=row.taken,
            reserved=row.reserved,
            released_at=row.released_at,
        )


class AllotmentReference(BaseModel):
    """The allotment as it is now."""

    id: uuid.UUID = Field(description="Id of the allotment.")
