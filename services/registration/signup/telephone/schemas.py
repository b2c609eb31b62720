"""What staff say when they sign somebody up by telephone, and what became of it."""

import uuid
from typing import Literal

from pydantic import BaseModel, Field

from kit.contracts import Cents, OrderMethod
from kit.contracts.texts import Line
from kit.db import new_id
from registration.signup.schemas import SignupRequest


class TelephoneSignup(SignupRequest):
    """A signup that staff make for somebody. `registration_id` is made by whoever asks: the same sent twice counts
    once. The prices of members need a reason, unless a member company's code is given."""

    registration_id: uuid.UUID = Field(
        default_factory=new_id, description="Made by the caller: the same signup sent twice counts once."
    )
    terms_accepted: bool = Field(default=True, description="The terms of sale were told: needed.", examples=[True])
    method: OrderMethod | Literal[""] = Field(
        default="",
        description="How it is paid: `invoice`, `card`, `cash`, or `received` for what came otherwise already.",
        examples=["received"],
    )
    received: Literal["", "cheque", "transfer", "reader"] = Field(
        default="", description="How the whole of it came, with `received`; empty otherwise.", examples=["cheque"]
    )
    reference: Line = Field(default="", description="Number of the cheque or of the slip.", examples=["1044"])
    reason: Line = Field(
        default="", description="Why prices of members are given.", examples=["Adhésion en voie d’être renouvelée"]
    )
    send: bool = Field(default=True, description="The usual letters are sent to the addresses given.", examples=[True])


class TelephoneAnswer(BaseModel):
    """What became of it, in cents. `pay_url` is where a card pays; `to_collect` is the cash to take."""

    registration_id: uuid.UUID = Field(description="Id of the registration.")
    code: str = Field(description="Code as people read it.", examples=["GOLF7K3Q"])
    status: Literal["held", "confirmed", "cancelled", "expired"] = Field(
        description="Where it stands.", examples=["confirmed"]
    )
    method: str = Field(description="How it is paid.", examples=["invoice"])
    total: Cents = Field(description="Total with taxes, in cents.", examples=[7473])
    to_collect: Cents = Field(description="Cash to take, in cents; zero when it is paid otherwise.", examples=[0])
    pay_url: str = Field(
        default="", description="Where a browser pays by card; empty when there is nothing to pay so.", examples=[""]
    )
