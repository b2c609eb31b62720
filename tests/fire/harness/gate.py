"""The road between two processes: a small HTTP proxy whose requests can be held, before or after they are forwarded.

A process that waits at a gate is in the middle of its step: that is when it is killed.
"""

import http.client
import itertools
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}
PATIENCE_SECONDS = 30.0


class Hold:
    """Requests that match wait here: `before` they are forwarded, or `after`, with the answer in hand.

    When the hold ends they are hung up on: what waited before was never done, what waited after was done and not told.
    """

    def __init__(self, gate: "Gate", path: str, when: str, method: str, containing: str) -> None:
        self._gate, self.path, self.when, self.method = gate, path, when, method
        self.containing = containing.encode()
        self.caught, self.over = threading.Event(), threading.Event()

    def matches(self, method: str, path: str, body: bytes) -> bool:
        known = path.startswith(self.path) and self.method in ("", method)
        return known and (self.containing in body or self.containing in path.encode())

    def wait(self, seconds: float = 10.0) -> None:
        """Until somebody waits here."""
        assert self.caught.wait(seconds), f"nobody came to {self.method} {self.path} ({self.when})"

    def keep(self) -> None:
        self.caught.set()
        self.over.wait(PATIENCE_SECONDS)

    def end(self) -> None:
        self._gate.holds.remove(self)
        self.over.set()


class Gate:
    """Forwards to its targets in turn, as a load balancer does; to the next one when nobody listens at the first."""

    def __init__(self, targets: Sequence[str]) -> None:
        self.holds: list[Hold] = []
        self.closed = False
        self._turns = itertools.cycle([urlsplit(target).netloc for target in targets])
        self._count = len(targets)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _door(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def hold(self, path: str, when: str = "before", method: str = "", containing: str = "") -> Hold:
        held = Hold(self, path, when, method, containing)
        self.holds.append(held)
        return held

    def held(self, when: str, method: str, path: str, body: bytes) -> Hold | None:
        return next((one for one in list(self.holds) if one.when == when and one.matches(method, path, body)), None)

    def forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> "Answer | None":
        """The answer, or None when nobody answers."""
        for _ in range(self._count):
            connection = http.client.HTTPConnection(next(self._turns), timeout=PATIENCE_SECONDS)
            try:
                connection.connect()
            except OSError:
                continue
            try:
                connection.request(method, path, body, headers)
                return Answer(connection.getresponse())
            except (OSError, http.client.HTTPException):
                return None
            finally:
                connection.close()
        return None

    def end(self) -> None:
        for held in list(self.holds):
            held.end()
        self._server.shutdown()
        self._server.server_close()


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.body = response.status, response.read()
        self.headers = [(name, value) for name, value in response.getheaders() if name.lower() not in HOP_BY_HOP]


class Door(BaseHTTPRequestHandler):
    """One connection through the gate that a subclass names."""

    gate: Gate
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE_SECONDS
    disable_nagle_algorithm = True

    def do_ANY(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self._answer(body)
        if answer is None:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_ANY

    def _answer(self, body: bytes) -> Answer | None:
        gate = self.gate
        if gate.closed:
            return None
        before = gate.held("before", self.command, self.path, body)
        if before:
            before.keep()
            return None
        kept = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        answer = gate.forward(self.command, self.path, kept, body)
        after = gate.held("after", self.command, self.path, body)
        if after:
            after.keep()
            return None
        return answer

    def handle(self) -> None:
        """Whoever calls may be killed at any moment: a broken connection is not news."""
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _door(gate: Gate) -> type[BaseHTTPRequestHandler]:
    return type("DoorOf", (Door,), {"gate": gate})
