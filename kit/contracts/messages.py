"""Between registration and notify: what must be said, and whether it arrived."""

import uuid
from typing import Any, Literal

from pydantic import Field

from kit.contracts.base import Contract, Count, Instant, Message


class Attachment(Contract):
    """A text file to attach, such as a calendar."""

    name: str = Field(description="Name of the file.", examples=["seance.ics"])
    content_type: str = Field(description="Its media type.", examples=["text/calendar"])
    text: str = Field(description="What is in it.")


class SendMessage(Message):
    """One message to one address. `kind` names the template, `entity` what it is about; the same kind, entity and
    version is said once. `values` fills the template: texts, cents and ISO times. `tickets` are drawn as QR codes."""

    kind: str = Field(description="Name of the template.", examples=["ticket"])
    entity: uuid.UUID = Field(description="What it is about.")
    version: Count = Field(default=1, description="Raised to say it again.", examples=[1])
    to: str = Field(description="E-mail address.", examples=["chloe@example.org"])
    to_name: str = Field(default="", description="Name of the person.", examples=["Chloé Roy"])
    lang: Literal["fr", "en"] = Field(description="Language the person reads: `fr` or `en`.", examples=["fr"])
    values: dict[str, Any] = Field(default={}, description="What fills the template.")
    tickets: tuple[dict[str, str], ...] = Field(default=(), description="Tickets drawn as QR codes.")
    attachments: tuple[Attachment, ...] = Field(default=(), description="Text files to attach.")


class DeliveryReported(Message):
    """What became of a message: `sent` to the mail server, or `failed` for good."""

    kind: str = Field(description="Name of the template.", examples=["ticket"])
    entity: uuid.UUID = Field(description="What it was about.")
    version: Count = Field(description="Which telling of it.", examples=[1])
    outcome: Literal["sent", "failed"] = Field(description="What became of it.")
    at: Instant = Field(description="When (UTC).")
