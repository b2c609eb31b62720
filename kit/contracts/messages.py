"""Between registration and notify: what must be said, and whether it arrived."""

import uuid
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from kit.contracts.base import Contract, Count, Instant, Message
from kit.contracts.letters import Letter, LetterByKind, Ticket, received
from kit.contracts.papers import PaperQuestion


class Attachment(Contract):
    """A text file to attach, such as a calendar."""

    name: str = Field(description="Name of the file.", examples=["seance.ics"])
    content_type: str = Field(description="Its media type.", examples=["text/calendar"])
    text: str = Field(description="What is in it.")


class SendMessage(Message):
    """One letter to one address. The same kind, entity and version is said once; `kind` is the letter's own.

    Whoever posts one gives a letter of its type, with all its fields; a receiver overlooks those it does not know.
    """

    senders: ClassVar[tuple[str, ...]] = ("registration",)

    kind: str = Field(default="", description="Kind of the letter.", examples=["ticket"])
    entity: uuid.UUID = Field(description="What it is about.")
    version: Count = Field(default=1, description="Raised to say it again.", examples=[1])
    to: str = Field(description="E-mail address.", examples=["chloe@example.org"])
    to_name: str = Field(default="", description="Name of the person.", examples=["Chloé Roy"])
    lang: Literal["fr", "en"] = Field(description="Language the person reads: `fr` or `en`.", examples=["fr"])
    values: LetterByKind = Field(description="What the letter says.")
    tickets: tuple[Ticket, ...] = Field(default=(), description="Tickets drawn as QR codes.")
    attachments: tuple[Attachment, ...] = Field(default=(), description="Text files to attach.")
    papers: tuple[PaperQuestion, ...] = Field(
        default=(), description="Documents of billing to attach, asked of it when the letter is written."
    )

    @model_validator(mode="before")
    @classmethod
    def _of_its_kind(cls, content: Any) -> Any:
        """A letter says its kind; values that were sent take theirs from the message."""
        if not isinstance(content, dict):
            return content
        values = content.get("values")
        if isinstance(values, Letter):
            return {**content, "kind": type(values).model_fields["kind"].default}
        kind = content.get("kind")
        if not (isinstance(values, dict) and isinstance(kind, str)):
            return content
        return {**content, "values": received(kind, values)}


class DeliveryReported(Message):
    """What became of a message: `sent` to the mail server, or `failed` for good."""

    senders: ClassVar[tuple[str, ...]] = ("notify",)

    kind: str = Field(description="Name of the template.", examples=["ticket"])
    entity: uuid.UUID = Field(description="What it was about.")
    version: Count = Field(description="Which telling of it.", examples=[1])
    subject: str = Field(default="", description="What its subject said.", examples=["Votre billet"])
    outcome: Literal["sent", "failed"] = Field(description="What became of it.")
    at: Instant = Field(description="When (UTC).")
