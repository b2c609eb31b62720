"""Slows down guessing: how often one thing is tried from one place or about one name in a minute, in all processes."""

import hashlib
import hmac
import ipaddress
from typing import TYPE_CHECKING

from kit.errors import TooMany
from kit.settings import keys
from registration.staff import actions

if TYPE_CHECKING:
    from registration.service import RegistrationService


def slow_down(here: "RegistrationService", address: str, kind: str, *names: str) -> None:
    """Count one attempt of `kind` from this address and about each name; TooMany above RATE_LIMIT a minute.

    It is counted in a transaction of its own, before anything is looked at, so that a refusal counts as well.
    """
    buckets = [f"{kind}:{_digest(here, name)}" for name in (_network(address), *names) if name]
    with here.db.write() as session:
        most = actions.count_attempts(session, buckets, here.clock())
    if most > here.settings.rate_limit:
        raise TooMany()


def _digest(here: "RegistrationService", name: str) -> str:
    """Neither an address nor an e-mail is kept: only what lets us recognise it within the minute."""
    key = keys(here.settings.session_secret)[0]
    return hmac.new(key.encode(), name.casefold().encode(), hashlib.sha256).hexdigest()[:32]


def _network(address: str) -> str:
    """Where a request comes from; in IPv6 the network, since one household has billions of addresses."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
