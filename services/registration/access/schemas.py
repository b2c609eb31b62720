"""What the forms about accounts send."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import Form

from kit.clock import from_wall, local_day
from registration.access.rules import AccountAsked
from registration.staff.queries import normal_email

Line = Annotated[str, Form(max_length=300)]


@dataclass(frozen=True)
class AccountForm:
    """An account as typed. `until` is the last day of access, included; empty for an account without an end."""

    name: str = ""
    email: str = ""
    roles: tuple[str, ...] = ()
    lang: str = "fr"
    until: str = ""

    def asked(self, zone: str) -> AccountAsked:
        """What it asks for. Raises ValueError when `until` is not a day."""
        expires_at = ends(date.fromisoformat(self.until), zone) if self.until else None
        lang = "en" if self.lang == "en" else "fr"
        return AccountAsked(normal_email(self.email), self.name.strip(), self.roles, lang, expires_at)


def account_form(
    name: Line = "",
    email: Line = "",
    roles: Annotated[list[str] | None, Form()] = None,
    lang: Line = "fr",
    until: Line = "",
) -> AccountForm:
    """The form of an account, as a dependency."""
    return AccountForm(name, email, tuple(roles or ()), lang, until)


def ends(day: date, zone: str) -> datetime:
    """The end of a day on the association's wall clock, in UTC."""
    return from_wall(datetime.combine(day + timedelta(days=1), datetime.min.time()), zone)


def last_day(expires_at: datetime | None, zone: str) -> str:
    """The last whole or begun day before an end, as a date field shows it."""
    return local_day(expires_at - timedelta(seconds=1), zone).isoformat() if expires_at else ""
