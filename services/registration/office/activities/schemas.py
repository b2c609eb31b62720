"""Staff's lists and what they are narrowed by; the same shapes for pages and for the JSON API. Amounts are cents."""

import uuid
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kit.paging import ListPage


class ResourceFill(BaseModel):
    """How much of a resource is taken."""

    key: str
    taken: int
    capacity: int


class Tally(BaseModel):
    """Confirmed registrations of an activity, the people they bring (`unnamed` of them without a name yet), what they
    come to with taxes and credits, and how much of it is on invoices that are not paid."""

    registrations: int = 0
    people: int = 0
    unnamed: int = 0
    expected: int = 0
    owed: int = 0


class ActivityRow(BaseModel):
    """One activity in staff's list. `state` is what its public page says now."""

    id: uuid.UUID
    key: str
    title_fr: str
    title_en: str
    slug_fr: str
    slug_en: str
    starts_at: datetime | None
    ends_at: datetime | None
    timezone: str
    state: str
    resources: list[ResourceFill]
    tally: Tally

    @property
    def filled(self) -> float:
        """How full the fullest of its resources is; without a limit, it never fills."""
        return max((one.taken / one.capacity for one in self.resources if one.capacity), default=0.0)


class ActivityFilter(BaseModel):
    """Which activities: by words of their titles, to come or past; by date, by title, or those that have most first."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    q: str = Field(default="", max_length=100)
    past: bool = False
    sort: Literal["date", "title", "filled", "registrations", "people", "expected"] = "date"


class RegistrationFilter(BaseModel):
    """What a list of registrations is narrowed by. `after` is the last row of the page before, `before` the first one
    of the page that follows.

    Without a status, everything but the signups nobody finished.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    q: str = Field(default="", max_length=100)
    status: Literal["", "held", "confirmed", "cancelled", "expired"] = ""
    method: Literal["", "card", "invoice", "cash", "free"] = ""
    unpaid: bool = False
    unnamed: bool = False
    sort: Literal["newest", "oldest"] = "newest"
    after: uuid.UUID | None = None
    before: uuid.UUID | None = None


class TakenLine(BaseModel):
    """So many units of a price."""

    quantity: int
    label_fr: str
    label_en: str


class RegistrationRow(BaseModel):
    """One registration. `people` are its active places, `unnamed` those without a name; `left` is the total after
    credits; `owed` says that its invoice is not paid."""

    id: uuid.UUID
    code: str
    contact: str
    company: str
    taken: list[TakenLine]
    people: int
    unnamed: int
    total: int
    left: int
    status: str
    method: str
    owed: bool
    invoice_number: str
    created_at: datetime


class RegistrationList(ListPage):
    """A page of registrations."""

    registrations: list[RegistrationRow]


class AttendeeFilter(BaseModel):
    """What a list of attendees is narrowed by. Cancelled places and unfinished signups only show when asked for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    q: str = Field(default="", max_length=100)
    show: Literal["", "arrived", "absent", "unnamed", "held", "cancelled"] = ""
    sort: Literal["name", "name_desc"] = "name"
    after: uuid.UUID | None = None
    before: uuid.UUID | None = None


class AttendeeRow(BaseModel):
    """One place. `points` are where the person has been checked in."""

    id: uuid.UUID
    registration_id: uuid.UUID
    code: str
    name: str
    company: str
    email: str
    label_fr: str
    label_en: str
    status: str
    points: list[str]


class AttendeeList(ListPage):
    """A page of attendees."""

    attendees: list[AttendeeRow]
