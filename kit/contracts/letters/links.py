"""Letters that carry a link: to a person of a member company, to whoever lost theirs, and to staff."""

from typing import Literal

from pydantic import Field

from kit.contracts.base import Contract, Count, Instant
from kit.contracts.letters.base import Letter, Said, Text, Url


class MemberLink(Letter):
    """To somebody of a member company: the link that shows member prices."""

    kind: Literal["member_link"] = "member_link"
    company: Said = Field(description="Name of the company.", examples=["Usinage Valbrume inc."])
    url: Url = Field(description="The link.", examples=["https://inscriptions.example.org/m/"])


class FoundLink(Contract):
    """One registration to come, or one place, and the link to it."""

    activity_title: Said = Field(description="Title of the activity.", examples=["Tournoi de golf"])
    activity_when: Text = Field(description="When it is, in words.", examples=["10 juin 2027, 11 h"])
    activity_place: Text = Field(description="Where it is, on one line.", examples=["Club de golf du Ravage"])
    code: Said = Field(description="Code of the registration, or of the place.", examples=["GOLF-7K3Q"])
    whose: Literal["contact", "attendee"] = Field(description="Whose page it is: it says whether it is a ticket's.")
    waits: bool = Field(description="It is not confirmed yet.", examples=[False])
    url: Url = Field(description="The page.", examples=["https://inscriptions.example.org/r/"])


class FoundSpace(Contract):
    """A company that somebody acts for, and the link of theirs that opens its pages."""

    company: Said = Field(description="Name of the company that the link opens.", examples=["Usinage Valbrume inc."])
    others: tuple[Said, ...] = Field(
        default=(),
        description="Names of other companies that they act for: the same link leads to them.",
        examples=[["Soudure Cap-aux-Loups inc."]],
    )
    url: Url = Field(description="The personal link.", examples=["https://inscriptions.example.org/m/"])


class RegistrationsFound(Letter):
    """To whoever asked for the links of what their address has: registrations to come, and companies' pages."""

    kind: Literal["registrations_found"] = "registrations_found"
    links: tuple[FoundLink, ...] = Field(default=(), description="What was found to come, soonest first.")
    spaces: tuple[FoundSpace, ...] = Field(default=(), description="Companies that they act for, by name.")
    more: Count = Field(default=0, description="How many more there are, which are not listed.", examples=[0])


class StaffLink(Letter):
    """To staff: a link that lets in once, until a moment."""

    url: Url = Field(description="The link.", examples=["https://inscriptions.example.org/staff/password/"])
    until: Instant = Field(description="When it ends (UTC).", examples=["2027-02-18T17:00:00Z"])


class StaffInvite(StaffLink):
    """The first link: it sets the first password."""

    kind: Literal["staff_invite"] = "staff_invite"


class StaffReset(StaffLink):
    """Sets a new password."""

    kind: Literal["staff_reset"] = "staff_reset"


LinkLetter = MemberLink | RegistrationsFound | StaffInvite | StaffReset
