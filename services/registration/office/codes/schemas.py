"""Codes of an activity, as the API takes and gives them."""

import uuid

from pydantic import BaseModel, Field

from kit.contracts import Count, Instant
from kit.contracts.texts import Line
from registration.catalog.codes.queries import CodeRow


class CodeIn(BaseModel):
    """Codes to make: one with a word (drawn when it is empty), or several whose words are drawn."""

    word: Line = Field(default="", description="Its word; empty: drawn.", examples=["HONNEUR"])
    count: Count = Field(default=1, description="How many; above one, their words are drawn.", examples=[1])
    opens: Line = Field(default="", description="Key of the price it opens; empty: none.", examples=["car-hon"])
    percent_off: Count = Field(default=0, description="What it takes off prices, in percent.", examples=[0])
    max_units: Count = Field(default=1, description="How many units each serves in all.", examples=[3])
    until: Instant | None = Field(default=None, description="Its last moment (UTC); null: as long as signup.")
    note: Line = Field(default="", description="What staff know it by.", examples=["Personnalité honorée"])


class CodeTerms(BaseModel):
    """How often and how long a code serves."""

    max_units: Count = Field(description="How many units it serves in all.", examples=[5])
    until: Instant | None = Field(default=None, description="Its last moment (UTC); null: as long as signup.")


class ActivityCode(BaseModel):
    """A code, with what it has served."""

    id: uuid.UUID = Field(description="Id of the code.")
    word: str = Field(description="Its word.", examples=["HONNEUR"])
    opens: str = Field(description="Key of the price it opens; empty: none.", examples=["car-hon"])
    percent_off: int = Field(description="What it takes off prices, in percent.", examples=[0])
    used: int = Field(description="Units it has served.", examples=[2])
    max_units: int = Field(description="Units it serves in all.", examples=[3])
    until: Instant | None = Field(description="Its last moment (UTC); null: as long as signup.")
    note: str = Field(description="What staff know it by.", examples=["Personnalité honorée"])

    @classmethod
    def of(cls, row: CodeRow) -> "ActivityCode":
        return cls(
            id=row.id,
            word=row.word,
            opens=row.opens,
            percent_off=row.percent_off,
            used=row.used,
            max_units=row.max_units,
            until=row.until,
            note=row.note,
        )


class CodeWords(BaseModel):
    """The words of the codes that were made."""

    words: list[str] = Field(description="Their words.", examples=[["HONNEUR"]])


class CodeReference(BaseModel):
    """The code as it is now."""

    id: uuid.UUID = Field(description="Id of the code.")
