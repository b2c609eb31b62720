"""What is asked of somebody who arrives without a place, and what they are told."""

import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kit.db import new_id
from registration.signup.schemas import Answers

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class WalkIn(BaseModel):
    """One person at the door. `registration_id` is made by whoever asks: the same gesture sent twice counts once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    registration_id: uuid.UUID = Field(default_factory=new_id)
    first_name: Line = ""
    last_name: Line = ""
    company: Line = ""
    email: Line = ""
    product: str = Field(default="", max_length=100)
    who: str = Field(default="anyone", max_length=20)
    method: Literal["cash", "card", "invoice", ""] = ""
    lang: Literal["fr", "en"] = "fr"
    answers: Answers = {}
    point: str = Field(default="", max_length=40)


class SignedUp(BaseModel):
    """What became of a walk-in, in cents. `to_collect` is the cash to take now; `pay_url` is where a card pays, for
    the guest's own phone; `check_in_id` is empty until the person is in."""

    registration_id: uuid.UUID
    attendee_id: uuid.UUID
    code: str
    name: str
    company: str
    label_fr: str
    label_en: str
    status: str
    method: str
    total: int
    to_collect: int
    check_in_id: uuid.UUID | None
    pay_url: str = ""
