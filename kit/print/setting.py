"""The process that sets pages, as the service sees it."""

import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from kit.errors import Busy

SETTER = Path(__file__).with_name("setter.py")


class NotPrinted(RuntimeError):
    """The page could not be set: a mistake of ours. Says nothing of what stood on it."""


class Gone(RuntimeError):
    """The process had ended before it was asked, or ended while it was: by itself, or because it was killed."""


class Setter:
    """One process, started at once; `count` is how many documents it was asked for. It ends by `end`, or with this."""

    def __init__(self) -> None:
        self.count = 0
        # Isolated: it needs nothing of ours, and takes nothing from where we were started.
        command = [sys.executable, "-I", str(SETTER)]
        self._process = subprocess.Popen(  # noqa: S603 (ours)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.end = weakref.finalize(self, _end, self._process)

    def pdf_of(self, template: str, told: bytes, seconds: float) -> bytes:
        """Raises Busy when it takes longer (the process is ended), NotPrinted, Gone."""
        self.count += 1
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self.end()

        timer = threading.Timer(seconds, give_up)
        timer.start()
        try:
            state, made = self._asked(template, told)
        except (OSError, ValueError) as error:
            self.end()
            raise (Busy() if late.is_set() else Gone()) from error
        finally:
            timer.cancel()
        if state != 1:
            raise NotPrinted(template)
        return made

    def _asked(self, template: str, told: bytes) -> tuple[int, bytes]:
        """Raises OSError, ValueError (an answer that is none: the process ended)."""
        asked, answers = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
        asked.write(f"{template} {len(told)}\n".encode() + told)
        asked.flush()
        state, length = map(int, answers.readline().split())
        made = answers.read(length)
        if len(made) != length:
            raise ValueError("cut short")
        return state, made


def _end(process: "subprocess.Popen[bytes]") -> None:
    """At once; whoever waits for its answer gets none."""
    process.kill()
    with suppress(OSError), process:
        pass  # What it was never given cannot be flushed.
