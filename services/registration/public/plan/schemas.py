"""What HR's pages and programs ask of her company's part of a plan, and what they are answered."""

import uuid
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts import Count
from kit.contracts.addresses import Address
from kit.contracts.base import Contract
from registration.forms import FormValues
from registration.plans.lists.schemas import PersonIn
from registration.plans.rules import CoverageRow
from registration.signup.schemas import Shape


class Gesture(StrEnum):
    """What HR does about one person."""

    REPLACE = "replace"
    ADDRESS = "address"
    LETTER = "letter"
    STOP = "stop"
    OFF_LIST = "off-list"


class MineAsked(BaseModel):
    """What the page of people shows."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    show: str = Field(default="", max_length=20)
    turn: int = Field(default=1, ge=1, le=1000)
    done: str = Field(default="", max_length=20)


class AddressIn(Shape):
    """Another address for somebody covered."""

    email: Address = Field(
        default="", description="Where the code leaves again; empty: it is on a card.", examples=["remi@example.org"]
    )


class CoverageOut(Contract):
    """One person covered, or on the list. Nothing is known of whether a code was ever used."""

    id: uuid.UUID = Field(description="Id of the coverage.")
    first_name: str = Field(description="First name; empty for a sealed code.", examples=["Rémi"])
    last_name: str = Field(description="Last name; empty for a sealed code.", examples=["Sansnuage"])
    email: str = Field(description="Address; empty: the code is on a card.", examples=["remi@example.org"])
    employer_ref: str = Field(description="Your own number for them.", examples=["101"])
    card_number: int | None = Field(description="Number of the card to hand over; null: none.", examples=[1])
    state: Literal["listed", "covered", "replaced", "ended"] = Field(
        description="How they stand.", examples=["covered"]
    )
    starts_on: str = Field(description="First day; empty: not yet covered.", examples=["2027-04-01"])
    ends_on: str = Field(description="Last day; empty: not yet covered.", examples=["2028-03-31"])
    undelivered: bool = Field(description="The letter with the code did not arrive.", examples=[False])

    @classmethod
    def of(cls, row: CoverageRow) -> "CoverageOut":
        return cls(
            id=row.id,
            first_name=row.first_name,
            last_name=row.last_name,
            email=row.email,
            employer_ref=row.employer_ref,
            card_number=row.card_number,
            state=row.state.value,
            starts_on=row.starts_on.isoformat() if row.starts_on else "",
            ends_on=row.ends_on.isoformat() if row.ends_on else "",
            undelivered=row.undelivered,
        )


class MineOut(Contract):
    """A company's part of a plan."""

    people: list[CoverageOut] = Field(description="Everybody covered, and on the list.")
    free: Count = Field(description="Places that are paid and wait for a newcomer.", examples=[0])
    starts: str = Field(description="First day of the plan.", examples=["2027-04-01"])
    ends: str = Field(description="Last day of the plan; empty: twelve months each.", examples=["2028-03-31"])


def person_typed(form: FormValues) -> PersonIn:
    """One person as a form has it."""
    return PersonIn(
        first_name=form.one("first_name"),
        last_name=form.one("last_name"),
        email=form.one("email"),
        lang="en" if form.one("lang") == "en" else "fr" if form.one("lang") else "",
        employer_ref=form.one("employer_ref"),
    )
