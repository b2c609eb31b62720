"""A signup and its registration, as the API takes and gives them."""

import uuid
from typing import Annotated, Literal

from fastapi import Header
from pydantic import Field

from kit.contracts import Cents
from kit.contracts.base import Contract
from kit.db import new_id
from registration.signup.schemas import SignupRequest

LinkToken = Annotated[str, Header(alias="X-Link-Token", description="The secret part of the personal link")]


class ApiSignup(SignupRequest):
    """A signup by API. `registration_id` may be chosen by the caller (a UUID); without it one is made."""

    registration_id: uuid.UUID = Field(default_factory=new_id, description="Chosen by the caller, or made here.")


class Quote(Contract):
    """What a choice comes to, in cents."""

    subtotal: Cents = Field(description="Sum of the lines before tax, in cents.", examples=[6500])
    tps: Cents = Field(description="GST (TPS), in cents.", examples=[325])
    tvq: Cents = Field(description="QST (TVQ), in cents.", examples=[648])
    total: Cents = Field(description="Total with taxes, in cents.", examples=[7473])


class RegistrationState(Contract):
    """A registration as its contact sees it. `pay_url` is where to pay by card while it is held."""

    id: uuid.UUID = Field(description="Id of the registration.")
    code: str = Field(description="Code as people read it.", examples=["CAR-7F3K"])
    status: Literal["held", "confirmed", "cancelled", "expired"] = Field(
        description="Where it stands.", examples=["confirmed"]
    )
    method: str = Field(description="How it is paid.", examples=["invoice"])
    subtotal: Cents = Field(description="Sum of the lines before tax, in cents.", examples=[6500])
    tps: Cents = Field(description="GST (TPS), in cents.", examples=[325])
    tvq: Cents = Field(description="QST (TVQ), in cents.", examples=[648])
    total: Cents = Field(description="Total with taxes, in cents.", examples=[7473])
    hold_until: str | None = Field(
        default=None,
        description="Until when its places are held unpaid (UTC); null: no longer.",
        examples=["2027-06-10T15:30:00Z"],
    )
    paid: bool = Field(default=False, description="It is paid in full.", examples=[False])
    credited: Cents = Field(default=0, description="What was credited since, in cents.", examples=[0])
    refunded: Cents = Field(default=0, description="What went back, in cents.", examples=[0])
    balance: Cents = Field(default=0, description="What is to pay now, in cents.", examples=[7473])
    personal_url: str = Field(
        default="",
        description="The contact's personal link: its last part is the `X-Link-Token`.",
        examples=["https://inscriptions.example.org/r/0198a7d2-6f10-7c3e-9b52-2f6d1c0e8a41/kM3v"],
    )
    pay_url: str = Field(
        default="", description="Where a browser pays by card; empty when there is nothing to pay so.", examples=[""]
    )
