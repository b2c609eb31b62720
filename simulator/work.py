"""One piece of work: what an operation may use, inside one transaction."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass

from simulator.settings import Settings
from simulator.store import Store
from simulator.switches import Switches

_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Work:
    """``now`` is the simulated time in epoch seconds; ``lose_webhooks`` is the switch *later* of one payment."""

    store: Store
    settings: Settings
    switches: Switches
    now: int
    request_id: str | None = None
    idempotency_key: str | None = None
    lose_webhooks: bool = False


def new_id(prefix: str, length: int = 24) -> str:
    """An id in Stripe's manner: a prefix that names the kind, then letters and figures."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length))
