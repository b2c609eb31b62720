"""What the lists that leave as files are asked for."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from billing.association.rules import Period
from kit.contracts.base import Day
from kit.sheets import Form


class OrderExport(BaseModel):
    """Which orders, as which file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    search: str = Field(
        default="", max_length=100, description="Words of the buyer, a code or the number of a document; empty: all."
    )
    status: str = Field(default="", max_length=20, description="What the list is narrowed to; empty: everything.")
    since: date | None = Field(default=None, description="Only those placed on this day or later.")
    until: date | None = Field(default=None, description="Only those placed on this day or before.")
    format: Form = Field(default=Form.XLSX, description="`xlsx`: an Excel workbook; `csv`: values in a text file.")
    lang: Literal["", "fr", "en"] = Field(
        default="", description="Language of titles and words; empty: that of whoever asks."
    )


class JournalExport(BaseModel):
    """The journal of which days, as which file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    since: Day = Field(description="First day, in the association's calendar.", examples=["2027-03-01"])
    until: Day = Field(description="Last day.", examples=["2027-03-31"])
    format: Form = Field(default=Form.XLSX, description="`xlsx`: an Excel workbook; `csv`: values in a text file.")
    lang: Literal["", "fr", "en"] = Field(
        default="", description="Language of titles and words; empty: that of whoever asks."
    )

    @property
    def period(self) -> Period:
        return Period(self.since, self.until)
