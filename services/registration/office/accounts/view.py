"""Accounts and tokens as the director's pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from registration.access.queries import Account
from registration.access.rules import AccountState, token_state
from registration.staff.models import ApiToken

# The kind of mark that shows a state.
KINDS = {
    AccountState.OPEN: "good",
    AccountState.INVITED: "warn",
    AccountState.ENDED: "quiet",
    AccountState.CLOSED: "quiet",
}
# What a page may say it just did; anything else in its address says nothing.
NOTICES = ("invited", "changed", "sent", "closed", "reopened")


@dataclass(frozen=True)
class AccountActions:
    """What can be done with an account: a first link or a new password, closing it, or opening it again."""

    link: str
    closed: bool


@dataclass(frozen=True)
class TokenLine:
    """One token of a program in the list of all of them."""

    id: UUID
    name: str
    roles: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    state: str


def account_actions(account: Account) -> AccountActions:
    """What can be done with an account now."""
    link = "invite" if account.state == AccountState.INVITED else "reset"
    return AccountActions(link, account.state == AccountState.CLOSED)


def token_lines(tokens: Sequence[ApiToken], now: datetime) -> list[TokenLine]:
    """The tokens with what they are good for now."""
    return [
        TokenLine(
            id=token.id,
            name=token.name,
            roles=tuple(token.roles),
            created_at=token.created_at,
            expires_at=token.expires_at,
            state=token_state(token.revoked_at, token.expires_at, now),
        )
        for token in tokens
    ]
