"""Partners as pages name them: by their roles, in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from registration.catalog.partners.rules import Partner, billings


@dataclass(frozen=True)
class PartnerLine:
    """Those of one role; `role` is said before their names."""

    role: str
    partners: tuple[Partner, ...]


def partner_lines(partners: Iterable[Partner], say: Callable[[str], str]) -> tuple[PartnerLine, ...]:
    """Who presents it, holds it with us, works with us on it."""
    return tuple(PartnerLine(say(f"partner.role.{one.role}"), one.partners) for one in billings(partners))
