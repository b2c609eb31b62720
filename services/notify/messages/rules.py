"""A message's states, its key, and its name on the wire."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from kit.errors import Refusal

# Personal data of a message is kept this long, then blanked (design.md §4.13).
KEEP = timedelta(days=90)


class NotALetter(Refusal):
    """What was sent is no letter that can be written."""

    status = 422


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
    RECIPIENT_CEILING = "recipient_ceiling"  # As many letters to this address within a day as we ever send.
    ENTITY_CEILING = "entity_ceiling"  # As many about this registration, place or account.
    DAY_CEILING = "day_ceiling"  # As many as this house sends in a day.


@dataclass(frozen=True)
class Ceilings:
    """How many letters leave within a day, at most, whoever causes them: to one address, about one thing, in all."""

    per_recipient: int
    per_entity: int
    per_day: int


@dataclass(frozen=True)
class Volume:
    """How many letters were taken within a day."""

    to_recipient: int
    about_entity: int
    in_all: int


# Letters that were refused because of a ceiling: they never left, and do not keep it reached.
OVER = (Failure.RECIPIENT_CEILING, Failure.ENTITY_CEILING, Failure.DAY_CEILING)
DAY = timedelta(days=1)


def refusal_of(volume: Volume, ceilings: Ceilings) -> Failure | None:
    """Which ceiling one letter more would go over, if any."""
    if volume.about_entity >= ceilings.per_entity:
        return Failure.ENTITY_CEILING
    if volume.to_recipient >= ceilings.per_recipient:
        return Failure.RECIPIENT_CEILING
    return Failure.DAY_CEILING if volume.in_all >= ceilings.per_day else None


def message_key(kind: str, entity: uuid.UUID) -> str:
    """The header `X-Message-Key` (design.md §6)."""
    return f"{kind}:{entity}"


def message_id(kind: str, entity: uuid.UUID, version: int, domain: str) -> str:
    """The header `Message-ID`: the same at each attempt, so that a mail program may drop a copy."""
    return f"<{kind}.{entity}.{version}@{domain}>"
