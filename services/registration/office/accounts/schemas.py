"""Shapes of the staff accounts, their links and tokens."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import Form
from pydantic import BaseModel, ConfigDict, Field

from kit.clock import from_wall, local_day
from kit.contracts import Day, Instant, texts
from kit.contracts.addresses import clean
from registration.access.queries import Account
from registration.access.rules import AccountDetails
from registration.history.models import HistoryEntry
from registration.history.schemas import HistoryView
from registration.staff.models import ApiToken
from registration.staff.queries import normal_email

Line = Annotated[str, Form()]


@dataclass(frozen=True)
class AccountForm:
    """An account as a page's form describes it. `until` is the last day of access, included; empty when there is no
    end."""

    name: str = ""
    email: str = ""
    roles: tuple[str, ...] = ()
    lang: str = "fr"
    until: str = ""
    activities: tuple[str, ...] = ()

    def details(self, zone: str) -> AccountDetails:
        """The account it describes. Raises ValueError when `until` is not a day."""
        until = texts.day(self.until)
        if self.until and until is None:
            raise ValueError("until")
        expires_at = end_of_day(until, zone) if until else None
        lang = "en" if self.lang == "en" else "fr"
        return AccountDetails(normal_email(clean(self.email)), texts.seen(self.name), self.roles, lang, expires_at)


def account_form(
    name: Line = "",
    email: Line = "",
    roles: Annotated[list[str] | None, Form()] = None,
    lang: Line = "fr",
    until: Line = "",
    activities: Annotated[list[str] | None, Form()] = None,
) -> AccountForm:
    """The form of an account, as a dependency."""
    return AccountForm(name, email, tuple(roles or ()), lang, until, tuple(activities or ()))


def end_of_day(day: date, zone: str) -> datetime:
    """The end of a day on the association's wall clock, in UTC."""
    return from_wall(datetime.combine(day + timedelta(days=1), datetime.min.time()), zone)


def last_day(expires_at: datetime | None, zone: str) -> str:
    """The last whole or begun day before an end, as a date field shows it."""
    return local_day(expires_at - timedelta(seconds=1), zone).isoformat() if expires_at else ""


DOORS = Field(
    default=(), description="Ids of the activities whose door it is for, with the role `door` alone; none: every one."
)


class AccountChange(BaseModel):
    """What can be changed about an account. Left out, `until` means an access without an end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(max_length=texts.LINE, description="Name of the person.", examples=["Élise Côté"])
    roles: tuple[str, ...] = Field(
        description="What they may do: director, coordinator, accountant, door.", examples=[["coordinator"]]
    )
    lang: Literal["fr", "en"] = Field(default="fr", description="Language they read.")
    until: Day | None = Field(default=None, description="Last day of access; null: no end.", examples=["2027-12-31"])
    activities: tuple[uuid.UUID, ...] = DOORS

    def form(self, email: str) -> AccountForm:
        """As the page's form would send it."""
        until, activities = self.until.isoformat() if self.until else "", tuple(str(one) for one in self.activities)
        return AccountForm(self.name, email, self.roles, self.lang, until, activities)


class AccountIn(AccountChange):
    """A new account; its address is its name for good."""

    email: str = Field(
        max_length=300, description="Their address: the account's name for good.", examples=["elise@example.org"]
    )


class AccountOut(BaseModel):
    """One account. `state` is `open`, `invited` (no password yet), `ended` (past its day) or `closed`."""

    id: uuid.UUID = Field(description="Id of the account.")
    name: str = Field(description="Name of the person.", examples=["Élise Côté"])
    email: str = Field(description="Their address.", examples=["elise@example.org"])
    roles: tuple[str, ...] = Field(description="What they may do.", examples=[["coordinator"]])
    lang: str = Field(description="Language the person reads: `fr` or `en`.", examples=["fr"])
    state: Literal["open", "invited", "ended", "closed"] = Field(description="Whether they may enter, or why not.")
    expires_at: Instant | None = Field(description="End of the access (UTC); null: none.")
    last_login: Instant | None = Field(description="When they last signed in (UTC).")
    activities: tuple[str, ...] = DOORS

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
            activities=account.activities,
        )


class AccountView(AccountOut):
    """One account with its history."""

    history: list[HistoryView] = Field(description="Who did what, newest first.")

    @classmethod
    def whole(cls, account: Account, entries: Sequence[HistoryEntry]) -> "AccountView":
        return cls(**AccountOut.of(account).model_dump(), history=HistoryView.of(entries))


class TokenIn(BaseModel):
    """A program that is to act in the association's name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(max_length=texts.LINE, description="What the program is called.", examples=["Site Web"])
    roles: tuple[str, ...] = Field(
        description="What it may do: director, coordinator, accountant, door.", examples=[["coordinator"]]
    )
    until: Day | None = Field(
        default=None, description="Last day it opens anything; null: no end.", examples=["2027-12-31"]
    )
    activities: tuple[uuid.UUID, ...] = DOORS


class TokenOut(BaseModel):
    """One token, without its secret."""

    id: uuid.UUID = Field(description="Id of the token.")
    name: str = Field(description="What the program is called.", examples=["Site Web"])
    roles: tuple[str, ...] = Field(description="What it may do.", examples=[["coordinator"]])
    created_at: Instant = Field(description="When it was made (UTC).")
    expires_at: Instant | None = Field(description="When it ends (UTC); null: no end.")
    revoked_at: Instant | None = Field(description="When it was revoked (UTC); null: it was not.")
    activities: tuple[str, ...] = DOORS

    @classmethod
    def of(cls, token: ApiToken) -> "TokenOut":
        return cls(
            id=token.id,
            name=token.name,
            roles=tuple(token.roles),
            created_at=token.created_at,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
            activities=tuple(token.activities),
        )


class TokenMade(TokenOut):
    """A token just made. `token` is the secret: it is answered this once and not stored, so a repeated request answers
    it empty; revoke a token whose secret was lost on the way, and make another."""

    token: str = Field(description="The secret: answered this once.", examples=["guichet_2f6d1c0e8a41"])
