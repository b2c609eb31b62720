"""The ports of this test process: what it opened itself it may reach, and nothing else that listens on this machine.

An instance of the product may run on the default ports while the tests run; no test may speak to it, or pass because it
answers.
"""

import atexit
import functools
import socket
from typing import Any

HOST = "127.0.0.1"
_LOOPBACK = (HOST, "::1", "localhost")
_own: set[int] = set()
_strays: list[str] = []


class Stray(AssertionError):
    """A test tried to reach an address that its process did not open."""


def guard() -> None:
    """From here on this process reaches only ports that it has bound: for a server of its own, or with `free_port`."""
    bind, connect, connect_ex = socket.socket.bind, socket.socket.connect, socket.socket.connect_ex

    def noted(self: socket.socket, address: Any) -> None:
        bind(self, address)
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _own.add(self.getsockname()[1])

    def guarded(self: socket.socket, address: Any) -> None:
        _check(self, address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        _check(self, address)
        return connect_ex(self, address)

    socket.socket.bind = noted  # type: ignore[method-assign]
    socket.socket.connect = guarded  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_ex  # type: ignore[method-assign]


def _check(self: socket.socket, address: Any) -> None:
    if self.family not in (socket.AF_INET, socket.AF_INET6):
        return
    host, port = address[:2]
    if host not in _LOOPBACK or port not in _own:
        self.close()
        _strays.append(f"a test tried to reach {host}:{port}, which it did not open")
        raise Stray(_strays[-1])


def strays() -> list[str]:
    """What was tried since the last call: the product may have caught the error, the test must fail all the same."""
    tried = _strays[:]
    _strays.clear()
    return tried


def free_port() -> int:
    """A port that nobody uses now, for a process that opens it at once."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@functools.cache
def closed_port() -> int:
    """A port that refuses as long as this process lives: bound, so that nobody else gets it, and never listened on."""
    bound = socket.socket()
    atexit.register(bound.close)
    bound.bind((HOST, 0))
    return int(bound.getsockname()[1])
