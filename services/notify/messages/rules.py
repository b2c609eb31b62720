"""A message's states, its key, and its name on the wire."""

import uuid
from datetime import timedelta
from enum import StrEnum

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


def message_key(kind: str, entity: uuid.UUID) -> str:
    """The header `X-Message-Key` (design.md §6)."""
    return f"{kind}:{entity}"


def message_id(kind: str, entity: uuid.UUID, version: int, domain: str) -> str:
    """The header `Message-ID`: the same at each attempt, so that a mail program may drop a copy."""
    return f"<{kind}.{entity}.{version}@{domain}>"
