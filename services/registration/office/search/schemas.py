"""What staff find from any page, as programs are told it and as pages show it."""

import uuid
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from kit.contracts import Bilingual, Instant
from kit.contracts.finding import FoundOrder


@dataclass(frozen=True)
class Reach:
    """What a search may look at: whoever does not see the companies' pages finds nothing of theirs."""

    companies: bool


class FoundPerson(BaseModel):
    """Somebody of a registration (as its contact, or for one of its places) or who acts for a company. `address` is the
    page that shows them."""

    name: str = Field(description="First and last name.", examples=["Chloé Roy"])
    role: Literal["attendee", "contact", "delegate"] = Field(
        description="`attendee`: has a place; `contact`: signed others up; `delegate`: acts for a company."
    )
    company: str = Field(description="Name of the company; empty: none.", examples=["Fonderie Noël"])
    email: str = Field(description="E-mail address; empty: none.", examples=["chloe@example.org"])
    code: str = Field(description="Code of the place or of the registration; empty: none.", examples=["7F3KQ2AB-1"])
    status: str = Field(description="State of the place or registration; empty: none.", examples=["confirmed"])
    activity_title: Bilingual | None = Field(description="Title of the activity; null for who acts for a company.")
    registration_id: uuid.UUID | None = Field(description="Id of the registration; null for who acts for a company.")
    company_id: uuid.UUID | None = Field(description="Id of the company that they act for; null for all others.")
    address: str = Field(description="The page that shows them.")


class FoundCompany(BaseModel):
    """A company."""

    id: uuid.UUID = Field(description="Id of the company.")
    name: str = Field(description="Name of the company.", examples=["Fonderie Noël"])
    city: str = Field(description="City.", examples=["Chicoutimi"])
    status: str = Field(description="Where it stands as a member.", examples=["active"])
    address: str = Field(description="The page that shows it.")


class FoundCode(BaseModel):
    """A code that gives a company's prices, opens a price or lowers prices."""

    word: str = Field(description="The code as people read it.", examples=["AUTOMNE26"])
    kind: Literal["member", "invitation", "discount"] = Field(description="What the code does.")
    of: Bilingual = Field(description="The company, or the title of the activity, that it is for.")
    address: str = Field(description="The page of the company or of the activity.")


class FoundActivity(BaseModel):
    """An activity."""

    id: uuid.UUID = Field(description="Id of the activity.")
    title: Bilingual = Field(description="Title of the activity.")
    starts_at: Instant | None = Field(description="When it starts (UTC).")
    timezone: str = Field(description="Time zone of the activity.", examples=["America/Toronto"])
    address: str = Field(description="The page that shows it.")


class FoundInvoice(FoundOrder):
    """An order with the page that shows it."""

    address: str = Field(description="The page that shows it.")


class Findings(BaseModel):
    """Everything found by some words, a few of each kind. `more` names the kinds of which there are others."""

    people: list[FoundPerson] = Field(description="People, newest registrations first.")
    companies: list[FoundCompany] = Field(description="Companies by name.")
    activities: list[FoundActivity] = Field(description="Activities, latest first.")
    codes: list[FoundCode] = Field(description="Codes of companies and of activities.")
    orders: list[FoundInvoice] = Field(description="Orders and invoices, newest first.")
    billing: Literal["answered", "down"] = Field(description="`down`: orders and invoices could not be asked for.")
    more: list[str] = Field(description="Kinds of which there are others: another word narrows them down.")
