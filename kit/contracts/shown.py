"""A letter as it would be written, for whoever wants to read it before anybody gets one."""

from typing import Any

from pydantic import Field

from kit.contracts.base import Contract


class LetterAsked(Contract):
    """A letter to be read: nobody gets it."""

    letter: dict[str, Any] = Field(
        description="A `SendMessage`, as the mailbox takes it.", examples=[{"kind": "ticket", "lang": "fr"}]
    )


class LetterShown(Contract):
    """One letter in words; it was sent to nobody, and is kept nowhere."""

    subject: str = Field(description="Its subject.", examples=["Votre inscription : 5 à 7 du printemps"])
    text: str = Field(description="What it says, as plain text.", examples=["Bonjour Camille, …"])
