"""A company's own page, for programs: what somebody who acts for it sees there."""

import uuid
from typing import Literal

from pydantic import BaseModel, Field

from kit.contracts import Cents, Count, Day, Instant
from registration.members.records.schemas import Line, PersonForm
from registration.members.rules import May, MemberStatus, Role
from registration.public.space.queries import Inside, Signed
from registration.registrations.rules import RegistrationStatus


class SignedOut(BaseModel):
    """One registration of the company. Nothing of what people answered is here."""

    id: uuid.UUID = Field(description="Id of the registration.")
    title: str = Field(description="Title of the activity.", examples=["Tournoi de golf"])
    starts_at: Instant | None = Field(description="When it begins (UTC); null: it has no date.")
    status: RegistrationStatus = Field(description="Where it stands.")
    people: Count = Field(description="Places that stand.", examples=[11])
    unnamed: Count = Field(description="Places without a name.", examples=[3])
    names_due_at: Instant | None = Field(description="Until when names are given (UTC); null: no such day.")
    owed: Cents = Field(description="What is to pay on its invoice, in cents.", examples=[24734])
    invoice_number: str = Field(description="Number of its invoice; empty: none.", examples=["F-2027-00012"])
    url: str = Field(
        description="Its page; empty: this person may not open it.", examples=["https://inscriptions.example.org/r/"]
    )

    @classmethod
    def of(cls, row: Signed, lang: str, url: str) -> "SignedOut":
        return cls(
            id=row.id,
            title=row.title_en if lang == "en" and row.title_en else row.title_fr,
            starts_at=row.starts_at,
            status=row.status,
            people=row.people,
            unnamed=row.unnamed,
            names_due_at=row.names_due_at,
            owed=row.owed,
            invoice_number=row.invoice_number,
            url=url,
        )


class ActingOut(BaseModel):
    """Somebody who acts for the company."""

    name: str = Field(description="Name.", examples=["Chloé Roy"])
    roles: list[Role] = Field(description="What they do for it.", examples=[["hr"]])


class ActingIn(BaseModel):
    """Somebody of the company, and what they do for it."""

    first_name: Line = Field(description="First name.", examples=["Chloé"])
    last_name: Line = Field(description="Last name.", examples=["Roy"])
    email: Line = Field(description="E-mail address: their personal link goes there.", examples=["chloe@example.org"])
    lang: Line = Field(default="fr", description="Language they read: `fr` or `en`.", examples=["fr"])
    roles: list[Role] = Field(description="What they do for the company.", examples=[["manager"]])
    version: Count | None = Field(default=None, description="The version that was read.", examples=[3])

    def form(self) -> PersonForm:
        """As the page's form would send it."""
        texts = self.model_dump(exclude={"version", "roles"})
        version = "" if self.version is None else str(self.version)
        return PersonForm(**texts, roles=[role.value for role in self.roles], version=version)


class ActingReference(BaseModel):
    """Somebody of the company, and their version."""

    id: uuid.UUID = Field(description="Id of the person.")
    version: Count = Field(description="Raised at each change.", examples=[2])


class SpaceOut(BaseModel):
    """A company's page, as somebody who acts for it sees it."""

    company_id: uuid.UUID = Field(description="Id of the company.")
    company: str = Field(description="Name of the company.", examples=["Fonderie Noël"])
    status: MemberStatus = Field(description="Where it stands as a member.")
    until: Day | None = Field(description="Last day of its newest period; null: it lasts, or there is none.")
    may: list[May] = Field(description="What this person may do for it.", examples=[["sign_up", "plan"]])
    registrations: list[SignedOut] = Field(description="Its registrations, those to come first.")
    people: list[ActingOut] = Field(description="Who acts for it.")

    @classmethod
    def of(
        cls, inside: Inside, until: Day | None, registrations: list[SignedOut], people: list[ActingOut]
    ) -> "SpaceOut":
        return cls(
            company_id=inside.company.id,
            company=inside.company.name,
            status=inside.status,
            until=until,
            may=sorted(inside.rights),
            registrations=registrations,
            people=people,
        )


class SpaceAsked(BaseModel):
    """What the page may be asked to say."""

    done: Literal["", "signed", "person", "changed", "left", "chosen"] = ""
