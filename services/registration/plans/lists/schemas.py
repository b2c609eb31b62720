"""What a company says of its list: its people, row by row, and how those on it are paid."""

import uuid
from typing import Literal

from pydantic import Field

from kit.contracts import Cents, Count, OrderMethod
from kit.contracts.addresses import Address
from kit.contracts.texts import Line
from kit.db import new_id
from registration.plans.lists.rules_columns import Choice, Entry, address_of
from registration.plans.rules import MOST
from registration.signup.schemas import BillTo, Shape


class PersonIn(Shape):
    """One person of a list. Nothing on health or family is ever asked."""

    first_name: Line = Field(default="", description="First name.", examples=["Rémi"])
    last_name: Line = Field(default="", description="Last name.", examples=["Sansnuage"])
    email: Address = Field(
        default="", description="E-mail; empty: the code is on a card.", examples=["remi@example.org"]
    )
    lang: Literal["", "fr", "en"] = Field(default="", description="Language; empty: French.", examples=["fr"])
    employer_ref: Line = Field(default="", description="Your own number for them; empty: none.", examples=["101"])

    def entry(self, number: int, choice: Choice = Choice.NONE) -> Entry:
        """As a row of the list."""
        email = address_of(self.email)
        return Entry(number, self.first_name, self.last_name, email, self.lang, self.employer_ref, choice)


class ListIn(Shape):
    """A whole list: it replaces what was being prepared."""

    people: tuple[PersonIn, ...] = Field(default=(), max_length=MOST, description="Who is to be covered, in order.")
    sealed: Count = Field(default=0, le=MOST, description="Codes without names.", examples=[0])


class RowIn(PersonIn):
    """One row as it is corrected, and whether it counts."""

    choice: Choice = Field(
        default=Choice.NONE,
        description="`kept`: it counts in spite of a likeness; `left_out`: it does not count.",
        examples=["none"],
    )


class ListPurchase(Shape):
    """How everybody on the list is paid. `expected_total` (cents) is what was shown."""

    registration_id: uuid.UUID = Field(
        default_factory=new_id,
        description="Chosen by the caller, or made here: said again, nothing is bought twice.",
    )
    lang: Literal["fr", "en"] = Field(default="fr", description="Language of the confirmation.", examples=["fr"])
    method: OrderMethod | Literal[""] = Field(
        default="", description="`card` or `invoice`; empty when nothing is paid.", examples=["invoice"]
    )
    bill_to: BillTo = Field(default=BillTo(), description="Where the invoice goes, and its purchase order.")
    terms_accepted: bool = Field(default=False, description="The terms of sale were accepted: needed.", examples=[True])
    expected_total: Cents | None = Field(
        default=None, description="What was shown, with taxes, in cents; null: nothing.", examples=[89681]
    )
