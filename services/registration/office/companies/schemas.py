"""Companies and people as the API answers them."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import BaseModel

from kit.paging import ListPage
from registration.history.models import HistoryEntry
from registration.history.schemas import HistoryView
from registration.links import Links
from registration.members.models import Company, Person
from registration.members.queries import CompanyFile, CompanyPage
from registration.members.rules import MemberStatus, shown_code


class CompanyRow(BaseModel):
    """One company of a list."""

    id: uuid.UUID
    key: str
    name: str
    status: MemberStatus
    city: str
    people: int


class CompanyList(ListPage):
    """Companies by name."""

    companies: list[CompanyRow]

    @classmethod
    def of(cls, page: CompanyPage, people: Mapping[uuid.UUID, int]) -> "CompanyList":
        rows = [
            CompanyRow(
                id=row.id, key=row.key, name=row.name, status=row.status, city=row.city, people=people.get(row.id, 0)
            )
            for row in page.rows
        ]
        return cls(companies=rows, previous=page.previous, next=page.next, total=page.total)


class PersonOut(BaseModel):
    """Someone who acts for a company. `link` is their personal link."""

    id: uuid.UUID
    key: str
    first_name: str
    last_name: str
    email: str
    lang: str
    roles: list[str]
    link: str

    @classmethod
    def of(cls, person: Person, link: str) -> "PersonOut":
        return cls(
            id=person.id,
            key=person.key,
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email,
            lang=person.lang,
            roles=person.roles,
            link=link,
        )


class Period(BaseModel):
    """A period of membership; without an end while it lasts."""

    starts: date
    ends: date | None


class CompanyOut(BaseModel):
    """One company whole, with its history. `code` gives its prices to whoever types it."""

    id: uuid.UUID
    key: str
    name: str
    status: MemberStatus
    city: str
    province: str
    lang: str
    billing_email: str
    po_required: bool
    code: str
    people: list[PersonOut]
    memberships: list[Period]
    history: list[HistoryView]

    @classmethod
    def of(cls, file: CompanyFile, links: Mapping[uuid.UUID, str], entries: Sequence[HistoryEntry]) -> "CompanyOut":
        company = file.company
        return cls(
            id=company.id,
            key=company.key,
            name=company.name,
            status=company.status,
            city=company.city,
            province=company.province,
            lang=company.lang,
            billing_email=company.billing_email,
            po_required=company.po_required,
            code=shown_code(company.access_code),
            people=[PersonOut.of(person, links[person.id]) for person in file.people],
            memberships=[Period(starts=period.starts, ends=period.ends) for period in file.memberships],
            history=HistoryView.of(entries),
        )


class StandingIn(BaseModel):
    """Where a company stands from now on."""

    status: MemberStatus


class StandingOut(BaseModel):
    """Where it stands."""

    id: uuid.UUID
    status: MemberStatus

    @classmethod
    def of(cls, company: Company) -> "StandingOut":
        return cls(id=company.id, status=company.status)


class CodeOut(BaseModel):
    """A company's code as people read it."""

    id: uuid.UUID
    code: str

    @classmethod
    def of(cls, company: Company) -> "CodeOut":
        return cls(id=company.id, code=shown_code(company.access_code))


class LinkOut(BaseModel):
    """A person's personal link."""

    id: uuid.UUID
    link: str

    @classmethod
    def of(cls, person: Person, links: Links) -> "LinkOut":
        return cls(id=person.id, link=links.person(person.id, person.link_version))
