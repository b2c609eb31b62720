"""Processes that are started again whenever they end, and that end with us.

It stands beside the kit and not in it: no service imports it, and production runs containers instead.
"""

import ctypes
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

READY_SECONDS, STOP_SECONDS = 120, 12
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
OPEN = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def end_on_signals() -> None:
    """Ctrl-C, and being told to end, are a KeyboardInterrupt, once: `make` and a closed terminal may tell us again,
    and what comes after the first must not disturb how the others are stopped."""
    asked: list[int] = []

    def ask(number: int, _frame: object) -> None:
        asked.append(number)
        if len(asked) == 1:
            raise KeyboardInterrupt

    for ending in ENDINGS:
        signal.signal(ending, ask)


class Child:
    """One process: `python -m <arguments>`, its output in a log file, its health at an address."""

    def __init__(self, name: str, arguments: Sequence[str], env: Mapping[str, str], health: str, log: Path) -> None:
        self.name, self.log, self._health, self._env = name, log, health, env
        self._command = [sys.executable, "-m", *arguments]
        self._quick_ends = 0
        self._start()

    def _start(self) -> None:
        self._started = time.monotonic()
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal reaches only us, and we stop the children in good order.
            self.process = subprocess.Popen(
                self._command, env=self._env, stdout=log, stderr=log, start_new_session=True, preexec_fn=_end_with_us
            )

    def tend(self) -> None:
        """Start it again if it ended: at once, unless it keeps ending as soon as it is started."""
        if self.process.poll() is None:
            return
        lived = time.monotonic() - self._started
        if lived < 2 * min(self._quick_ends, 5):
            return
        self._quick_ends = self._quick_ends + 1 if lived < 10 else 0
        print(f"{self.name} ended ({self.process.returncode}) and is started again; its log: {self.log}", flush=True)
        self._start()

    def ready(self) -> bool:
        """Whether it answers 200 at its health address."""
        try:
            return bool(OPEN(self._health, timeout=2).status == 200)
        except OSError:
            return False


def _end_with_us() -> None:
    """Linux ends the child when this process is killed, so that nothing is left holding the ports."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def wait_until_ready(children: Sequence[Child]) -> None:
    """Tend until every child is ready; SystemExit with the end of its log for one that is not."""
    end = time.monotonic() + READY_SECONDS
    waiting = list(children)
    while waiting := [child for child in waiting if not child.ready()]:
        if time.monotonic() > end:
            last = "\n  ".join(waiting[0].log.read_text(errors="replace").splitlines()[-8:])
            sys.exit(f"{waiting[0].name} is not ready after {READY_SECONDS} s. The end of {waiting[0].log}:\n  {last}")
        tend(children)


def tend(children: Sequence[Child]) -> None:
    """One turn, a fifth of a second long."""
    for child in children:
        child.tend()
    time.sleep(0.2)


def stop(children: Sequence[Child]) -> None:
    """Ask all to finish what they began; kill what does not. A second Ctrl-C must not leave half of them behind."""
    for asked_again in ENDINGS:
        signal.signal(asked_again, signal.SIG_IGN)
    for child in children:
        child.process.terminate()
    end = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
