"""Between registration and notify: what must be said, and whether it arrived."""

import uuid
from datetime import datetime
from typing import Any, Literal

from kit.contracts.base import Contract, Message


class Attachment(Contract):
    """A text file to attach, such as a calendar."""

    name: str
    content_type: str
    text: str


class SendMessage(Message):
    """One message to one address. `kind` names the template, `entity` what it is about; the same kind, entity and
    version is said once. `values` fills the template: texts, cents and ISO times. `tickets` are drawn as QR codes."""

    kind: str
    entity: uuid.UUID
    version: int = 1
    to: str
    to_name: str = ""
    lang: Literal["fr", "en"]
    values: dict[str, Any] = {}
    tickets: tuple[dict[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()


class DeliveryReported(Message):
    """What became of a message: `sent` to the mail server, or `failed` for good."""

    kind: str
    entity: uuid.UUID
    version: int
    outcome: Literal["sent", "failed"]
    at: datetime
