"""Partners of an activity, as the API takes and gives them."""

import uuid
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts.texts import Line
from registration.catalog.partners.rules import Logo, Partner, PartnerRole, PartnerText


class PartnerIn(BaseModel):
    """An organisation and its role in an activity. One of that name is taken as it is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Line = Field(description="Name of the organisation.", examples=["Chambre fictive du Fjord"])
    website: Line = Field(default="", description="Its web address; empty: none.", examples=["https://example.org"])
    role: PartnerRole = Field(description="What it is to the activity.", examples=["collaborates"])

    @property
    def text(self) -> PartnerText:
        return PartnerText(self.name, self.website, self.role)


class LogoIn(BaseModel):
    """A logo, taken before by `POST /api/files?purpose=logo`; without a file, the name stands alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file_id: uuid.UUID | None = Field(description="Id of the file; null: no logo.")
    approved: bool = Field(default=False, description="The organisation said yes: it shows at once.", examples=[False])


class MoveIn(BaseModel):
    """Where to, in the order of partners."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    up: bool = Field(description="One place up; else one place down.", examples=[True])


class PartnerView(PartnerIn):
    """A partner of an activity, in its order."""

    id: uuid.UUID = Field(description="Id of the partnership.")
    organisation_id: uuid.UUID = Field(description="Id of the organisation, the same in all activities.")
    logo_url: str = Field(description="Address of its logo; empty: none.", examples=[""])
    logo_approved: bool = Field(description="The logo may be shown.", examples=[True])

    @classmethod
    def of(cls, partner: Partner, home: str) -> Self:
        logo: Logo | None = partner.logo or partner.waiting
        return cls(
            id=partner.id,
            organisation_id=partner.organisation_id,
            name=partner.name,
            website=partner.website,
            role=partner.role,
            logo_url=home + logo.path if logo else "",
            logo_approved=partner.logo is not None,
        )


class PartnerReference(BaseModel):
    """The partnership that was written."""

    id: uuid.UUID = Field(description="Id of the partnership.")
