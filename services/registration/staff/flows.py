"""Slows down guessing: how often one thing is tried from one place or about one name in a minute, in all processes."""

import hashlib
import hmac
import ipaddress
from typing import TYPE_CHECKING

from fastapi import Request

from kit.errors import TooMany
from kit.settings import keys
from registration.staff import actions

if TYPE_CHECKING:
    from registration.service import RegistrationService


def slow_down(here: "RegistrationService", request: Request, kind: str, *names: str) -> None:
    """Count one attempt of `kind` from where this request comes and about each name; TooMany above RATE_LIMIT a minute.

    It is counted in a transaction of its own, before anything is looked at, so that a refusal counts as well. Whatever
    is answered says how many attempts are left (`RateLimit-…`).
    """
    now, limit = here.clock(), here.settings.rate_limit
    buckets = [f"{kind}:{_digest(here, name)}" for name in (network_of(request), *names) if name]
    with here.db.write() as session:
        attempts = actions.count_attempts(session, buckets, now)
    seconds = 60 - int(now.timestamp()) % 60
    counts = {"limit": limit, "remaining": max(0, limit - attempts), "reset": seconds}
    request.state.headers = [(f"ratelimit-{name}".encode(), str(number).encode()) for name, number in counts.items()]
    if attempts > limit:
        refusal = TooMany()
        refusal.retry_after = seconds
        raise refusal


def _digest(here: "RegistrationService", name: str) -> str:
    """Neither an address nor an e-mail is stored: only what lets us recognise it within the minute."""
    key = keys(here.settings.session_secret)[0]
    return hmac.new(key.encode(), name.casefold().encode(), hashlib.sha256).hexdigest()[:32]


def network_of(request: Request) -> str:
    """Where a request comes from, as the front door tells it; in IPv6 the network, since one household has billions of
    addresses. Empty when nobody can say."""
    address = request.client.host if request.client else ""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else address
