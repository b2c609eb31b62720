"""Signing in, as pure functions: who may enter, where one may be sent afterwards, how long things last."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from kit.errors import Refusal

LOGIN_LIFE = timedelta(days=14)


class WrongSignIn(Refusal):
    """The address and the password do not open an account. Says the same whatever the reason."""

    status = 401


def may_enter(disabled_at: datetime | None, expires_at: datetime | None, now: datetime) -> bool:
    """Neither disabled nor past the moment at which a volunteer's access ends."""
    return disabled_at is None and (expires_at is None or now < expires_at)


def own_address(url: str, homes: Sequence[str]) -> str:
    """`url` when it is a page of ours, else nothing: a link to the sign-in page must not send people elsewhere."""
    return url if any(url == home or url.startswith(home + "/") for home in homes) else ""


def first_page(roles: frozenset[str]) -> str:
    """The staff page that somebody starts from; `billing` is the accountant's."""
    if roles & {"director", "coordinator"}:
        return "home"
    return "orders" if "accountant" in roles else "check-in"


def bound_to(roles: Sequence[str], activities: Sequence[str]) -> frozenset[str]:
    """The activities that somebody may see: those chosen for a door, unless another role opens every one."""
    return frozenset(activities) if list(roles) == ["door"] else frozenset()
