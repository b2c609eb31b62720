"""What a signup says, whether it came from the form or from the API."""

import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Answers = dict[str, str | list[str]]
MAX_ATTENDEES = 40


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Contact(Shape):
    """Who signs others up and receives the messages."""

    first_name: Line = ""
    last_name: Line = ""
    email: Line = ""
    phone: Line = ""


class AttendeeIn(Shape):
    """One person, or nobody yet: every field may be empty."""

    first_name: Line = ""
    last_name: Line = ""
    email: Line = ""
    company: Line = ""
    answers: Answers = {}


class Item(Shape):
    """So many units of a product, for members, non-members or anyone; its attendees in order."""

    product: str
    who: Literal["member", "non_member", "anyone", "code"]
    quantity: int = Field(ge=1, le=MAX_ATTENDEES)
    attendees: tuple[AttendeeIn, ...] = ()


class BillTo(Shape):
    """Where an invoice goes, when it is not the contact."""

    email: Line = ""
    address: Line = ""
    city: Line = ""
    province: Line = "QC"
    postal_code: Line = ""
    po_number: Line = ""


class SignupRequest(Shape):
    """Everything one screen asks. `expected_total` (cents) is what the person was shown, if they were shown one."""

    registration_id: uuid.UUID
    lang: Literal["fr", "en"] = "fr"
    contact: Contact
    company: Line = ""
    items: tuple[Item, ...]
    answers: Answers = {}
    contact_attends: bool = True
    method: Literal["card", "invoice", "cash", "free", ""] = ""
    bill_to: BillTo = BillTo()
    code: Line = ""
    terms_accepted: bool = False
    expected_total: int | None = None
