"""Staff's lists and what they are narrowed by; the same shapes for pages and for the JSON API. Amounts are cents."""

import uuid
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from registration.history.schemas import HistoryView
from registration.office.activities.schemas import (
    TakenLine,
)


class PlaceView(BaseModel):
    """One attendee of a registration. `arrivals` are where, when and by whom, for check-ins that stand."""

    id: uuid.UUID
    code: str
    name: str
    email: str
    company: str
    status: str
    label_fr: str
    label_en: str
    ticket_version: int
    arrivals: list[tuple[str, datetime, str]]


class RegistrationView(BaseModel):
    """One registration, whole. `order` is billing's; `billing` says whether it could be asked."""

    id: uuid.UUID
    activity_id: uuid.UUID
    code: str
    status: str
    method: str
    lang: str
    contact: dict[str, str]
    company: str
    member: bool
    subtotal: int
    tps: int
    tvq: int
    total: int
    credited: int
    refunded: int
    invoice_number: str
    paid_at: datetime | None
    created_at: datetime
    personal_url: str
    lines: list[TakenLine]
    attendees: list[PlaceView]
    history: list[HistoryView]
    billing: Literal["answered", "no_order", "down"]
    order: dict[str, Any] | None


class AnswerView(BaseModel):
    """What was answered to a question; `attendee_id` is empty for an answer of the whole registration."""

    attendee_id: uuid.UUID | None
    question: str
    value: str | list[str]


class Cancelled(BaseModel):
    """What a cancellation did, in cents before tax."""

    whole: bool
    people: int
    credit: int
    kept: int


class Cancellation(BaseModel):
    """Which attendees leave (nobody named: everyone), and the part kept when staff decide otherwise than the rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    attendees: list[uuid.UUID] = []
    keep_percent: int | None = Field(default=None, ge=0, le=100)
