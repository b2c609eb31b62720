"""Switches for tests and fire drills: what goes wrong, when, and how often. Kept in memory: a restart clears them."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

ALL = -1  # "every one from now on"


@dataclass
class Trap:
    """Something done to the next ``left`` requests whose path begins with ``path``."""

    path: str
    left: int
    how: str
    method: str | None

    def springs(self, method: str, path: str) -> bool:
        if self.left == 0 or not path.startswith(self.path) or self.method not in (None, method):
            return False
        if self.left != ALL:
            self.left -= 1
        return True


@dataclass
class Block:
    """Holds every request whose path begins with ``path``, before or after the work, until released."""

    path: str
    when: str
    method: str | None
    released: bool = False
    waiting: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Fate:
    """What becomes of one event's webhooks: their state, how many copies, how many seconds late."""

    state: str
    copies: int = 1
    delay: float = 0.0


class Switches:
    """Called from several threads; every method is brief and takes the lock."""

    def __init__(self, webhook_url: str, webhook_secret: str) -> None:
        self._lock = threading.Lock()
        self._first_address = (webhook_url, webhook_secret)
        self.requests: deque[dict[str, Any]] = deque(maxlen=5000)
        self._blocks: list[Block] = []
        self.stopping = False
        self.clear()

    def stop(self) -> None:
        """The process ends: what is held now hangs up, as it would if the process were killed."""
        self.stopping = True

    def clear(self) -> None:
        """Everything off, every held request let go, the webhook address as at the start."""
        with self._lock:
            for block in self._blocks:
                block.released = True
            self._blocks = []
            self.requests.clear()
            self.webhook_url, self.webhook_secret = self._first_address
            self.types: list[str] | None = None
            self.lose, self.duplicate, self.delay, self.hold = 0, 0, 0.0, False
            self.refund_status = "succeeded"
            self.advance = 0.0
            self._cut: list[Trap] = []
            self._refuse: list[Trap] = []

    def set(self, changes: dict[str, Any]) -> None:
        """Plain switches by name; ``cut`` and ``refuse`` add a trap."""
        with self._lock:
            for name, value in changes.items():
                if name in ("cut", "refuse"):
                    traps = self._cut if name == "cut" else self._refuse
                    traps.append(Trap(value["path"], value["next"], value.get("how", name), value["method"]))
                elif name == "advance":
                    self.advance += value
                else:
                    setattr(self, name, value)

    def state(self) -> dict[str, Any]:
        """What is on, in the words that set it."""
        with self._lock:
            plain = ("webhook_url", "types", "lose", "duplicate", "delay", "hold", "refund_status", "advance")
            traps = {"cut": self._cut, "refuse": self._refuse}
            return {name: getattr(self, name) for name in plain} | {
                name: [{"path": t.path, "next": t.left, "how": t.how, "method": t.method} for t in kept if t.left]
                for name, kept in traps.items()
            }

    def fate(self, event_type: str) -> Fate:
        """What happens to the webhook of an event that has just been made."""
        with self._lock:
            if self.types is not None and not any(fnmatchcase(event_type, name) for name in self.types):
                return Fate("pending")
            if self.lose:
                if self.lose != ALL:
                    self.lose -= 1
                return Fate("lost")
            return Fate("held" if self.hold else "pending", 1 + self.duplicate, self.delay)

    def cuts(self, method: str, path: str) -> bool:
        """Whether the answer to this request is to be thrown away."""
        with self._lock:
            return any(trap.springs(method, path) for trap in self._cut)

    def refusal(self, method: str, path: str) -> str | None:
        """``500``, ``500-kept`` or ``close``."""
        with self._lock:
            return next((trap.how for trap in self._refuse if trap.springs(method, path)), None)

    def block(self, path: str, when: str, method: str | None) -> None:
        with self._lock:
            self._blocks.append(Block(path, when, method))

    def enter(self, method: str, path: str, when: str, request_id: str) -> Block | None:
        """The block that holds this request, which is now counted among the waiting."""
        with self._lock:
            for block in self._blocks:
                if block.when == when and path.startswith(block.path) and block.method in (None, method):
                    block.waiting.append({"method": method, "path": path, "when": when, "request_id": request_id})
                    return block
        return None

    def leave(self, block: Block, request_id: str) -> None:
        """The held request is gone: let go, or its caller hung up."""
        with self._lock:
            block.waiting = [one for one in block.waiting if one["request_id"] != request_id]

    def waiting(self) -> list[dict[str, Any]]:
        with self._lock:
            return [one for block in self._blocks for one in block.waiting]

    def release(self, path: str | None) -> int:
        """Takes away the blocks (those set for ``path``, or all) and lets their requests go; how many waited."""
        with self._lock:
            let_go = [block for block in self._blocks if path is None or block.path == path]
            self._blocks = [block for block in self._blocks if block not in let_go]
            for block in let_go:
                block.released = True
            return sum(len(block.waiting) for block in let_go)
