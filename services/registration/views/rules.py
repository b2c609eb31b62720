"""One's own views of a list: a name, and what the list is narrowed to under it."""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from kit.errors import InvalidInput, Refusal

# Characters of a name, which stands in a row of tabs; views of one list, which must fit beside one another.
NAME_LENGTH = 40
MOST = 12


class Listed(StrEnum):
    """The list that a view narrows."""

    REGISTRATIONS = "registrations"
    ATTENDEES = "attendees"


class TooManyViews(Refusal):
    """Somebody keeps `n` views of one list already, which is as many as may be."""


class NothingNarrowed(Refusal):
    """The list would show everything: there is nothing to keep."""


@dataclass(frozen=True)
class ViewRow:
    """A view somebody kept: `narrowed` are the parameters of the list's address, without the words looked for."""

    id: uuid.UUID
    listed: Listed
    name: str
    narrowed: str


def view_name(typed: str) -> str:
    """The name as it is kept, on one line. Raises InvalidInput when it is missing or too long."""
    name = " ".join(typed.split())
    if not name:
        raise InvalidInput({"name": "problem.required"})
    if len(name) > NAME_LENGTH:
        raise InvalidInput({"name": "problem.view_name"})
    return name
