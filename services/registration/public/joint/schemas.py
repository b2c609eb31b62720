"""Several people of a company signed up for several activities, as programs ask for it and are answered."""

import uuid

from pydantic import BaseModel, Field

from kit.contracts import Cents
from registration.public.space.queries import Known
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow


class KnownOut(BaseModel):
    """Somebody whom the company knows."""

    first_name: str = Field(description="First name.", examples=["Chloé"])
    last_name: str = Field(description="Last name.", examples=["Roy"])
    email: str = Field(description="E-mail address; empty: none.", examples=["chloe@example.org"])

    @classmethod
    def of(cls, known: Known) -> "KnownOut":
        return cls(first_name=known.first_name, last_name=known.last_name, email=known.email)


class MadeOut(BaseModel):
    """One registration that was made."""

    registration_id: uuid.UUID = Field(description="Id of the registration.")
    status: RegistrationStatus = Field(description="Where it stands.")
    total: Cents = Field(description="What it comes to, with taxes, in cents.", examples=[7473])

    @classmethod
    def of(cls, row: RegistrationRow) -> "MadeOut":
        return cls(registration_id=row.id, status=row.status, total=row.total)


class JointOut(BaseModel):
    """What was made, in the order it was asked for. All that is owed goes on one invoice."""

    registrations: list[MadeOut] = Field(description="The registrations.")
    total: Cents = Field(description="What they come to together, with taxes, in cents.", examples=[7473])

    @classmethod
    def of(cls, rows: list[RegistrationRow]) -> "JointOut":
        return cls(registrations=[MadeOut.of(row) for row in rows], total=sum(row.total for row in rows))
