"""What pages show, kept for about a second: what moves on them is the places left. Nothing that decides looks here."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from kit.clock import Clock

SECONDS = 1.0
# A count of a crowd that took longer than this is kept fifty times as long as it took, and never above ten seconds.
SLOW_SECONDS, TIMES_ITS_COST, LONGEST_SECONDS = 0.06, 50, 10.0
T = TypeVar("T")


class BriefCache:
    """Answers of reads, by key, for display only.

    When an answer has aged, one thread reads it anew while the others still get the old one, so that a crowd on one
    page is one read a second. Keys are made from what exists in the database, never from what was typed.
    """

    def __init__(self, clock: Clock, seconds: float = SECONDS) -> None:
        self._clock, self._seconds = clock, seconds
        self._answers: dict[Hashable, tuple[float, float, object]] = {}
        self._reading: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, read: Callable[[], T], crowd: bool = False) -> T:
        """The answer of `read`, at most about a second old; that of a `crowd`, as long as counting it was worth. One
        key always goes with one kind of answer."""
        fresh, answer = self.look(key)
        if fresh:
            return cast(T, answer)
        lock = self._reading.setdefault(key, threading.Lock())
        if not lock.acquire(blocking=answer is None):
            return cast(T, answer)
        try:
            fresh, answer = self.look(key)
            return cast(T, answer) if fresh else self._read(key, read, crowd)
        finally:
            lock.release()

    def look(self, key: Hashable) -> tuple[bool, object]:
        """Whether there is a fresh answer, and the last one (None: never asked)."""
        at, seconds, answer = self._answers.get(key, (0.0, 0.0, None))
        return answer is not None and 0 <= self._now() - at < seconds, answer

    def _read(self, key: Hashable, read: Callable[[], T], crowd: bool) -> T:
        begun = time.monotonic()
        answer, took = read(), time.monotonic() - begun
        # An answer of None is not kept: what does not exist is asked again.
        if answer is not None:
            slow = crowd and took > SLOW_SECONDS
            seconds = max(self._seconds, min(took * TIMES_ITS_COST, LONGEST_SECONDS)) if slow else self._seconds
            self._answers[key] = (self._now(), seconds, answer)
        return answer

    def _now(self) -> float:
        return self._clock().timestamp()
