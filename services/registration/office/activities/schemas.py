"""Staff's lists and what they are narrowed by; the same shapes for pages and for the JSON API. Amounts are cents."""

import uuid
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts import Bilingual, Cents, Count, Instant, OrderMethod
from kit.contracts.lists import ListPage


class ResourceFill(BaseModel):
    """How much of a resource is taken."""

    key: str = Field(description="Key of the resource.", examples=["places"])
    label_fr: str = Field(default="", description="Its name in French; empty: by its key.", examples=["Départs"])
    label_en: str = Field(default="", description="Its name in English; empty: in French.", examples=["Tee spots"])
    taken: Count = Field(description="Units taken.", examples=[42])
    reserved: Count = Field(default=0, description="Units kept for somebody, not taken yet.", examples=[8])
    capacity: Count = Field(description="Units there are.", examples=[120])

    @property
    def label(self) -> Bilingual:
        return Bilingual(fr=self.label_fr, en=self.label_en)


class Tally(BaseModel):
    """Confirmed registrations of an activity, the people they bring (`unnamed` of them without a name yet), what they
    come to with taxes and credits, and how much of it is on invoices that are not paid."""

    registrations: Count = Field(default=0, description="Confirmed registrations.", examples=[12])
    people: Count = Field(default=0, description="People they bring.", examples=[42])
    unnamed: Count = Field(default=0, description="Of them, without a name yet.", examples=[3])
    expected: Cents = Field(
        default=0, description="What they come to with taxes and credits, in cents.", examples=[313866]
    )
    owed: Cents = Field(default=0, description="Of it, on invoices that are not paid, in cents.", examples=[74730])


# Names that are missing near their deadline, English that is missing, taxes that nobody has decided.
Todo = Literal["names", "english", "taxes"]


class ActivityRow(BaseModel):
    """One activity in staff's list. `state` is what its public page says now; `draft` or `scheduled` before
    it has one."""

    id: uuid.UUID = Field(description="Id of the activity.")
    key: str = Field(description="Key of the activity, the same for good.", examples=["caricatures-2027"])
    title_fr: str = Field(description="Title in French.", examples=["Cocktail des caricatures"])
    title_en: str = Field(description="Title in English.", examples=["Caricature cocktail"])
    slug_fr: str = Field(description="Last part of its French address.", examples=["cocktail-des-caricatures"])
    slug_en: str = Field(description="Last part of its English address.", examples=["caricature-cocktail"])
    starts_at: Instant | None = Field(description="When it starts (UTC).")
    ends_at: Instant | None = Field(description="When it ends (UTC).")
    names_due_at: Instant | None = Field(
        default=None, description="Until when people can be named (UTC); null: until it starts."
    )
    timezone: str = Field(description="Time zone of the activity, as the IANA names it.", examples=["America/Toronto"])
    state: str = Field(description="What its public page says now.", examples=["open"])
    resources: list[ResourceFill] = Field(description="What is taken of what it shares out.")
    tally: Tally = Field(description="What it comes to so far.")
    kind: str = Field(description="What it is.", examples=["golf_tournament"])
    city: str = Field(description="Where it takes place; empty: online, or not said.", examples=["Saguenay"])
    series: str = Field(
        default="", description="Key of the series it is an edition of; empty: none.", examples=["golf"]
    )
    todo: list[Todo] = Field(default=[], description="What waits for somebody.", examples=[["english"]])

    @property
    def filled(self) -> float:
        """How full the fullest of its resources is; without a limit, it never fills."""
        return max((one.taken / one.capacity for one in self.resources if one.capacity), default=0.0)

    @property
    def title(self) -> Bilingual:
        return Bilingual(fr=self.title_fr, en=self.title_en)


class ActivityFilter(BaseModel):
    """Which activities: by words of their titles, to come or past; by date, by title, or those that have most first."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    q: str = Field(default="", max_length=100, description="Words of its title; empty: all.")
    past: bool = Field(default=False, description="Activities that are over instead of those to come.")
    todo: bool = Field(default=False, description="Only those to come that wait for somebody.")
    state: str = Field(default="", max_length=20, description="Only those in this state; empty: all.")
    kind: str = Field(default="", max_length=40, description="Only those of this kind; empty: all.")
    city: str = Field(default="", max_length=100, description="Only those in this city; empty: all.")
    series: str = Field(default="", max_length=60, description="Only the editions of this series; empty: all.")
    sort: Literal["date", "title", "filled", "registrations", "people", "expected"] = Field(
        default="date", description="Order of the rows."
    )


class RegistrationCriteria(BaseModel):
    """Which registrations, in which order. Without a status, everything but the signups nobody finished."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    q: str = Field(
        default="", max_length=100, description="Words to look for, accents and case ignored; empty: everything."
    )
    status: Literal["", "held", "confirmed", "cancelled", "expired"] = Field(
        default="", description="Only those in this state; empty: all but the signups nobody finished."
    )
    method: Literal[""] | OrderMethod = Field(default="", description="Only those paid this way; empty: all.")
    unpaid: bool = Field(default=False, description="Only those whose invoice is not paid.")
    unnamed: bool = Field(default=False, description="Only those with places that have no name yet.")
    sort: Literal["newest", "oldest"] = Field(default="newest", description="Order of the rows.")


class RegistrationFilter(RegistrationCriteria):
    """A page of them. `after` is the last row of the page before, `before` the first one of the page that follows."""

    after: uuid.UUID | None = Field(default=None, description="Begin after this row: `next` of the page before.")
    before: uuid.UUID | None = Field(default=None, description="End before this row: `previous` of the page after.")


class TakenLine(BaseModel):
    """So many units of a price."""

    quantity: Count = Field(description="Units.", examples=[1])
    label_fr: str = Field(description="What it is called, in French.", examples=["Place, cocktail"])
    label_en: str = Field(description="What it is called, in English.", examples=["Cocktail, one place"])

    @property
    def label(self) -> Bilingual:
        return Bilingual(fr=self.label_fr, en=self.label_en)


class RegistrationRow(BaseModel):
    """One registration. `people` are its active places, `unnamed` those without a name; `left` is the total after
    credits; `owed` says that its invoice is not paid."""

    id: uuid.UUID = Field(description="Id of the registration.")
    code: str = Field(description="Code as people read it.", examples=["CAR-7F3K"])
    contact: str = Field(description="Name of the contact.", examples=["Chloé Roy"])
    company: str = Field(description="Name of the company; empty: none.", examples=["Fonderie Noël"])
    taken: list[TakenLine] = Field(description="What was taken.")
    people: Count = Field(description="Active places.", examples=[1])
    unnamed: Count = Field(description="Of them, without a name yet.", examples=[0])
    total: Cents = Field(description="Total with taxes, in cents.", examples=[7473])
    left: Cents = Field(description="Total after credits, in cents.", examples=[7473])
    status: str = Field(description="`held`, `confirmed`, `cancelled` or `expired`.", examples=["confirmed"])
    method: str = Field(description="How the contact chose to pay.", examples=["invoice"])
    owed: bool = Field(description="Its invoice is not paid.", examples=[True])
    invoice_number: str = Field(
        description="Number of its invoice; empty before there is one.", examples=["F-2027-00012"]
    )
    created_at: Instant = Field(description="When it was made (UTC).")


class RegistrationList(ListPage):
    """A page of registrations."""

    registrations: list[RegistrationRow] = Field(description="The registrations of this page.")


class AttendeeCriteria(BaseModel):
    """Which attendees, in which order. Cancelled places and unfinished signups only show when asked for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    q: str = Field(
        default="", max_length=100, description="Words to look for, accents and case ignored; empty: everything."
    )
    show: Literal["", "arrived", "absent", "unnamed", "held", "cancelled"] = Field(
        default="", description="Only attendees in this state; empty: everybody with a place."
    )
    sort: Literal["name", "name_desc"] = Field(default="name", description="Order of the rows.")


class AttendeeFilter(AttendeeCriteria):
    """A page of them. `after` is the last row of the page before, `before` the first one of the page that follows."""

    after: uuid.UUID | None = Field(default=None, description="Begin after this row: `next` of the page before.")
    before: uuid.UUID | None = Field(default=None, description="End before this row: `previous` of the page after.")


class AttendeeRow(BaseModel):
    """One place. `points` are where the person has been checked in."""

    id: uuid.UUID = Field(description="Id of the attendee.")
    registration_id: uuid.UUID = Field(description="Id of the registration.")
    code: str = Field(description="Code as people read it.", examples=["CAR-7F3K"])
    name: str = Field(description="First and last name; empty: nobody yet.", examples=["Chloé Roy"])
    listed_name: str = Field(
        description="Last name first, as the list is sorted; empty: nobody yet.", examples=["Roy, Chloé"]
    )
    company: str = Field(description="Name of the company; empty: none.", examples=["Fonderie Noël"])
    email: str = Field(description="E-mail address; empty: none.", examples=["chloe@example.org"])
    label_fr: str = Field(description="What it is called, in French.", examples=["Place, cocktail"])
    label_en: str = Field(description="What it is called, in English.", examples=["Cocktail, one place"])
    status: str = Field(description="`active` or `cancelled`.", examples=["active"])
    points: list[str] = Field(description="Keys of the points where the person was checked in.", examples=[["accueil"]])

    @property
    def label(self) -> Bilingual:
        return Bilingual(fr=self.label_fr, en=self.label_en)


class AttendeeList(ListPage):
    """A page of attendees."""

    attendees: list[AttendeeRow] = Field(description="The attendees of this page.")
