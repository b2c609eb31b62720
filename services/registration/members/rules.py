"""Where a company stands towards the association."""

from enum import StrEnum


class MemberStatus(StrEnum):
    """Where a company stands. Only an active one has the member price."""

    ACTIVE = "active"
    IN_ARREARS = "in_arrears"
    LAPSED = "lapsed"
    PROSPECT = "prospect"
