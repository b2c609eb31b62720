"""Companies, people, periods and lists as the API takes them: typed, and made into the form that the pages send."""

import uuid
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from kit.contracts import Cents, Count, Day
from registration.members.models import Company, Grouping, Membership, Person
from registration.members.records.schemas import CompanyForm, EntryForm, PeriodForm, PersonForm
from registration.members.rules import GroupingKind, Role

Line = Annotated[str, StringConstraints(max_length=400)]


class CompanyIn(BaseModel):
    """A company as it is to be written, whole."""

    name: Line = Field(description="Legal name.", examples=["Fonderie Noël inc."])
    badge_name: Line = Field(default="", description="Name on badges; empty: the legal name.", examples=["Noël"])
    neq: Line = Field(default="", description="Number in the Registraire: ten digits.", examples=["1123456789"])
    category: Line = Field(default="", description="Key of its category.", examples=["regular"])
    sector: Line = Field(default="", description="Key of its sector.", examples=["services"])
    territory: Line = Field(default="", description="Key of its territory.", examples=["saguenay"])
    mrc: Line = Field(default="", description="MRC.", examples=["Maria-Chapdelaine"])
    employees: Count | None = Field(
        default=None, ge=0, description="People it employs; null: not known.", examples=[18]
    )
    address: Line = Field(default="", description="Street and number.", examples=["12, rue Racine Est"])
    city: Line = Field(default="", description="City.", examples=["Chicoutimi"])
    province: Line = Field(default="QC", description="Province: two letters.", examples=["QC"])
    postal_code: Line = Field(default="", description="Postal code.", examples=["G7H 1P8"])
    phone: Line = Field(default="", description="Telephone.", examples=["418 555-0100"])
    lang: Line = Field(default="fr", description="Language it reads: `fr` or `en`.", examples=["fr"])
    billing_email: Line = Field(default="", description="Where its invoices go.", examples=["comptes@example.org"])
    po_required: bool = Field(default=False, description="Its invoices need a purchase order number.", examples=[False])
    usual_payment: Line = Field(
        default="", description="How it usually pays: `card`, `invoice`, `cheque`, `e_transfer`.", examples=["invoice"]
    )
    legacy_org: Line = Field(default="", description="The list that it came from.", examples=["A"])
    version: Count | None = Field(
        default=None, description="The version that was read: a later one is not written over.", examples=[3]
    )

    def form(self) -> CompanyForm:
        """As the page's form would send it."""
        texts = self.model_dump(exclude={"employees", "po_required", "version"})
        return CompanyForm(
            **texts,
            employees="" if self.employees is None else str(self.employees),
            po_required="yes" if self.po_required else "",
            version="" if self.version is None else str(self.version),
        )

    @classmethod
    def of(cls, company: Company) -> "CompanyIn":
        """What is written of a company."""
        values = {name: getattr(company, name) for name in cls.model_fields}
        return cls.model_validate(values | {"legacy_org": company.legacy_org or ""})


class CompanyReference(BaseModel):
    """A company, and its version."""

    id: uuid.UUID = Field(description="Id of the company.")
    version: Count = Field(description="Raised at each change.", examples=[2])

    @classmethod
    def of(cls, company: Company) -> "CompanyReference":
        return cls(id=company.id, version=company.version)


class PersonRecordIn(BaseModel):
    """Somebody, and what they do for the company."""

    first_name: Line = Field(description="First name.", examples=["Chloé"])
    last_name: Line = Field(description="Last name.", examples=["Roy"])
    email: Line = Field(description="E-mail address: one person has one.", examples=["chloe@example.org"])
    lang: Line = Field(default="fr", description="Language they read: `fr` or `en`.", examples=["fr"])
    roles: list[Role] = Field(description="What they do for the company.", examples=[["hr"]])
    version: Count | None = Field(
        default=None, description="The version that was read: a later one is not written over.", examples=[3]
    )

    def form(self) -> PersonForm:
        """As the page's form would send it."""
        texts = self.model_dump(exclude={"version", "roles"})
        version = "" if self.version is None else str(self.version)
        return PersonForm(**texts, roles=[role.value for role in self.roles], version=version)


class PersonReference(BaseModel):
    """Somebody, and their version."""

    id: uuid.UUID = Field(description="Id of the person.")
    version: Count = Field(description="Raised at each change.", examples=[2])

    @classmethod
    def of(cls, person: Person) -> "PersonReference":
        return cls(id=person.id, version=person.version)


class PeriodIn(BaseModel):
    """A period of membership."""

    starts: Day = Field(description="First day.", examples=["2026-07-01"])
    ends: Day | None = Field(default=None, description="Last day; null: it lasts.", examples=["2027-06-30"])
    category: Line = Field(default="", description="Key of the category that was paid for.", examples=["regular"])
    fee: Cents = Field(default=0, ge=0, description="Fee before taxes, in cents.", examples=[37500])
    fee_due_on: Day | None = Field(default=None, description="Last day to pay it.", examples=["2026-07-31"])
    fee_paid_on: Day | None = Field(default=None, description="Day on which it was paid.", examples=["2026-07-20"])
    reason_left: Line = Field(default="", description="Why the company leaves at the end.", examples=[""])

    def form(self) -> PeriodForm:
        """As the page's form would send it."""
        days = {"ends": self.ends, "fee_due_on": self.fee_due_on, "fee_paid_on": self.fee_paid_on}
        return PeriodForm(
            starts=self.starts.isoformat(),
            category=self.category,
            fee=f"{self.fee // 100}.{self.fee % 100:02}",
            reason_left=self.reason_left,
            **{name: day.isoformat() if day else "" for name, day in days.items()},
        )


class PeriodReference(BaseModel):
    """A period of membership."""

    id: uuid.UUID = Field(description="Id of the period.")

    @classmethod
    def of(cls, period: Membership) -> "PeriodReference":
        return cls(id=period.id)


class EntryIn(BaseModel):
    """One entry of a list by which companies are told apart."""

    kind: GroupingKind = Field(description="The list: `sector`, `territory` or `category`.")
    label_fr: Line = Field(description="Label, in French.", examples=["Agroalimentaire"])
    label_en: Line = Field(default="", description="Label, in English.", examples=["Agri-food"])
    starts: Day | None = Field(
        default=None, description="First day it is offered; null: ever.", examples=["2027-07-01"]
    )
    ends: Day | None = Field(default=None, description="Last day it is offered; null: it goes on.", examples=[None])
    replaced_by: Line = Field(
        default="", description="Key of the entry that stands for it after its end.", examples=["agrifood"]
    )
    target_percent: Count | None = Field(default=None, description="Part of all members that is wanted.", examples=[20])
    votes: Count = Field(default=1, ge=0, description="Votes at an assembly (categories).", examples=[1])
    member_price: bool = Field(default=True, description="It gives the member price (categories).", examples=[True])
    in_directory: bool = Field(default=True, description="It gives a place in the directory.", examples=[True])

    def form(self) -> EntryForm:
        """As the page's form would send it."""
        days = {"starts": self.starts, "ends": self.ends}
        return EntryForm(
            kind=self.kind,
            label_fr=self.label_fr,
            label_en=self.label_en,
            replaced_by=self.replaced_by,
            target_percent="" if self.target_percent is None else str(self.target_percent),
            votes=str(self.votes),
            member_price="yes" if self.member_price else "",
            in_directory="yes" if self.in_directory else "",
            **{name: day.isoformat() if day else "" for name, day in days.items()},
        )


class EntryOut(EntryIn):
    """One entry of a list, with the key that companies carry."""

    id: uuid.UUID = Field(description="Id of the entry.")
    key: str = Field(description="Key that companies carry, the same for good.", examples=["agrifood"])

    @classmethod
    def of(cls, row: Grouping) -> "EntryOut":
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})
