"""What is asked of somebody who arrives without a place, and what they are told."""

import uuid
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts import Bilingual, Cents, OrderMethod
from kit.contracts.addresses import Address
from kit.contracts.texts import Line
from kit.db import new_id
from registration.signup.schemas import Answers


class WalkIn(BaseModel):
    """One person at the door. `registration_id` is made by whoever asks: the same gesture sent twice counts once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    registration_id: uuid.UUID = Field(
        default_factory=new_id, description="Made by the caller: the same gesture sent twice counts once."
    )
    first_name: Line = Field(default="", description="First name; empty: nobody yet.", examples=["Chloé"])
    last_name: Line = Field(default="", description="Last name; empty: nobody yet.", examples=["Roy"])
    company: Line = Field(default="", description="Name of the company; empty: none.", examples=["Fonderie Noël"])
    email: Address = Field(default="", description="E-mail address; empty: none.", examples=["chloe@example.org"])
    product: str = Field(default="", description="Key of the product.", examples=["car"])
    who: str = Field(default="anyone", description="Whom the price is for.", examples=["non_member"])
    method: OrderMethod | Literal[""] = Field(
        default="", description="How they pay; empty: nothing is owed.", examples=["cash"]
    )
    lang: Literal["fr", "en"] = Field(default="fr", description="Language the person reads.")
    answers: Answers = Field(default={}, description="Answers by the key of their question.", examples=[{}])
    point: str = Field(
        default="",
        description="Key of the check-in point; empty: the activity's first.",
        examples=["accueil"],
    )


class SignedUp(BaseModel):
    """What became of a walk-in, in cents. `to_collect` is the cash to take now; `pay_url` is where a card pays, for
    the guest's own phone; `check_in_id` is empty until the person is in."""

    registration_id: uuid.UUID = Field(description="Id of the registration.")
    attendee_id: uuid.UUID = Field(description="Id of the attendee.")
    code: str = Field(description="Code as people read it.", examples=["CAR-7F3K"])
    name: str = Field(description="First and last name; empty: nobody yet.", examples=["Chloé Roy"])
    company: str = Field(description="Name of the company; empty: none.", examples=["Fonderie Noël"])
    label_fr: str = Field(description="What it is called, in French.", examples=["Place, cocktail"])
    label_en: str = Field(description="What it is called, in English.", examples=["Cocktail, one place"])
    status: str = Field(description="`held`, `confirmed`, `cancelled` or `expired`.", examples=["confirmed"])
    method: str = Field(description="How they pay.", examples=["cash"])
    total: Cents = Field(description="Total with taxes, in cents.", examples=[7473])
    to_collect: Cents = Field(description="Cash to take now, in cents.", examples=[7475])
    check_in_id: uuid.UUID | None = Field(description="Id of the check-in; null until there is one.")
    pay_url: str = Field(
        default="", description="Where a browser pays by card; empty when there is nothing to pay so.", examples=[""]
    )

    @property
    def label(self) -> Bilingual:
        return Bilingual(fr=self.label_fr, en=self.label_en)
