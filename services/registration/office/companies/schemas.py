"""Companies and people as the API answers them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts import Cents, Count, Day
from kit.contracts.lists import ListPage
from kit.contracts.texts import day
from kit.sheets import Form
from registration.history.models import HistoryEntry
from registration.history.schemas import HistoryView
from registration.links import Links
from registration.members.models import Company, Membership, Person
from registration.members.queries import CompanyFile
from registration.members.queries_list import CompanyFilter, CompanyPage
from registration.members.queries_people import Acting
from registration.members.records.queries import CompanyLists
from registration.members.rules import GroupingKind, MemberStatus, MemberTerms, Role, shown_code
from registration.office.records.schemas import CompanyIn


class CompanyCriteria(BaseModel):
    """What narrows the list of companies, and the day on which they are looked at."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    q: str = Field(default="", max_length=100, description="Words of the name; accents and case do not count.")
    status: MemberStatus | Literal[""] = Field(default="", description="Where they stand.")
    sector: str = Field(default="", max_length=100, description="Key of a sector.")
    territory: str = Field(default="", max_length=100, description="Key of a territory.")
    category: str = Field(default="", max_length=100, description="Key of a category.")
    on: str = Field(default="", max_length=10, description="The day, `2027-06-30`; empty: today.")

    @classmethod
    def shown(cls, asked: Mapping[str, str]) -> "CompanyCriteria":
        """As the address of a page says it: what it says of nothing we know narrows nothing."""
        status = asked.get("status", "")
        known: dict[str, Any] = {name: asked.get(name, "") for name in cls.model_fields}
        known |= {"status": MemberStatus(status) if status in set(MemberStatus) else ""}
        return cls.model_construct(None, **known)

    def terms(self, today: MemberTerms) -> MemberTerms:
        """By what companies are judged on the day that was asked for; a day that is none is today."""
        return replace(today, day=day(self.on) or today.day)

    def narrowing(self, lists: CompanyLists, on: date) -> CompanyFilter:
        """The same for queries: an entry of a list stands for those that it replaced."""
        chosen = (
            (GroupingKind.SECTOR, self.sector),
            (GroupingKind.TERRITORY, self.territory),
            (GroupingKind.CATEGORY, self.category),
        )
        groups = tuple((kind, lists.counted_as(kind, key, on)) for kind, key in chosen if key)
        return CompanyFilter(self.q, self.status or None, groups)

    def asked(self) -> dict[str, str]:
        """What was asked for, as an address says it."""
        return {name: str(value) for name, value in self.model_dump(include=set(CompanyCriteria.model_fields)).items()}


class CompanyExport(CompanyCriteria):
    """Which companies, as which file."""

    format: Form = Field(default=Form.XLSX, description="`xlsx`: an Excel workbook; `csv`: values in a text file.")
    lang: Literal["", "fr", "en"] = Field(
        default="", description="Language of titles and words; empty: that of whoever asks."
    )


class CompanyCounts(BaseModel):
    """How many companies stand where on a day, and who came and went over the year before it."""

    on: Day = Field(description="The day.", examples=["2027-06-30"])
    members: Count = Field(description="Members, in arrears or not.", examples=[40])
    came: Count = Field(description="Members that were none a year before.", examples=[3])
    went: Count = Field(description="Members of a year before that are none any more.", examples=[2])
    standings: dict[MemberStatus, int] = Field(description="Companies by where they stand.", examples=[{"active": 39}])
    sectors: dict[str, int] = Field(
        description="Members by key of their sector on the day; under an empty key: none.", examples=[{"services": 16}]
    )


class CompanyRow(BaseModel):
    """One company of a list."""

    id: uuid.UUID = Field(description="Id of the company.")
    key: str = Field(description="Key of the company, the same for good.", examples=["c04"])
    name: str = Field(description="Name of the company.", examples=["Fonderie Noël"])
    status: MemberStatus = Field(description="Where it stands as a member.")
    city: str = Field(description="City.", examples=["Chicoutimi"])
    people: Count = Field(description="People known to act for it.", examples=[3])
    sector: str = Field(description="Key of its sector.", examples=["services"])
    territory: str = Field(description="Key of its territory.", examples=["saguenay"])
    category: str = Field(description="Key of its category.", examples=["regular"])
    renews_on: Day | None = Field(description="Last day of its newest period.", examples=["2027-06-30"])


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
                sector=row.company.sector,
                territory=row.company.territory,
                category=row.company.category,
                renews_on=row.renews_on,
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
    """A period of membership; without an end while it lasts. The fee is in cents, before taxes."""

    id: uuid.UUID = Field(description="Id of the period.")
    starts: Day = Field(description="First day.", examples=["2026-07-01"])
    ends: Day | None = Field(description="Last day; null while it lasts.", examples=["2027-06-30"])
    category: str = Field(description="Key of the category that was paid for.", examples=["regular"])
    fee: Cents = Field(description="Fee before taxes.", examples=[37500])
    fee_due_on: Day | None = Field(description="Last day to pay it.", examples=["2026-07-31"])
    fee_paid_on: Day | None = Field(description="Day on which it was paid.", examples=["2026-07-20"])
    reason_left: str = Field(description="Why the company leaves at the end; empty: it does not.", examples=[""])

    @classmethod
    def of(cls, row: Membership) -> "Period":
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class CompanyOut(BaseModel):
    """One company whole, with its history. `code` gives its prices to whoever types it."""

    id: uuid.UUID = Field(description="Id of the company.")
    key: str = Field(description="Key of the company, the same for good.", examples=["c04"])
    status: MemberStatus = Field(description="Where it stands as a member.")
    record: CompanyIn = Field(description="What is written of it: send it back changed to write it anew.")
    name: str = Field(description="Name of the company.", examples=["Fonderie Noël"])
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
            status=file.status,
            record=CompanyIn.of(company),
            name=company.name,
            code=shown_code(company.access_code),
            people=[PersonOut.of(one, links[one.person.id]) for one in file.people],
            memberships=[Period.of(period) for period in file.memberships],
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
