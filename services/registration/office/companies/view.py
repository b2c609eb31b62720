"""Companies as staff's pages show them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from kit.paging import ListAddress
from kit.text import Catalogue
from registration.links import Links
from registration.members.queries import CompanyFile
from registration.members.rules import MemberStatus

# The kind of mark that shows where a company stands.
KINDS = {
    MemberStatus.ACTIVE: "good",
    MemberStatus.IN_ARREARS: "warn",
    MemberStatus.LAPSED: "quiet",
    MemberStatus.PROSPECT: "accent",
}
# What a page may say it just did; anything else in its address says nothing.
NOTICES = ("standing", "withdrawn", "code", "sent", "renewed")


@dataclass(frozen=True)
class StandingTab:
    """The companies of one standing, or all of them: where they are listed and how many they are."""

    href: str
    label: str
    current: bool
    count: int


@dataclass(frozen=True)
class StandingChoice:
    """One standing that staff may choose."""

    value: str
    label: str


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

    def choices(self) -> list[StandingChoice]:
        """Every standing, to choose from."""
        return [StandingChoice(status.value, self._standing(status)) for status in MemberStatus]

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


def person_links(links: Links, file: CompanyFile) -> dict[uuid.UUID, str]:
    """Everybody's personal link."""
    return {one.person.id: links.person(one.person.id, one.person.link_version) for one in file.people}
