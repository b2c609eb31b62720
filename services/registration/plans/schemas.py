"""What a company says when it covers people of its list."""

import uuid
from typing import Literal

from pydantic import Field

from kit.contracts import Cents, Count, OrderMethod
from registration.plans.rules import MOST
from registration.signup.schemas import BillTo, Contact, Item, Shape


class CoverageItem(Item):
    """So many people covered: as many as a company has, in one go."""

    quantity: Count = Field(ge=1, le=MOST, description="People covered.", examples=[12])


class Purchase(Shape):
    """Everything that the screen of the price asks. `expected_total` (cents) is what was shown."""

    registration_id: uuid.UUID = Field(description="Id of the registration: said again, nothing is bought twice.")
    lang: Literal["fr", "en"] = Field(default="fr", description="Language of the contact's messages.")
    contact: Contact = Field(description="Who buys, and receives the invoice and the confirmation.")
    coverages: tuple[uuid.UUID, ...] = Field(
        min_length=1, max_length=MOST, description="Ids of those on the list who are to be covered, in order."
    )
    method: OrderMethod | Literal[""] = Field(
        default="", description="How it is paid; empty when nothing is.", examples=["invoice"]
    )
    bill_to: BillTo = Field(default=BillTo(), description="Where the invoice goes, and its purchase order.")
    terms_accepted: bool = Field(default=False, description="The terms of sale were accepted: needed.", examples=[True])
    expected_total: Cents | None = Field(
        default=None, description="What was shown, with taxes, in cents; null: nothing.", examples=[89681]
    )
