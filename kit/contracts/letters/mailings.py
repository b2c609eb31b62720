"""The letter that staff write to the people of an activity. Its text comes in parts, so that nothing a person typed can
become anything else than what it is: plain words, bold words, links."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kit.contracts.base import Contract
from kit.contracts.letters.base import AttendedLetter, Said, Url

Words = Annotated[str, StringConstraints(max_length=6000)]
Lead = Annotated[str, StringConstraints(max_length=2000, pattern=r"^((https?://|mailto:)[^\s\x00-\x1f<>\"]+)?$")]


class Span(Contract):
    """Some words of a line."""

    text: Words = Field(description="The words.", examples=["Stationnez derrière le pavillon."])
    bold: bool = Field(default=False, description="Whether they weigh more.")
    url: Lead = Field(default="", description="Where they lead; empty: nowhere.")


class Paragraph(Contract):
    """Lines that belong together."""

    lines: tuple[tuple[Span, ...], ...] = Field(description="Its lines, in words.")
    listed: bool = Field(default=False, description="Whether each line is an item of a list.")


class ActivityMessage(AttendedLetter):
    """To the contact of a registration, or to one attendee: what the association has to say about the activity."""

    kind: Literal["activity_message"] = Field(default="activity_message", description="Which letter it is.")
    occasion: Literal["written", "postponed", "cancelled", "online", "undone"] = Field(description="Why it is sent.")
    subject: Said = Field(description="Subject of the letter.", examples=["Le stationnement change"])
    paragraphs: tuple[Paragraph, ...] = Field(description="What it says.")
    french_only: bool = Field(description="An English reader gets it in French: it was written in no other language.")
    whose: Literal["contact", "attendee"] = Field(description="Why the reader gets it.")
    choice: bool = Field(default=False, description="Whether the reader has something to choose on their page.")
    personal_url: Url = Field(description="The reader's page.", examples=["https://inscriptions.example.org/r/"])
