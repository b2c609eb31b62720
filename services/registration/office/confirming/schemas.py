"""Signups that wait to be confirmed, as staff read them. Amounts are cents."""

import uuid

from pydantic import BaseModel, Field

from kit.contracts import Cents, Count, Instant


class WaitingSignup(BaseModel):
    """A signup of a company nobody recognised that waits for its contact, or staff, to confirm it."""

    id: uuid.UUID = Field(description="Id of the registration.")
    activity_id: uuid.UUID = Field(description="Id of the activity.")
    activity_title_fr: str = Field(description="Title of the activity in French.", examples=["Tournoi de golf"])
    activity_title_en: str = Field(description="Title of the activity in English.", examples=["Golf tournament"])
    timezone: str = Field(description="Time zone of the activity, as the IANA names it.", examples=["America/Toronto"])
    code: str = Field(description="Code as people read it.", examples=["CAR-7F3K"])
    contact: str = Field(description="Name of the contact.", examples=["Chloé Roy"])
    email: str = Field(description="Address of the contact.", examples=["chloe@example.org"])
    company: str = Field(description="Company they name.", examples=["Fonderie Noël"])
    places: Count = Field(description="Places held for it.", examples=[12])
    total: Cents = Field(description="What it comes to with taxes, in cents.", examples=[117276])
    held_until: Instant | None = Field(description="When its places go back unless it is confirmed (UTC).")
