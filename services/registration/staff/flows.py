"""Slows down guessing: how often one thing is tried from one place or about one name in a minute, in all processes."""

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from fastapi import Request

from kit.errors import TooMany
from kit.settings import keys
from registration.staff import actions

if TYPE_CHECKING:
    from registration.service import RegistrationService

# How many times the limit of one network address all of them have together for one thing.
EVERYBODY = 10


def slow_down(here: "RegistrationService", request: Request, kind: str, *names: str) -> None:
    """Count one attempt of `kind` from where this request comes and about each name; TooMany above RATE_LIMIT a minute.

    It is counted in a transaction of its own, before anything is looked at, so that a refusal counts as well. Whatever
    is answered says how many attempts are left (`RateLimit-…`).
    """
    now, limit = here.clock(), here.settings.rate_limit
    buckets = [f"{kind}:{_digest(here, name)}" for name in (network_of(request), *names) if name]
    with here.db.write() as session:
        attempts = actions.count_attempts(session, buckets, now)
    _say_left(request, limit, attempts, now)
    if attempts > limit:
        raise _too_many(now)


@dataclass(frozen=True)
class Guesses:
    """Wrong guesses of a secret, counted where they come from and about what they are. One network address has the
    limit; all of them together have more for one thing, so that nobody keeps the others from it easily."""

    here: "RegistrationService"
    request: Request
    limits: Mapping[str, int]

    @classmethod
    def of(cls, here: "RegistrationService", request: Request, kind: str, thing: str) -> Self:
        limit = here.settings.rate_limit
        limits = {network_of(request): limit, thing: limit * EVERYBODY}
        return cls(here, request, {f"{kind}:{_digest(here, name)}": most for name, most in limits.items() if name})

    def check(self) -> None:
        """Before a guess is looked at: a right one must not pass among too many wrong ones. Raises TooMany."""
        now = self.here.clock()
        with self.here.db.read() as session:
            counts = actions.attempts_of(session, list(self.limits), now)
        network = next(iter(self.limits))
        _say_left(self.request, self.limits[network], counts.get(network, 0), now)
        if any(counts.get(bucket, 0) >= most for bucket, most in self.limits.items()):
            raise _too_many(now)

    def count(self) -> None:
        """A guess was wrong."""
        now = self.here.clock()
        with self.here.db.write() as session:
            attempts = actions.count_attempts(session, list(self.limits), now)
        _say_left(self.request, min(self.limits.values()), attempts, now)


def _say_left(request: Request, limit: int, attempts: int, now: datetime) -> None:
    counts = {"limit": limit, "remaining": max(0, limit - attempts), "reset": _seconds_left(now)}
    request.state.headers = [(f"ratelimit-{name}".encode(), str(number).encode()) for name, number in counts.items()]


def _too_many(now: datetime) -> TooMany:
    refusal = TooMany()
    refusal.retry_after = _seconds_left(now)
    return refusal


def _seconds_left(now: datetime) -> int:
    """Attempts are counted by the minute."""
    return 60 - int(now.timestamp()) % 60


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
