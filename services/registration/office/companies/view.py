"""Companies as staff's pages show them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kit.paging import ListAddress
from kit.text import Catalogue
from registration.links import Links
from registration.members.models import Company
from registration.members.queries import CompanyFile
from registration.members.rules import GroupingKind, MemberStatus
from registration.office.records.view import Choice, ListWords

# The kind of mark that shows where a company stands.
KINDS = {
    MemberStatus.ACTIVE: "good",
    MemberStatus.IN_ARREARS: "warn",
    MemberStatus.LAPSED: "quiet",
    MemberStatus.PROSPECT: "accent",
}
# What a page may say it just did; anything else in its address says nothing.
NOTICES = (
    *("standing", "withdrawn", "code", "sent", "renewed"),
    *("created", "changed", "person", "person_changed", "left", "period", "period_changed"),
    *("agreed", "disagreed"),
)


@dataclass(frozen=True)
class StandingTab:
    """The companies of one standing, or all of them: where they are listed and how many they are."""

    href: str
    label: str
    current: bool
    count: int


@dataclass(frozen=True)
class CompanyWords:
    """The words of a company's pages in one language."""

    catalogue: Catalogue
    lang: str

    def tabs(
        self, link: ListAddress, counts: Mapping[MemberStatus, int], standing: MemberStatus | None
    ) -> list[StandingTab]:
        """All companies, then those of each standing."""
        label = self.catalogue.say(self.lang, "companies.all")
        tabs = [StandingTab(link(status=""), label, standing is None, sum(counts.values()))]
        for status in MemberStatus:
            address, current = link(status=status.value), status == standing
            tabs.append(StandingTab(address, self._standing(status), current, counts.get(status, 0)))
        return tabs

    def choices(self) -> list[Choice]:
        """Every standing, to choose from."""
        return [Choice(status.value, self._standing(status)) for status in MemberStatus]

    def _standing(self, status: MemberStatus) -> str:
        return self.catalogue.say(self.lang, f"standing.{status}")


@dataclass(frozen=True)
class StandingForm:
    """The form by which staff decide where a company stands, as it was filled in."""

    status: MemberStatus
    reason: str = ""
    until: str = ""

    @classmethod
    def of(cls, file: CompanyFile) -> "StandingForm":
        """What stands now."""
        if file.decision is None:
            return cls(file.status)
        until = file.decision.until.isoformat() if file.decision.until else ""
        return cls(file.decision.status, file.decision.reason, until)


@dataclass(frozen=True)
class Fact:
    """Something known of a company: the key of its label, and what it is."""

    label: str
    value: str


def facts(company: Company, lists: ListWords) -> list[Fact]:
    """What is known of a company beside its name; what is not known is not shown."""
    known = [
        Fact("records.badge_name", company.badge_name),
        Fact("records.neq", company.neq),
        Fact("records.category", lists.label(GroupingKind.CATEGORY, company.category)),
        Fact("records.sector", lists.label(GroupingKind.SECTOR, company.sector)),
        Fact(
            "records.territory",
            ", ".join(filter(None, (lists.label(GroupingKind.TERRITORY, company.territory), company.mrc))),
        ),
        Fact("records.employees_field", "" if company.employees is None else str(company.employees)),
        Fact(
            "records.address",
            ", ".join(filter(None, (company.address, company.city, company.province, company.postal_code))),
        ),
        Fact("records.phone", company.phone),
        Fact("records.billing_email", company.billing_email),
        Fact("records.usual_payment", lists.payment(company.usual_payment)),
        Fact("records.origin", company.legacy_org or ""),
    ]
    return [one for one in known if one.value]


def a_year_before(day: date) -> date:
    """The same day a year before; 29 February has 28 February before it."""
    return (
        day.replace(year=day.year - 1, day=min(day.day, 28))
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - 1)
    )


def person_links(links: Links, file: CompanyFile) -> dict[uuid.UUID, str]:
    """Everybody's personal link."""
    return {one.person.id: links.person(one.person.id, one.person.link_version) for one in file.people}
