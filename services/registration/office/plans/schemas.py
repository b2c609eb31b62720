"""A plan as staff write it, and what they see of it: companies, how many people, money. Never who, never what for."""

import uuid

from pydantic import BaseModel, Field

from kit.contracts import Bilingual, Cents, Day, Instant
from kit.contracts.addresses import Address
from kit.contracts.texts import Line
from registration.office.plans.queries import CompanyEnrolled
from registration.plans.rules import PlanMode, PlanRow, PlanTerms
from registration.signup.schemas import Shape


class Entitlement(Shape):
    """What people are entitled to, in words: nothing of it is ever counted."""

    fr: str = Field(description="In French.", examples=["5 heures pour la personne employée"])
    en: str = Field(default="", description="In English; empty: French only.", examples=["5 hours for the employee"])


class PlanIn(Shape):
    """A plan as staff write it."""

    provider_name: Line = Field(description="Who provides the service.", examples=["Clinique fictive Cap-Repère"])
    provider_email: Address = Field(description="Their e-mail address.", examples=["pae@cap-repere.example.org"])
    provider_phone: Line = Field(description="Their telephone.", examples=["418 555-0190"])
    entitlement: Entitlement = Field(description="What people are entitled to, in words.")
    mode: PlanMode = Field(
        default=PlanMode.FIXED_PERIOD,
        description="One period for all, or twelve months for each.",
        examples=["fixed_period"],
    )
    starts: Day = Field(description="First day of the coverage.", examples=["2027-04-01"])
    ends: Day | None = Field(default=None, description="Last day; null for twelve months each.")

    @property
    def terms(self) -> PlanTerms:
        entitlement = Bilingual(fr=self.entitlement.fr.strip(), en=self.entitlement.en.strip())
        return PlanTerms(
            self.provider_name,
            self.provider_email,
            self.provider_phone,
            entitlement,
            self.mode,
            self.starts,
            self.ends,
        )


class CompanyView(BaseModel):
    """One company's part of a plan, in counts."""

    company_id: uuid.UUID = Field(description="Id of the company.")
    name: str = Field(description="Its name.", examples=["Transport Pointe-Noire"])
    covered: int = Field(description="People covered, from now or from the day the plan begins.", examples=[12])
    waiting: int = Field(description="People on its list whose codes have not left.", examples=[0])
    free: int = Field(description="Places that are paid and wait for a newcomer.", examples=[1])
    amount: Cents = Field(description="What its purchases come to with taxes and credits, in cents.", examples=[89681])
    owed: Cents = Field(description="What it is still to pay, in cents.", examples=[0])
    held: bool = Field(description="Staff hold its codes.", examples=[False])
    kept_since: Instant | None = Field(description="Since when its list waits for its fee (UTC); null: it does not.")

    @classmethod
    def of(cls, row: CompanyEnrolled) -> "CompanyView":
        return cls(**vars(row))


class PlanView(BaseModel):
    """A plan with those who are enrolled."""

    id: uuid.UUID = Field(description="Id of the plan.")
    provider_name: str = Field(description="Who provides the service.", examples=["Clinique fictive Cap-Repère"])
    provider_email: str = Field(description="Their e-mail address.", examples=["pae@cap-repere.example.org"])
    provider_phone: str = Field(description="Their telephone.", examples=["418 555-0190"])
    entitlement: Bilingual = Field(description="What people are entitled to, in words.")
    mode: PlanMode = Field(description="One period for all, or twelve months for each.", examples=["fixed_period"])
    starts: Day = Field(description="First day of the coverage.", examples=["2027-04-01"])
    ends: Day | None = Field(description="Last day; null for twelve months each.")
    companies_enrolled: int = Field(description="How many companies cover people.", examples=[3])
    people_covered: int = Field(description="How many people are covered.", examples=[157])
    companies: list[CompanyView] = Field(description="The companies, by name.")

    @classmethod
    def of(cls, plan: PlanRow, companies: list[CompanyEnrolled]) -> "PlanView":
        enrolled = [one for one in companies if one.covered]
        return cls(
            id=plan.id,
            provider_name=plan.provider_name,
            provider_email=plan.provider_email,
            provider_phone=plan.provider_phone,
            entitlement=plan.entitlement,
            mode=plan.mode,
            starts=plan.starts,
            ends=plan.ends,
            companies_enrolled=len(enrolled),
            people_covered=sum(one.covered for one in enrolled),
            companies=[CompanyView.of(one) for one in companies],
        )


class PlanReference(BaseModel):
    """The plan that was changed."""

    id: uuid.UUID = Field(description="Id of the plan.")


class ProviderLink(BaseModel):
    """Where the provider asks whether a code is valid: whoever has it may ask."""

    url: str = Field(description="The link.", examples=["https://inscriptions.example.org/clinic/0198a7d2/kM3v"])


class ReleaseAnswer(BaseModel):
    """What a release did."""

    covered: int = Field(description="How many people are covered by it.", examples=[12])
