"""What a printed page is asked for."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class DoorListAsked(BaseModel):
    """The paper and the language of the door list."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    paper: Literal["letter", "a4"] = Field(default="letter", description="The sheet it is printed on.")
    lang: Literal["", "fr", "en"] = Field(default="", description="Its language; empty: that of whoever asks.")
