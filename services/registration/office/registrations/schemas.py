"""Staff's lists and what they are narrowed by; the same shapes for pages and for the JSON API. Amounts are cents."""

import uuid
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts import Bilingual, Cents, Count, Instant
from kit.contracts.addresses import Address
from kit.contracts.texts import SEEN, Line
from registration.history.schemas import HistoryView
from registration.office.activities.schemas import TakenLine
from registration.signup.schemas import Answers


class PlaceView(BaseModel):
    """One attendee of a registration. `arrivals` are where, when and by whom, for check-ins that stand."""

    id: uuid.UUID = Field(description="Id of the attendee.")
    position: Count = Field(description="Number of the place in its registration, from 1.", examples=[1])
    code: str = Field(description="Code as people read it.", examples=["CAR-7F3K"])
    name: str = Field(description="First and last name; empty: nobody yet.", examples=["Chloé Roy"])
    email: str = Field(description="E-mail address; empty: none.", examples=["chloe@example.org"])
    company: str = Field(description="Name of the company; empty: none.", examples=["Fonderie Noël"])
    status: str = Field(description="`active` or `cancelled`.", examples=["active"])
    label_fr: str = Field(description="What it is called, in French.", examples=["Place, cocktail"])
    label_en: str = Field(description="What it is called, in English.", examples=["Cocktail, one place"])
    ticket_version: Count = Field(description="Raised when the ticket was made anew.", examples=[1])
    arrivals: list[tuple[str, Instant, str]] = Field(
        description="Check-ins that stand: point, when (UTC), by whom.",
        examples=[[["accueil", "2027-06-10T15:00:00Z", "Élise Côté"]]],
    )

    @property
    def label(self) -> Bilingual:
        return Bilingual(fr=self.label_fr, en=self.label_en)


class NoteView(BaseModel):
    """What staff remember of a registration; no visitor ever reads it."""

    body: str = Field(description="What it says; empty: nothing.", examples=["Préfère payer par virement."])
    written_by: str = Field(description="Who wrote it last, by name.", examples=["Élise Côté"])
    written_at: Instant | None = Field(description="When it was written last (UTC); null: nobody wrote any.")


class RegistrationView(BaseModel):
    """One registration, whole. `order` is billing's; `billing` says whether it could be asked."""

    id: uuid.UUID = Field(description="Id of the registration.")
    activity_id: uuid.UUID = Field(description="Id of the activity.")
    code: str = Field(description="Code as people read it.", examples=["CAR-7F3K"])
    status: str = Field(description="`held`, `confirmed`, `cancelled` or `expired`.", examples=["confirmed"])
    method: str = Field(description="How the contact chose to pay.", examples=["invoice"])
    lang: str = Field(description="Language the person reads: `fr` or `en`.", examples=["fr"])
    contact: dict[str, str] = Field(
        description="Name, address and telephone of the contact.",
        examples=[{"first_name": "Chloé", "last_name": "Roy"}],
    )
    company: str = Field(description="Name of the company; empty: none.", examples=["Fonderie Noël"])
    po_number: str = Field(description="Its purchase order number; empty: none.", examples=["PO-1044"])
    member: bool = Field(description="The company was a member in good standing.", examples=[False])
    subtotal: Cents = Field(description="Sum of the lines before tax, in cents.", examples=[6500])
    tps: Cents = Field(description="GST (TPS), in cents.", examples=[325])
    tvq: Cents = Field(description="QST (TVQ), in cents.", examples=[648])
    total: Cents = Field(description="Total with taxes, in cents.", examples=[7473])
    credited: Cents = Field(description="What was credited since, in cents.", examples=[0])
    refunded: Cents = Field(description="What went back, in cents.", examples=[0])
    received: Cents = Field(description="What was received, in cents.", examples=[0])
    balance: Cents = Field(description="What is to pay now, in cents.", examples=[7473])
    invoice_number: str = Field(
        description="Number of its invoice; empty before there is one.", examples=["F-2027-00012"]
    )
    paid_at: Instant | None = Field(description="When it was paid in full (UTC); null until then.")
    created_at: Instant = Field(description="When it was made (UTC).")
    personal_url: str = Field(
        description="The contact's personal link: its last part is the `X-Link-Token`.",
        examples=["https://inscriptions.example.org/r/0198a7d2-6f10-7c3e-9b52-2f6d1c0e8a41/kM3v"],
    )
    lines: list[TakenLine] = Field(description="What was taken.")
    attendees: list[PlaceView] = Field(description="Every place, cancelled ones too.")
    history: list[HistoryView] = Field(description="Who did what, newest first.")
    note: NoteView = Field(description="What staff remember of it.")
    versions: dict[str, str] = Field(
        description="The version of each part that may be changed: `contact`, `billing`, `note`, `answers`, and the "
        "id of each attendee. Sent back with a correction, it is refused when somebody else was faster.",
        examples=[{"contact": "5f1c0e8a41b2d6709a3c", "note": "9b52af6d10c0e8a41077"}],
    )
    billing: Literal["answered", "no_order", "down"] = Field(
        description="Whether billing could be asked for the order.", examples=["answered"]
    )
    order: dict[str, Any] | None = Field(
        description="Billing's order, as `GET /api/orders/{order_id}` answers it; null without one.", examples=[{}]
    )


class AnswerView(BaseModel):
    """What was answered to a question; `attendee_id` is empty for an answer of the whole registration."""

    attendee_id: uuid.UUID | None = Field(description="Id of the attendee; null: for the whole registration.")
    question: str = Field(description="Key of the question.", examples=["q-repas"])
    value: str | list[str] = Field(description="The answer, or the options chosen.", examples=["boeuf"])


class Cancelled(BaseModel):
    """What a cancellation did, in cents before tax."""

    whole: bool = Field(description="Nobody is left.", examples=[True])
    people: Count = Field(description="How many attendees left.", examples=[1])
    credit: Cents = Field(description="What is credited before tax, in cents.", examples=[6500])
    kept: Cents = Field(description="What the rule keeps before tax, in cents.", examples=[0])


class Resent(BaseModel):
    """How many messages were queued again."""

    messages: Count = Field(description="Confirmation and tickets together.", examples=[2])


class ContactCorrection(BaseModel):
    """The contact as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_name: Line = Field(description="First name.", examples=["Chloé"])
    last_name: Line = Field(description="Last name.", examples=["Roy"])
    email: Address = Field(description="E-mail address.", examples=["chloe@example.org"])
    phone: Line = Field(default="", description="Telephone; empty: none.", examples=["418 555-0100"])


class PlaceCorrection(BaseModel):
    """The person of a place as they are: the same person, who keeps their ticket unless the address is a new one. When
    neither name nor address is sent, the person stays as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: uuid.UUID = Field(description="Id of the attendee.")
    first_name: Line = Field(default="", description="First name; empty: nobody yet.", examples=["Chloé"])
    last_name: Line = Field(default="", description="Last name; empty: nobody yet.", examples=["Roy"])
    email: Address = Field(default="", description="E-mail address; empty: none.", examples=["chloe@example.org"])
    company: Line = Field(default="", description="Their company; empty: as it was.", examples=["Fonderie Noël"])
    answers: Answers = Field(
        default={},
        description="Answers that change, by the key of their question; an empty one takes the answer away.",
        examples=[{"q-repas": "boeuf"}],
    )

    @property
    def names_somebody(self) -> bool:
        return bool(self.model_fields_set & {"first_name", "last_name", "email", "company"})


class CorrectionRequest(BaseModel):
    """What is put right; what is left out stays as it is. A part whose version is sent is refused when it has another
    one since."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contact: ContactCorrection | None = Field(default=None, description="The contact; null: as it was.")
    company: Line | None = Field(
        default=None,
        description="The company, as documents issued from now on name it; null: as it was.",
        examples=["Fonderie Noël"],
    )
    po_number: Line | None = Field(
        default=None,
        description="Purchase order number, for documents issued from now on; null: as it was.",
        examples=["PO-1044"],
    )
    note: Annotated[str, SEEN] | None = Field(
        default=None,
        description="What staff remember of it, at most 1,000 characters; empty: nothing; null: as it was.",
        examples=["Préfère payer par virement."],
    )
    attendees: list[PlaceCorrection] = Field(default=[], description="The places that change.")
    answers: Answers = Field(
        default={},
        description="Answers for the whole registration that change, by the key of their question.",
        examples=[{"q-vin": "yes"}],
    )
    versions: dict[str, str] = Field(
        default={},
        description="Versions of the parts as they were read; left out: whatever stands is replaced.",
        examples=[{"contact": "5f1c0e8a41b2d6709a3c"}],
    )


class Cancellation(BaseModel):
    """Which attendees leave (nobody named: everyone), and the part kept when staff decide otherwise than the rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    attendees: list[uuid.UUID] = Field(default=[], description="Who leaves; nobody named: everyone.")
    keep_percent: Count | None = Field(
        default=None,
        ge=0,
        le=100,
        description="Part kept, in percent, when staff decide otherwise than the rule.",
        examples=[0],
    )
