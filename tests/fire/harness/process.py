"""One real process of the house: started, killed without warning, started again on the same port."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[3]
READY_SECONDS = 30.0
_OPEN = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


@dataclass
class Process:
    """`python -m <arguments>`. `health` is the path that answers 200 once ready; without one, its threads tell."""

    name: str
    arguments: Sequence[str]
    env: Mapping[str, str]
    log: Path
    port: int = 0
    health: str = ""
    kills: int = 0
    pids: list[int] = field(default_factory=list)
    _running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.pids[-1]

    @property
    def alive(self) -> bool:
        return self._running is not None and self._running.poll() is None

    def start(self) -> None:
        """Begin; `ready` tells when it is there."""
        assert not self.alive, f"{self.name} runs already"
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-m", *self.arguments],
                env=self.env,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_us,
            )
        self.pids.append(self._running.pid)

    def ready(self) -> bool:
        """Whether it serves, or (a process that only works) whether its loops have begun."""
        assert self.alive, f"{self.name} ended by itself:\n{self.last_words()}"
        if not self.health:
            return len(os.listdir(f"/proc/{self.pid}/task")) > 1
        try:
            with _OPEN(self.url + self.health, timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_ready(self) -> None:
        end = time.monotonic() + READY_SECONDS
        while not self.ready():
            assert time.monotonic() < end, f"{self.name} is not ready:\n{self.last_words()}"
            time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        assert self._running is not None and self.alive, f"{self.name} was dead already"
        self._running.send_signal(signal.SIGKILL)
        assert self._running.wait(10) == -signal.SIGKILL
        self.kills += 1

    def freeze(self) -> None:
        """It takes connections and never answers, until `thaw`."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def end(self) -> None:
        """The end of the test: gone, whatever it was doing."""
        if self._running is not None and self.alive:
            self._running.kill()
            self._running.wait(10)

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-15:])


def wait_ready(processes: Sequence[Process]) -> None:
    for process in processes:
        process.wait_ready()


def _die_with_us() -> None:
    """Linux ends the child when the test's process is killed, so that nothing is left behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
