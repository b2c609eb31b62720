"""Letters that wait for their day, about an activity to come."""

from typing import Literal

from pydantic import Field

from kit.contracts.base import Contract, Count
from kit.contracts.letters.base import ActivityLetter, Said, Url


class UnnamedPlaces(Contract):
    """Places of one sort for which no name was given."""

    label: Said = Field(description="What they are.", examples=["Quatuor"])
    count: Count = Field(ge=1, description="How many of them.", examples=[3])


class NamesDue(ActivityLetter):
    """To the contact of a registration, and to nobody else: names are still to be given."""

    kind: Literal["names_due"] = "names_due"
    code: Said = Field(description="Code of the registration.", examples=["GOLF-7K3Q"])
    count: Count = Field(ge=1, description="How many people have no name yet.", examples=[3])
    places: tuple[UnnamedPlaces, ...] = Field(min_length=1, description="The places that are theirs.")
    until: Said = Field(description="Until when they may be given, in words.", examples=["7 juin 2027, 12 h"])
    until_day: Said = Field(description="The day of that, in words.", examples=["7 juin 2027"])
    personal_url: Url = Field(description="Page of the contact.", examples=["https://inscriptions.example.org/r/"])


ReminderLetter = NamesDue
