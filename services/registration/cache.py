"""What pages show, kept for about a second: what moves on them is the places left. Nothing that decides looks here."""

import threading
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from kit.clock import Clock

SECONDS = 1.0
T = TypeVar("T")


class BriefCache:
    """Answers of reads, by key, for display only.

    When an answer has aged, one thread reads it anew while the others still get the old one, so that a crowd on one
    page is one read a second. Keys are made from what exists in the database, never from what was typed.
    """

    def __init__(self, clock: Clock, seconds: float = SECONDS) -> None:
        self._clock, self._seconds = clock, seconds
        self._answers: dict[Hashable, tuple[float, object]] = {}
        self._reading: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """The answer of `read`, at most about a second old. One key always goes with one kind of answer."""
        fresh, answer = self.look(key)
        if fresh:
            return cast(T, answer)
        lock = self._reading.setdefault(key, threading.Lock())
        if not lock.acquire(blocking=answer is None):
            return cast(T, answer)
        try:
            fresh, answer = self.look(key)
            return cast(T, answer) if fresh else self._put(key, read())
        finally:
            lock.release()

    def look(self, key: Hashable) -> tuple[bool, object]:
        """Whether there is a fresh answer, and the last one (None: never asked)."""
        at, answer = self._answers.get(key, (0.0, None))
        return answer is not None and 0 <= self._now() - at < self._seconds, answer

    def _put(self, key: Hashable, answer: T) -> T:
        # An answer of None is not kept: what does not exist is asked again.
        if answer is not None:
            self._answers[key] = (self._now(), answer)
        return answer

    def _now(self) -> float:
        return self._clock().timestamp()
