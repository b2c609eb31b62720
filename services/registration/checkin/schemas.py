"""What the door sends and what it is told."""

import uuid
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from registration.checkin.rules import Outcome


class CheckInRequest(BaseModel):
    """One gesture at the door: what was scanned, or the code that was read aloud, or a person picked from a list.

    `check_in_id` is made by the phone: the same gesture sent twice counts once. `at` is when it happened there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ticket: str = Field(default="", max_length=300)
    code: str = Field(default="", max_length=40)
    attendee_id: uuid.UUID | None = None
    point: str = Field(default="", max_length=40)
    at: AwareDatetime | None = None
    check_in_id: uuid.UUID | None = None

    @model_validator(mode="after")
    def _names_somebody(self) -> "CheckInRequest":
        if not (self.ticket or self.code or self.attendee_id):
            raise ValueError("one of ticket, code and attendee_id is needed")
        return self


class Arrival(BaseModel):
    """The door's answer. `at`, `point` and `by` say when, where and by whom the person was checked in.

    Names are given only for a place of this activity; `activity_title` says which other one a ticket is for.
    """

    outcome: Outcome
    check_in_id: uuid.UUID | None = None
    attendee_id: uuid.UUID | None = None
    name: str = ""
    company: str = ""
    code: str = ""
    label_fr: str = ""
    label_en: str = ""
    point: str = ""
    at: datetime | None = None
    by: str = ""
    to_pay: bool = False
    activity_title_fr: str = ""
    activity_title_en: str = ""


class Undone(BaseModel):
    """A check-in that no longer stands. `walk_in`: the person had signed up on the spot, and that signup remains."""

    check_in_id: uuid.UUID
    attendee_id: uuid.UUID
    activity_id: uuid.UUID
    point: str
    walk_in: bool


class Counter(BaseModel):
    """How many people are in, of how many with a confirmed place."""

    present: int
    expected: int


class Missing(BaseModel):
    """Somebody who is expected and not in yet."""

    attendee_id: uuid.UUID
    name: str
    company: str
    code: str


class MissingList(BaseModel):
    """Everybody who is expected at a point and not in yet, by company then by last name: at most `limit` of `total`."""

    attendees: list[Missing]
    total: int
    limit: int


class Found(BaseModel):
    """One place found by name, company or code."""

    attendee_id: uuid.UUID
    name: str
    company: str
    code: str
    label_fr: str
    label_en: str
    confirmed: bool
    cancelled: bool
    to_pay: bool
    check_in_id: uuid.UUID | None
    at: datetime | None


class FoundPage(BaseModel):
    """At most twenty places, by last name. `next` is the `after` of the page that follows, if there is one."""

    attendees: list[Found]
    next: uuid.UUID | None = None
