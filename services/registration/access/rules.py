"""Accounts of staff, as pure functions: what is accepted, how long links last, what must never happen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from kit.auth import STAFF
from kit.contracts.addresses import NEAR, Reach, problem
from kit.contracts.texts import LINE
from kit.errors import Refusal
from registration.staff.rules import may_enter

LINK_LIFE = timedelta(hours=72)
PASSWORD_LENGTH = 12


class AccountState(StrEnum):
    """Open; invited, without a password yet; ended, past its day; closed by a director."""

    OPEN = "open"
    INVITED = "invited"
    ENDED = "ended"
    CLOSED = "closed"


class TokenState(StrEnum):
    """Whether a program's token still opens anything."""

    OPEN = "open"
    ENDED = "ended"
    REVOKED = "revoked"


class PasswordTooShort(Refusal):
    """A password of fewer than twelve characters. There is no other rule."""

    status = 422


class WrongPassword(Refusal):
    """The present password, asked for before a change, is not the right one."""

    status = 422


class EmailTaken(Refusal):
    """Another account has this address."""


class LastDirector(Refusal):
    """Nobody would be left to give access to others."""


@dataclass(frozen=True)
class AccountDetails:
    """An account as somebody describes it. `expires_at` ends it by itself; `doors` are the activities (id to title)
    whose door it is for, where the door is its only role; none: every one."""

    email: str
    name: str
    roles: tuple[str, ...]
    lang: str
    expires_at: datetime | None
    doors: Mapping[str, str] = field(default_factory=dict)


def account_state(
    disabled_at: datetime | None, expires_at: datetime | None, has_password: bool, now: datetime
) -> AccountState:
    """What an account is good for at this moment."""
    if disabled_at is not None:
        return AccountState.CLOSED
    if not may_enter(None, expires_at, now):
        return AccountState.ENDED
    return AccountState.OPEN if has_password else AccountState.INVITED


def token_state(revoked_at: datetime | None, expires_at: datetime | None, now: datetime) -> TokenState:
    """What a token is good for at this moment."""
    if revoked_at is not None:
        return TokenState.REVOKED
    return TokenState.ENDED if expires_at is not None and expires_at <= now else TokenState.OPEN


def check_password(password: str) -> None:
    """Raises PasswordTooShort. Length is the only rule: a phrase is easier to remember than signs and figures."""
    if len(password) < PASSWORD_LENGTH:
        raise PasswordTooShort("password", n=PASSWORD_LENGTH)


def account_problems(details: AccountDetails, now: datetime, reach: Reach = NEAR) -> dict[str, str]:
    """What is wrong with an account: field -> key of its sentence."""
    problems: dict[str, str] = {}
    if not details.name:
        problems |= {"name": "problem.staff_name"}
    elif len(details.name) > LINE:
        problems |= {"name": "problem.line_too_long"}
    wrong = problem(details.email, reach) if details.email else "problem.staff_email"
    if wrong:
        problems |= {"email": "problem.staff_email" if wrong == "problem.email" else wrong}
    problems |= roles_problem(details.roles)
    if details.expires_at is not None and details.expires_at <= now:
        problems |= {"until": "problem.staff_until"}
    return problems


def roles_problem(roles: Sequence[str]) -> dict[str, str]:
    """At least one role, and only roles that exist."""
    return {} if roles and set(roles) <= set(STAFF) else {"roles": "problem.staff_roles"}
