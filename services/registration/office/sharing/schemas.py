"""What an activity is announced with, in one language."""

from pydantic import BaseModel, Field


class Announcement(BaseModel):
    """Everything to announce an activity with: its address, and a block for a newsletter, as HTML and as text."""

    lang: str = Field(description="`fr` or `en`.", examples=["fr"])
    address: str = Field(description="Its public address.", examples=["https://example.org/fr/activites/golf"])
    calendar: str = Field(description="Address of its calendar file; empty: it has no date.")
    html: str = Field(description="The block as HTML, with its own styles, for any newsletter.")
    text: str = Field(description="The same as text.")


class Sharing(BaseModel):
    """What an activity is announced with, in both languages; `published` says whether anybody else sees it yet."""

    published: bool = Field(description="Whether the addresses lead somewhere for everybody.", examples=[True])
    fr: Announcement = Field(description="In French.")
    en: Announcement = Field(description="In English; what has no English text is in French.")
