"""Accounts and tokens as the API takes and answers them. `until` is the last day of access, included."""

import uuid
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from registration.access.schemas import AccountForm
from registration.history.schemas import HistoryView


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


class AccountView(AccountOut):
    """One account with its history."""

    history: list[HistoryView]


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


class TokenMade(TokenOut):
    """A token just made. `token` is the secret: it is answered this once and not kept, so a repeated request answers
    it empty; revoke a token whose secret was lost on the way, and make another."""

    token: str
