"""Somebody else comes: who they are, and whose place they take."""

import uuid
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kit.db import new_id

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class Substitution(BaseModel):
    """The person who takes a place at the door. Without an address they get no ticket by mail; without a company they
    come for the one of the place.

    `check_in_id` is made by whoever asks: the same gesture sent twice counts once. That of a person who was just let in
    corrects that very arrival.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    attendee_id: uuid.UUID
    first_name: Line = ""
    last_name: Line = ""
    email: Line = ""
    company: Line = ""
    point: str = Field(default="", max_length=40)
    check_in_id: uuid.UUID = Field(default_factory=new_id)
