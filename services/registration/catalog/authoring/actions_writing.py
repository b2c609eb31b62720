"""What writing needs beside the words: who writes, what registrations hold, how what is new gets its id."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kit.contracts.callers import Caller
from kit.db import new_id
from registration.catalog.sections.rules import NOTHING_HELD, Held


class NewId(Protocol):
    """The id of a new row: of `what` (a product, a price) under which key. One that was given is never asked again."""

    def __call__(self, what: str, /, *keys: str) -> uuid.UUID: ...


def fresh(_what: str, *_keys: str) -> uuid.UUID:
    """An id that nothing had before."""
    return new_id()


@dataclass(frozen=True)
class Author:
    """Who writes, and when. A file that is loaded gives what is new the ids that it always has."""

    by: Caller
    now: datetime
    new_id: NewId = fresh


@dataclass(frozen=True)
class Writing:
    """What a section is written beside: what registrations hold of the activity, and the ids of what is new."""

    held: Held = NOTHING_HELD
    new_id: NewId = fresh
