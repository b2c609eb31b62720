"""Shapes of the staff accounts, their links and tokens."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import Form
from pydantic import BaseModel, ConfigDict, Field

from kit.clock import from_wall, local_day
from registration.access.queries import Account
from registration.access.rules import AccountAsked
from registration.history.models import HistoryEntry
from registration.history.schemas import HistoryView
from registration.staff.models import ApiToken
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


class AccountChange(BaseModel):
    """What can be changed about an account. Left out, `until` means an access without an end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(max_length=300)
    roles: tuple[str, ...]
    lang: Literal["fr", "en"] = "fr"
    until: date | None = None

    def typed(self, email: str) -> AccountForm:
        """As the page's form would send it."""
        return AccountForm(self.name, email, self.roles, self.lang, self.until.isoformat() if self.until else "")


class AccountIn(AccountChange):
    """A new account; its address is its name for good."""

    email: str = Field(max_length=300)


class AccountOut(BaseModel):
    """One account. `state` is `open`, `invited` (no password yet), `ended` (past its day) or `closed`."""

    id: uuid.UUID
    name: str
    email: str
    roles: tuple[str, ...]
    lang: str
    state: Literal["open", "invited", "ended", "closed"]
    expires_at: datetime | None
    last_login: datetime | None

    @classmethod
    def of(cls, account: Account) -> "AccountOut":
        return cls(
            id=account.id,
            name=account.name,
            email=account.email,
            roles=account.roles,
            lang=account.lang,
            state=account.state.value,
            expires_at=account.expires_at,
            last_login=account.last_login,
        )


class AccountView(AccountOut):
    """One account with its history."""

    history: list[HistoryView]

    @classmethod
    def whole(cls, account: Account, entries: Sequence[HistoryEntry]) -> "AccountView":
        return cls(**AccountOut.of(account).model_dump(), history=HistoryView.of(entries))


class TokenIn(BaseModel):
    """A program that is to act in the association's name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(max_length=100)
    roles: tuple[str, ...]
    until: date | None = None


class TokenOut(BaseModel):
    """One token, without its secret."""

    id: uuid.UUID
    name: str
    roles: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken) -> "TokenOut":
        return cls(
            id=token.id,
            name=token.name,
            roles=tuple(token.roles),
            created_at=token.created_at,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
        )


class TokenMade(TokenOut):
    """A token just made. `token` is the secret: it is answered this once and not kept, so a repeated request answers
    it empty; revoke a token whose secret was lost on the way, and make another."""

    token: str
