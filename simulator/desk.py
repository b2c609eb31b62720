"""The desk where all work is done: one transaction at a time, sessions that ran out closed first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from simulator.objects import sessions
from simulator.settings import Settings
from simulator.store import Store
from simulator.switches import Switches
from simulator.work import Work

Clock = Callable[[], float]


class Desk:
    """``clock`` gives epoch seconds; the switch ``advance`` is added to it. ``wake`` tells the courier of new work."""

    def __init__(self, settings: Settings, store: Store, switches: Switches, clock: Clock) -> None:
        self.settings, self.store, self.switches, self._clock = settings, store, switches, clock
        self.wake = threading.Event()

    def now(self) -> int:
        return int(self._clock() + self.switches.advance)

    @contextmanager
    def work(
        self, *, request_id: str | None = None, idempotency_key: str | None = None, lose_webhooks: bool = False
    ) -> Iterator[Work]:
        """Whatever is raised inside takes everything back."""
        with self.store.transaction():
            now = self.now()
            sessions.expire_overdue(Work(self.store, self.settings, self.switches, now))
            yield Work(self.store, self.settings, self.switches, now, request_id, idempotency_key, lose_webhooks)
        self.wake.set()
