"""Several activities signed up for at once, by somebody of a company, on one invoice."""

import uuid
from typing import Literal

from pydantic import Field

from kit.contracts import Cents
from kit.contracts.texts import Line
from registration.signup.schemas import AttendeeIn, BillTo, Contact, Shape

MOST_ACTIVITIES = 20


class JointItem(Shape):
    """One activity of the gesture: one product for everybody who comes."""

    registration_id: uuid.UUID = Field(description="Id of the registration.")
    activity: str = Field(description="Key of the activity.", examples=["golf-2027"])
    product: str = Field(description="Key of a product that brings one person a unit.", examples=["golf-indiv"])
    attendees: tuple[AttendeeIn, ...] = Field(description="Who comes, in order.")
    expected_total: Cents | None = Field(
        default=None, description="What was shown for it, with taxes, in cents; null: nothing.", examples=[7473]
    )


class JointRequest(Shape):
    """All of it: a registration and an order each, one invoice, one purchase order number."""

    lang: Literal["fr", "en"] = Field(default="fr", description="Language of the messages.")
    contact: Contact = Field(description="Who signs up, and receives the messages.")
    items: tuple[JointItem, ...] = Field(
        min_length=1, max_length=MOST_ACTIVITIES, description="The activities, each once."
    )
    bill_to: BillTo = Field(default=BillTo(), description="Where the invoice goes.")
    terms_accepted: bool = Field(default=False, description="The terms of sale were accepted: needed.", examples=[True])


class PersonLine(Shape):
    """Somebody who may be signed up: known to the company, typed, or out of its own file."""

    first_name: Line = ""
    last_name: Line = ""
    email: Line = ""
