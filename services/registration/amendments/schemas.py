"""What is added to a confirmed registration: people, or options for people who come already."""

import uuid
from typing import Literal

from pydantic import Field

from kit.contracts import Cents, OrderMethod
from kit.contracts.texts import Line
from kit.db import new_id
from registration.signup.schemas import Item, Shape


class AmendmentRequest(Shape):
    """What is added. `amendment_id` is made by whoever asks: the same sent twice counts once. Options alone are for the
    people of the registration: those at `places`, in order, else everybody."""

    amendment_id: uuid.UUID = Field(
        default_factory=new_id, description="Made by the caller: the same amendment sent twice counts once."
    )
    items: tuple[Item, ...] = Field(description="What is added.")
    places: tuple[int, ...] = Field(
        default=(), description="Places that options alone are for, by number; empty: everybody.", examples=[[1]]
    )
    method: OrderMethod | Literal[""] = Field(
        default="", description="How it is paid: needed when anything is owed.", examples=["invoice"]
    )
    received: Literal["", "cheque", "transfer", "reader"] = Field(
        default="", description="How the whole of it came, with `received`; empty otherwise.", examples=["cheque"]
    )
    reference: Line = Field(default="", description="Number of the cheque or of the slip.", examples=["1044"])
    send: bool = Field(default=True, description="The usual letters are sent.", examples=[True])
    expected_total: Cents | None = Field(
        default=None, description="What was shown, with taxes, in cents; null: nothing.", examples=[7473]
    )
