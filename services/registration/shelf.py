"""What pages show, kept for about a second: what moves on them is the places left. Nothing that decides looks here."""

import threading
from collections.abc import Callable
from typing import Any

from kit.clock import Clock

SECONDS = 1.0


class Shelf:
    """Answers of reads, by key, for display only.

    When an answer has aged, one thread reads it anew while the others still get the old one, so that a crowd on one
    page is one read a second. Keys are made from what exists in the database, never from what was typed.
    """

    def __init__(self, clock: Clock, seconds: float = SECONDS) -> None:
        self._clock, self._seconds = clock, seconds
        self._kept: dict[Any, tuple[float, Any]] = {}
        self._reading: dict[Any, threading.Lock] = {}

    def get(self, key: Any, read: Callable[[], Any]) -> Any:
        """The answer of `read`, at most about a second old."""
        fresh, kept = self.look(key)
        if fresh:
            return kept
        lock = self._reading.setdefault(key, threading.Lock())
        if not lock.acquire(blocking=kept is None):
            return kept
        try:
            fresh, kept = self.look(key)
            return kept if fresh else self._put(key, read())
        finally:
            lock.release()

    def look(self, key: Any) -> tuple[bool, Any]:
        """Whether there is a fresh answer, and the last one (None: never asked)."""
        at, kept = self._kept.get(key, (0.0, None))
        return kept is not None and 0 <= self._now() - at < self._seconds, kept

    def _put(self, key: Any, value: Any) -> Any:
        # An answer of None is not kept: what does not exist is asked again.
        if value is not None:
            self._kept[key] = (self._now(), value)
        return value

    def _now(self) -> float:
        return self._clock().timestamp()
