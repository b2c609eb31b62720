"""What a signup says, whether it came from the form or from the API."""

import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from kit.contracts import Cents, Count, OrderMethod
from kit.contracts.addresses import Address
from kit.contracts.texts import Line, seen_answers

Answers = Annotated[dict[str, str | list[str]], BeforeValidator(seen_answers)]
MAX_ATTENDEES = 40


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Contact(Shape):
    """Who signs others up and receives the messages."""

    first_name: Line = Field(default="", description="First name.", examples=["Chloé"])
    last_name: Line = Field(default="", description="Last name.", examples=["Roy"])
    email: Address = Field(default="", description="E-mail address: messages go there.", examples=["chloe@example.org"])
    phone: Line = Field(default="", description="Telephone; empty: none.", examples=["418 555-0100"])


class AttendeeIn(Shape):
    """One person, or nobody yet: every field may be empty."""

    first_name: Line = Field(default="", description="First name; empty: nobody yet.", examples=["Chloé"])
    last_name: Line = Field(default="", description="Last name; empty: nobody yet.", examples=["Roy"])
    email: Address = Field(default="", description="E-mail address; empty: none.", examples=["chloe@example.org"])
    company: Line = Field(
        default="", description="Their company; empty: the registration's.", examples=["Fonderie Noël"]
    )
    answers: Answers = Field(
        default={}, description="Answers by the key of their question.", examples=[{"q-repas": "boeuf"}]
    )
    add_ons: dict[str, Count] = Field(
        default_factory=dict,
        description="Units of the add-ons taken that are theirs, by product; named for nobody: shared out in order.",
        examples=[{"golf-reprise": 1}],
    )


class Item(Shape):
    """So many units of a product, for members, non-members or anyone; its attendees in order."""

    product: str = Field(description="Key of the product.", examples=["car"])
    who: Literal["member", "non_member", "anyone", "code"] = Field(
        description="Whom the price is for, as `takes_for` of the product lists it.", examples=["non_member"]
    )
    quantity: Count = Field(ge=1, le=MAX_ATTENDEES, description="Units.", examples=[1])
    attendees: tuple[AttendeeIn, ...] = Field(default=(), description="Who comes, in order; others are named later.")
    spots: tuple[str, ...] = Field(
        default=(), description="Spots of a sponsor level, one a unit, as its product lists them.", examples=[[]]
    )


class BillTo(Shape):
    """Where an invoice goes, when it is not the contact."""

    email: Address = Field(default="", description="Where the invoice goes; empty: to the contact.", examples=[""])
    address: Line = Field(default="", description="Street and number.", examples=["12, rue Racine Est"])
    city: Line = Field(default="", description="City.", examples=["Chicoutimi"])
    province: Line = Field(default="QC", description="Province: two letters.", examples=["QC"])
    postal_code: Line = Field(default="", description="Postal code.", examples=["G7H 1P8"])
    po_number: Line = Field(default="", description="Your purchase order number; empty: none.", examples=[""])


class SignupRequest(Shape):
    """Everything one screen asks. `expected_total` (cents) is what the person was shown, if they were shown one."""

    registration_id: uuid.UUID = Field(description="Id of the registration.")
    lang: Literal["fr", "en"] = Field(default="fr", description="Language of the messages.")
    contact: Contact = Field(description="Who signs up, and receives the messages.")
    company: Line = Field(default="", description="Name of the company; empty: none.", examples=["Fonderie Noël"])
    items: tuple[Item, ...] = Field(description="What is taken.")
    answers: Answers = Field(
        default={}, description="Answers for the whole registration, by the key of their question.", examples=[{}]
    )
    contact_attends: bool = Field(
        default=True, description="The first place, where nobody is named, is the contact's own.", examples=[True]
    )
    answer_later: bool = Field(default=False, description="Each answers on their own page.", examples=[False])
    method: OrderMethod | Literal[""] = Field(
        default="", description="How it is paid: needed when anything is owed.", examples=["invoice"]
    )
    bill_to: BillTo = Field(default=BillTo(), description="Where an invoice goes.")
    code: Line = Field(
        default="", description="An invitation, a discount or a member company's code; empty: none.", examples=[""]
    )
    terms_accepted: bool = Field(default=False, description="The terms of sale were accepted: needed.", examples=[True])
    expected_total: Cents | None = Field(
        default=None, description="What the person was shown, with taxes, in cents; null: nothing.", examples=[7473]
    )
