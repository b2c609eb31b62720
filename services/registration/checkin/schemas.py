"""What the door sends and what it is told."""

import uuid

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit.contracts import Bilingual, Count, Instant
from registration.checkin.rules import Outcome


class CheckInRequest(BaseModel):
    """One gesture at the door: what was scanned, or the code that was read aloud, or a person picked from a list.

    `check_in_id` is made by the phone: the same gesture sent twice counts once. `at` is when it happened there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ticket: str = Field(
        default="",
        max_length=400,
        description="What the QR says; empty when another way names the person.",
        examples=["G1.0198a7d2"],
    )
    code: str = Field(
        default="",
        max_length=40,
        description="The attendee's code read aloud; empty when another way names the person.",
        examples=[""],
    )
    attendee_id: uuid.UUID | None = Field(
        default=None, description="The attendee picked from a list; null when another way names the person."
    )
    point: str = Field(
        default="",
        max_length=40,
        description="Key of the check-in point; empty: the activity's first.",
        examples=["accueil"],
    )
    at: Instant | None = Field(default=None, description="When it happened, with its zone; null: now.")
    check_in_id: uuid.UUID | None = Field(
        default=None, description="Made by the caller: the same gesture sent twice counts once."
    )

    @model_validator(mode="after")
    def _names_somebody(self) -> "CheckInRequest":
        if not (self.ticket or self.code or self.attendee_id):
            raise ValueError("one of ticket, code and attendee_id is needed")
        return self


class Arrival(BaseModel):
    """The door's answer. `at`, `point` and `by` say when, where and by whom the person was checked in.

    Names are given only for a place of this activity; `activity_title` says which other one a ticket is for.
    """

    outcome: Outcome = Field(description="Whether the person may enter, or why not.")
    check_in_id: uuid.UUID | None = Field(default=None, description="Id of the check-in; null until there is one.")
    attendee_id: uuid.UUID | None = Field(default=None, description="Id of the attendee.")
    name: str = Field(default="", description="First and last name; empty: nobody yet.", examples=["Chloé Roy"])
    company: str = Field(default="", description="Name of the company; empty: none.", examples=["Fonderie Noël"])
    code: str = Field(default="", description="Code as people read it.", examples=["CAR-7F3K"])
    label_fr: str = Field(default="", description="What it is called, in French.", examples=["Place, cocktail"])
    label_en: str = Field(default="", description="What it is called, in English.", examples=["Cocktail, one place"])
    point: str = Field(
        default="", description="Key of the check-in point; empty: the activity's first.", examples=["accueil"]
    )
    at: Instant | None = Field(default=None, description="When the person was checked in (UTC).")
    by: str = Field(default="", description="Who checked them in.", examples=["Élise Côté"])
    to_pay: bool = Field(default=False, description="The registration is not paid.", examples=[False])
    activity_title_fr: str = Field(
        default="", description="The other activity a ticket is for, in French; empty: this one.", examples=[""]
    )
    activity_title_en: str = Field(default="", description="The same in English.", examples=[""])

    @property
    def activity_title(self) -> Bilingual:
        return Bilingual(fr=self.activity_title_fr, en=self.activity_title_en)

    @property
    def label(self) -> Bilingual:
        return Bilingual(fr=self.label_fr, en=self.label_en)


class Undone(BaseModel):
    """A check-in that no longer stands. `walk_in`: the person had signed up on the spot, and that signup remains."""

    check_in_id: uuid.UUID = Field(description="Id of the check-in; null until there is one.")
    attendee_id: uuid.UUID = Field(description="Id of the attendee.")
    activity_id: uuid.UUID = Field(description="Id of the activity.")
    point: str = Field(description="Key of the check-in point; empty: the activity's first.", examples=["accueil"])
    walk_in: bool = Field(description="The person had signed up on the spot: that signup remains.", examples=[False])


class Counter(BaseModel):
    """How many people are in, of how many with a confirmed place."""

    present: Count = Field(description="People who are in.", examples=[42])
    expected: Count = Field(description="People with a confirmed place.", examples=[120])


class Missing(BaseModel):
    """Somebody who is expected and not in yet."""

    attendee_id: uuid.UUID = Field(description="Id of the attendee.")
    name: str = Field(description="First and last name; empty: nobody yet.", examples=["Chloé Roy"])
    listed_name: str = Field(
        description="Last name first, as the list is sorted; empty: nobody yet.", examples=["Roy, Chloé"]
    )
    company: str = Field(description="Name of the company; empty: none.", examples=["Fonderie Noël"])
    code: str = Field(description="Code as people read it.", examples=["CAR-7F3K"])


class MissingList(BaseModel):
    """Everybody who is expected at a point and not in yet, by company then by last name: at most `limit` of `total`,
    the first by last name."""

    attendees: list[Missing] = Field(description="Who is not in yet, by company then by last name.")
    total: Count = Field(description="How many they are; 1001 stands for more than a thousand.", examples=[1])
    limit: Count = Field(description="How many are listed at most.", examples=[200])


class Found(BaseModel):
    """One place found by name, company or code."""

    attendee_id: uuid.UUID = Field(description="Id of the attendee.")
    name: str = Field(description="First and last name; empty: nobody yet.", examples=["Chloé Roy"])
    company: str = Field(description="Name of the company; empty: none.", examples=["Fonderie Noël"])
    code: str = Field(description="Code as people read it.", examples=["CAR-7F3K"])
    label_fr: str = Field(description="What it is called, in French.", examples=["Place, cocktail"])
    label_en: str = Field(description="What it is called, in English.", examples=["Cocktail, one place"])
    confirmed: bool = Field(description="The registration is confirmed.", examples=[True])
    cancelled: bool = Field(description="The place was given back.", examples=[False])
    to_pay: bool = Field(description="The registration is not paid.", examples=[False])
    check_in_id: uuid.UUID | None = Field(description="Id of the check-in; null until there is one.")
    at: Instant | None = Field(description="When the person was checked in (UTC); null: not yet.")

    @property
    def label(self) -> Bilingual:
        return Bilingual(fr=self.label_fr, en=self.label_en)


class FoundPage(BaseModel):
    """At most twenty places, by last name. `next` is the `after` of the page that follows, if there is one."""

    attendees: list[Found] = Field(description="The places of this page, by last name.")
    next: uuid.UUID | None = Field(default=None, description="`after` of the page that follows; null on the last.")
