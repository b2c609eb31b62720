"""Letters that carry a link: to a person of a member company, and to staff."""

from typing import Literal

from pydantic import Field

from kit.contracts.base import Instant
from kit.contracts.letters.base import Letter, Said, Url


class MemberLink(Letter):
    """To somebody of a member company: the link that shows member prices."""

    kind: Literal["member_link"] = "member_link"
    company: Said = Field(description="Name of the company.", examples=["Usinage Valbrume inc."])
    url: Url = Field(description="The link.", examples=["https://inscriptions.example.org/m/"])


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


LinkLetter = MemberLink | StaffInvite | StaffReset
