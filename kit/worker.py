"""The loops beside the web server: deliver messages, end holds, reconcile. Each is one thread that can be stopped."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kit.errors import Busy

log = logging.getLogger("guichet.worker")
# Long enough for a crowd's messages to leave together, short enough for nobody to notice.
GATHER = 0.05
# With the web server's own (kit.command) this stays below the ten seconds that a stopped service is given.
STOP_SECONDS = 4.0
# Who is away is asked again at least this often, unless the loop is slower by itself.
MOST_PAUSE = 10.0
# A loop of which nothing good is heard for so much longer than its rhythm hangs, or fails every time.
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Loop:
    """A job and its rhythm, in seconds. The job answers True when it did something and may have more to do at once.

    Something happened when `wake` is set; what else happens within `gather` is done in the same turn.
    """

    name: str
    every: float
    job: Callable[[], bool]
    wake: threading.Event = field(default_factory=threading.Event)
    gather: float = 0.0


class Worker:
    """Runs loops until told to stop; what is begun is finished. Killed at any time, nothing needs repair."""

    def __init__(self, loops: Sequence[Loop]) -> None:
        self._loops = loops
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        # When a turn of each loop last went well, by a clock that no one can set.
        self._well: dict[str, float] = {}

    def late(self) -> dict[str, float]:
        """By loop, 1 for one that hangs, fails every time or is gone, else 0. Empty before the start."""
        patience = {loop.name: max(loop.every, MOST_PAUSE) + PATIENCE_SECONDS for loop in self._loops}
        return {name: float(time.monotonic() - well > patience[name]) for name, well in self._well.items()}

    def start(self) -> None:
        self._well = {loop.name: time.monotonic() for loop in self._loops}
        for loop in self._loops:
            thread = threading.Thread(target=self._run, args=(loop,), name=loop.name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, timeout: float = STOP_SECONDS) -> None:
        """Let every loop finish its turn. `timeout` is in seconds, for all of them together."""
        self._stopping.set()
        for loop in self._loops:
            loop.wake.set()
        until = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _run(self, loop: Loop) -> None:
        busy = 0
        while True:
            # Cleared before looking whether to stop: a stop asked for in between still cuts the wait short.
            loop.wake.clear()
            if self._stopping.is_set():
                return
            try:
                more, busy = run_once(loop), 0
            except Busy as error:
                # The database or a sibling is away: said once, then asked ever more rarely until it is back.
                if not busy:
                    log.warning("job put off", extra={"job": loop.name, "error": error.code})
                more, busy = False, busy + 1
            if more is not None:
                self._well[loop.name] = time.monotonic()
            if not more and loop.wake.wait(pause(loop.every, busy)):
                self._stopping.wait(loop.gather)


def pause(every: float, busy: int) -> float:
    """Seconds until a loop's next turn, after so many in a row that found the database or a sibling away."""
    return max(every, min(every * 2.0 ** min(busy, 20), MOST_PAUSE))


def run_once(loop: Loop) -> bool | None:
    """One turn: whether there may be more. A failing job must not end the loop: it is logged, answers None, and is
    tried again at its next turn. Raises Busy."""
    try:
        return loop.job()
    except Busy:
        raise
    except Exception as error:
        log.exception("job failed", extra={"job": loop.name, "error": type(error).__name__})
        return None
