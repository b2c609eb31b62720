"""Idempotency keys as Stripe's API v1 keeps them.

The first answer is kept once the operation has begun, whether it succeeded, was refused (402, 400) or failed (500),
and is replayed to the same request. An answer given before (wrong parameters, another request with the key still
running) is not kept. A key is forgotten after 24 hours, as Stripe may. (docs.stripe.com/api/idempotent_requests)
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from simulator.api.errors import StripeError
from simulator.store import Store
from simulator.work import Work

KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Answer:
    """``replayed`` is told to the caller in a header."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


class Keys:
    """Which keys are running now is known in memory only, so that a killed process leaves no key stuck."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[str] = set()

    @contextmanager
    def running(self, key: str | None) -> Iterator[None]:
        """Raises ``StripeError`` (409) when another request with this key has not ended."""
        if key is None:
            yield
            return
        if not 0 < len(key) <= 255:
            raise StripeError("Idempotency keys are 1 to 255 characters long.", kind="idempotency_error")
        with self._lock:
            if key in self._running:
                raise StripeError(
                    "There is currently another in-progress request using this Idempotent Key. Please try again later.",
                    status=409,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._running.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(key)


def fingerprint(method: str, path: str, pairs: list[tuple[str, str]]) -> str:
    """The same for the same parameters in any order."""
    return hashlib.sha256(json.dumps([method, path, sorted(pairs)]).encode()).hexdigest()


def replay(store: Store, key: str, path: str, mark: str, now: int) -> Answer | None:
    """The kept answer. Raises ``StripeError`` (400) when the key was used for another request."""
    kept = store.answer(key)
    if kept is None or kept["at"] <= now - KEPT_SECONDS:
        return None
    if kept["path"] != path:
        wrong = f"for the same endpoint they were first used for ('{path}' vs '{kept['path']}')"
    elif kept["fingerprint"] != mark:
        wrong = "with the same parameters they were first used with"
    else:
        return Answer(kept["status"], json.loads(kept["body"]), replayed=True)
    raise StripeError(
        f"Keys for idempotent requests can only be used {wrong}. "
        f"Try using a key other than '{key}' if you meant to execute a different request.",
        kind="idempotency_error",
    )


def keep(work: Work, key: str, path: str, mark: str, answer: Answer) -> None:
    """Inside the operation's own transaction when it succeeded."""
    work.store.keep_answer(key, mark, path, answer.status, json.dumps(answer.body), work.now)
