"""A message's states, its key, its name on the wire, and the refusals of what cannot be said."""

import re
import uuid
from datetime import timedelta
from enum import StrEnum
from typing import Any

from kit.errors import Refusal

# Control characters, and the two line ends of Unicode that some mail programs obey.
BREAKS = re.compile(r"[\x00-\x20\x7f\x85\u2028\u2029]+")
# Personal data of a message is kept this long, then blanked (design.md §4.13).
KEEP = timedelta(days=90)


class Status(StrEnum):
    """Forward only, except that staff may queue a failed message again."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Failure(StrEnum):
    """Why a message was given up."""

    REFUSED = "refused"  # The server refused the address or the message for good.
    ADDRESS = "address"  # The address cannot be written to: malformed, or with letters this server does not take.
    EXHAUSTED = "exhausted"  # Put off too many times.
    EXPIRED = "expired"  # Still unsent when its personal data had to go.


class UnknownKind(Refusal):
    """No template says this kind of message."""

    status = 422


class BadValues(Refusal):
    """The values do not fit the kind: a text is missing, an amount is not in cents. The fields are in the log."""

    status = 422


def message_key(kind: str, entity: uuid.UUID) -> str:
    """The header `X-Message-Key` (design.md §6)."""
    return f"{kind}:{entity}"


def message_id(kind: str, entity: uuid.UUID, version: int, domain: str) -> str:
    """The header `Message-ID`: the same at each attempt, so that a mail program may drop a copy."""
    return f"<{kind}.{entity}.{version}@{domain}>"


def one_line(text: Any) -> Any:
    """A text as a header may carry it: whatever would begin a new line becomes a space. Leaves other types alone."""
    return BREAKS.sub(" ", text).strip(" ") if isinstance(text, str) else text
