"""Companies and people as the API answers them."""

import uuid
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field

from kit.contracts import Count, Day
from kit.contracts.lists import ListPage
from registration.history.models import HistoryEntry
from registration.history.schemas import HistoryView
from registration.links import Links
from registration.members.models import Company, Person
from registration.members.queries import CompanyFile, CompanyPage
from registration.members.queries_people import Acting
from registration.members.rules import MemberStatus, Role, shown_code


class CompanyRow(BaseModel):
    """One company of a list."""

    id: uuid.UUID = Field(description="Id of the company.")
    key: str = Field(description="Key of the company, the same for good.", examples=["c04"])
    name: str = Field(description="Name of the company.", examples=["Fonderie Noël"])
    status: MemberStatus = Field(description="Where it stands as a member.")
    city: str = Field(description="City.", examples=["Chicoutimi"])
    people: Count = Field(description="People known to act for it.", examples=[3])


class CompanyList(ListPage):
    """Companies by name."""

    companies: list[CompanyRow] = Field(description="The companies of this page.")

    @classmethod
    def of(cls, page: CompanyPage, people: Mapping[uuid.UUID, int]) -> "CompanyList":
        rows = [
            CompanyRow(
                id=row.company.id,
                key=row.company.key,
                name=row.company.name,
                status=row.status,
                city=row.company.city,
                people=people.get(row.company.id, 0),
            )
            for row in page.rows
        ]
        return cls(companies=rows, previous=page.previous, next=page.next, total=page.total)


class PersonOut(BaseModel):
    """Someone who acts for a company. `link` is their personal link."""

    id: uuid.UUID = Field(description="Id of the person.")
    key: str = Field(description="Key of the person, the same for good.", examples=["p017"])
    first_name: str = Field(description="First name; empty: nobody yet.", examples=["Chloé"])
    last_name: str = Field(description="Last name; empty: nobody yet.", examples=["Roy"])
    email: str = Field(description="E-mail address; empty: none.", examples=["chloe@example.org"])
    lang: str = Field(description="Language the person reads: `fr` or `en`.", examples=["fr"])
    roles: list[Role] = Field(description="What the person does for the company.", examples=[["delegate"]])
    link: str = Field(
        description="Their personal link, which shows member prices.", examples=["https://inscriptions.example.org/m/"]
    )

    @classmethod
    def of(cls, acting: Acting, link: str) -> "PersonOut":
        person = acting.person
        return cls(
            id=person.id,
            key=person.key,
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email,
            lang=person.lang,
            roles=list(acting.roles),
            link=link,
        )


class Period(BaseModel):
    """A period of membership; without an end while it lasts."""

    starts: Day = Field(description="First day.", examples=["2026-07-01"])
    ends: Day | None = Field(description="Last day; null while it lasts.", examples=["2027-06-30"])


class CompanyOut(BaseModel):
    """One company whole, with its history. `code` gives its prices to whoever types it."""

    id: uuid.UUID = Field(description="Id of the company.")
    key: str = Field(description="Key of the company, the same for good.", examples=["c04"])
    name: str = Field(description="Name of the company.", examples=["Fonderie Noël"])
    status: MemberStatus = Field(description="Where it stands as a member.")
    city: str = Field(description="City.", examples=["Chicoutimi"])
    province: str = Field(description="Province: two letters.", examples=["QC"])
    lang: str = Field(description="Language the person reads: `fr` or `en`.", examples=["fr"])
    billing_email: str = Field(description="Where its invoices go.", examples=["comptes@example.org"])
    po_required: bool = Field(description="Its invoices need a purchase order number.", examples=[False])
    code: str = Field(description="The code that gives its prices to whoever types it.", examples=["NOEL-4H7K"])
    people: list[PersonOut] = Field(description="Who acts for it.")
    memberships: list[Period] = Field(description="When it was a member.")
    history: list[HistoryView] = Field(description="Who did what, newest first.")

    @classmethod
    def of(cls, file: CompanyFile, links: Mapping[uuid.UUID, str], entries: Sequence[HistoryEntry]) -> "CompanyOut":
        company = file.company
        return cls(
            id=company.id,
            key=company.key,
            name=company.name,
            status=file.status,
            city=company.city,
            province=company.province,
            lang=company.lang,
            billing_email=company.billing_email,
            po_required=company.po_required,
            code=shown_code(company.access_code),
            people=[PersonOut.of(one, links[one.person.id]) for one in file.people],
            memberships=[Period(starts=period.starts, ends=period.ends) for period in file.memberships],
            history=HistoryView.of(entries),
        )


class StandingIn(BaseModel):
    """Where a company stands whatever its periods say. Without a status: by its periods again."""

    status: MemberStatus | None = Field(default=None, description="Where it stands; null: by its periods.")
    reason: str = Field(default="", max_length=200, description="Why.", examples=["Entente avec la direction"])
    until: str = Field(default="", max_length=20, description="Last day of the decision.", examples=["2027-06-30"])


class StandingOut(BaseModel):
    """Where it stands."""

    id: uuid.UUID = Field(description="Id of the company.")
    status: MemberStatus = Field(description="Where it stands now.")
    decided: bool = Field(description="Staff decided so; false: by its periods.", examples=[False])

    @classmethod
    def of(cls, file: CompanyFile) -> "StandingOut":
        return cls(id=file.company.id, status=file.status, decided=file.decision is not None)


class CodeOut(BaseModel):
    """A company's code as people read it."""

    id: uuid.UUID = Field(description="Id of the company.")
    code: str = Field(description="The new code.", examples=["NOEL-4H7K"])

    @classmethod
    def of(cls, company: Company) -> "CodeOut":
        return cls(id=company.id, code=shown_code(company.access_code))


class LinkOut(BaseModel):
    """A person's personal link."""

    id: uuid.UUID = Field(description="Id of the person.")
    link: str = Field(description="The personal link.", examples=["https://inscriptions.example.org/m/"])

    @classmethod
    def of(cls, person: Person, links: Links) -> "LinkOut":
        return cls(id=person.id, link=links.person(person.id, person.link_version))
