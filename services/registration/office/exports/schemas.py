"""What a list that leaves as a file is asked for: what narrows the list, and the form of the file."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kit.sheets import Form
from registration.office.activities.schemas import AttendeeCriteria, RegistrationCriteria


class FileAsked(BaseModel):
    """The form of the file, and the language it is written in."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: Form = Field(default=Form.XLSX, description="`xlsx`: an Excel workbook; `csv`: values in a text file.")
    lang: Literal["", "fr", "en"] = Field(
        default="", description="Language of titles and words; empty: that of whoever asks."
    )


class RegistrationExport(RegistrationCriteria, FileAsked):
    """Which registrations, as which file."""


class AttendeeExport(AttendeeCriteria, FileAsked):
    """Which attendees, as which file."""


class CheckInExport(FileAsked):
    """The arrivals at one point of an activity, or at all of them, as which file."""

    point: str = Field(default="", max_length=60, description="Key of the point; empty: all of them.")


class ConfidentialAsked(BaseModel):
    """A form that asks for a file: with what was told in confidence, when the box was ticked."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    confidential: bool = False
    format: Form = Form.XLSX
