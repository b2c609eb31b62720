"""Companies, people and periods as staff describe them: texts as they were typed, so that a refusal gives them back
whole; `rules` decides."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from registration.members.models import Company, Grouping, Membership, Person
from registration.members.rules import GroupingKind

Line = Annotated[str, StringConstraints(max_length=400)]


class CompanyForm(BaseModel):
    """A company. `version`: the one that was shown; empty for a new one."""

    name: Line = ""
    badge_name: Line = ""
    neq: Line = ""
    category: Line = ""
    sector: Line = ""
    territory: Line = ""
    mrc: Line = ""
    employees: Line = ""
    address: Line = ""
    city: Line = ""
    province: Line = "QC"
    postal_code: Line = ""
    phone: Line = ""
    lang: Line = "fr"
    billing_email: Line = ""
    po_required: Line = ""
    usual_payment: Line = ""
    legacy_org: Line = ""
    version: Line = ""

    def unlike(self, other: "CompanyForm") -> frozenset[str]:
        """The fields that say something else than another's."""
        theirs = other.model_dump()
        return frozenset(name for name, said in self.model_dump().items() if said != theirs[name])

    @classmethod
    def of(cls, company: Company) -> "CompanyForm":
        """The form filled in with a company."""
        return cls(
            name=company.name,
            badge_name=company.badge_name,
            neq=company.neq,
            category=company.category,
            sector=company.sector,
            territory=company.territory,
            mrc=company.mrc,
            employees="" if company.employees is None else str(company.employees),
            address=company.address,
            city=company.city,
            province=company.province,
            postal_code=company.postal_code,
            phone=company.phone,
            lang=company.lang,
            billing_email=company.billing_email,
            po_required="yes" if company.po_required else "",
            usual_payment=company.usual_payment,
            legacy_org=company.legacy_org or "",
            version=str(company.version),
        )


class PersonForm(BaseModel):
    """Somebody, and what they do for one company. `version`: the one that was shown; empty for somebody new."""

    first_name: Line = ""
    last_name: Line = ""
    email: Line = ""
    lang: Line = "fr"
    roles: list[Line] = []
    version: Line = ""

    @classmethod
    def of(cls, person: Person, roles: list[str]) -> "PersonForm":
        """The form filled in with somebody."""
        return cls(
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email,
            lang=person.lang,
            roles=roles,
            version=str(person.version),
        )


class PeriodForm(BaseModel):
    """A period of membership: days, and a fee in dollars before taxes."""

    starts: Line = ""
    ends: Line = ""
    category: Line = ""
    fee: Line = ""
    fee_due_on: Line = ""
    fee_paid_on: Line = ""
    reason_left: Line = ""

    @classmethod
    def of(cls, period: Membership) -> "PeriodForm":
        """The form filled in with a period."""
        return cls(
            starts=period.starts.isoformat(),
            ends=period.ends.isoformat() if period.ends else "",
            category=period.category,
            fee=f"{period.fee // 100}.{period.fee % 100:02}" if period.fee else "",
            fee_due_on=period.fee_due_on.isoformat() if period.fee_due_on else "",
            fee_paid_on=period.fee_paid_on.isoformat() if period.fee_paid_on else "",
            reason_left=period.reason_left,
        )


class EntryForm(BaseModel):
    """One entry of a list by which companies are told apart."""

    kind: GroupingKind
    label_fr: Line = ""
    label_en: Line = ""
    starts: Line = ""
    ends: Line = ""
    replaced_by: Line = ""
    target_percent: Line = ""
    votes: Line = "1"
    member_price: Line = ""
    in_directory: Line = ""

    @classmethod
    def of(cls, row: Grouping) -> "EntryForm":
        """The form filled in with an entry."""
        return cls(
            kind=row.kind,
            label_fr=row.label_fr,
            label_en=row.label_en,
            starts=row.starts.isoformat() if row.starts else "",
            ends=row.ends.isoformat() if row.ends else "",
            replaced_by=row.replaced_by,
            target_percent="" if row.target_percent is None else str(row.target_percent),
            votes=str(row.votes),
            member_price="yes" if row.member_price else "",
            in_directory="yes" if row.in_directory else "",
        )
