"""Sponsorships as the API gives them."""

import uuid
from datetime import date

from pydantic import BaseModel, Field

from kit.contracts import Bilingual, Cents, Day, Instant
from registration.sponsors.queries import SponsorshipRow
from registration.sponsors.rules import BenefitRow


class BenefitView(BaseModel):
    """Something that a sponsor is owed, or was given."""

    id: uuid.UUID = Field(description="Id of the benefit.")
    label: Bilingual = Field(description="What is owed, in the words it was sold with.")
    due_on: Day | None = Field(description="Day by which it is owed; null: none.")
    late: bool = Field(description="It should have been delivered before today.", examples=[False])
    delivered_at: Instant | None = Field(description="When it was said to be delivered (UTC); null: it is owed.")
    delivered_by: str = Field(description="Who said so; empty: nobody.", examples=["Marjolaine Coordonne"])

    @classmethod
    def of(cls, row: BenefitRow, today: date) -> "BenefitView":
        return cls(
            id=row.id,
            label=row.label,
            due_on=row.due_on,
            late=row.is_late(today),
            delivered_at=row.delivered_at,
            delivered_by=row.delivered_by,
        )


class SponsorshipView(BaseModel):
    """One company's purchase of a sponsor level."""

    id: uuid.UUID = Field(description="Id of the sponsorship: of its line.")
    registration_id: uuid.UUID = Field(description="Registration it was taken with.")
    code: str = Field(description="Code of that registration.", examples=["K7WQ4TNA"])
    status: str = Field(description="State of that registration: held or confirmed.", examples=["confirmed"])
    company: str = Field(description="The sponsor.", examples=["Fonderie Noël"])
    contact: str = Field(description="Whom to speak to.", examples=["Chloé Roy"])
    email: str = Field(description="Their address.", examples=["chloe@example.org"])
    label: Bilingual = Field(description="The level, with its spot.")
    amount: Cents = Field(description="What it comes to before tax, in cents.", examples=[50000])
    paid: bool = Field(description="Its registration is paid.", examples=[True])
    benefits: list[BenefitView] = Field(description="What it is owed: late ones first, what was delivered last.")

    @classmethod
    def of(cls, row: SponsorshipRow, today: date) -> "SponsorshipView":
        return cls(
            id=row.id,
            registration_id=row.registration_id,
            code=row.code,
            status=row.status.value,
            company=row.company,
            contact=row.contact,
            email=row.email,
            label=row.label,
            amount=row.amount,
            paid=row.paid_at is not None,
            benefits=[BenefitView.of(one, today) for one in row.ordered(today)],
        )


class BenefitReference(BaseModel):
    """The benefit that was told of."""

    id: uuid.UUID = Field(description="Id of the benefit.")
