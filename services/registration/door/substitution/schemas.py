"""Somebody else comes: who they are, and whose place they take."""

import uuid

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts.addresses import Address
from kit.contracts.texts import Line
from kit.db import new_id


class Substitution(BaseModel):
    """The person who takes a place at the door. Without an address they get no ticket by mail; without a company they
    come for the one of the place.

    `check_in_id` is made by whoever asks: the same gesture sent twice counts once. That of a person who was just let in
    corrects that very arrival.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    attendee_id: uuid.UUID = Field(description="Id of the place that is taken over.")
    first_name: Line = Field(default="", description="First name of whoever comes.", examples=["Zoé"])
    last_name: Line = Field(default="", description="Last name of whoever comes.", examples=["Roy"])
    email: Address = Field(
        default="", description="Their address; empty: no ticket by mail.", examples=["zoe@example.org"]
    )
    company: Line = Field(default="", description="Their company; empty: the place's.", examples=[""])
    point: str = Field(
        default="",
        max_length=40,
        description="Key of the check-in point; empty: the activity's first.",
        examples=["accueil"],
    )
    check_in_id: uuid.UUID = Field(
        default_factory=new_id, description="Made by the caller: the same gesture sent twice counts once."
    )
