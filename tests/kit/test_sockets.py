"""A server that nobody can keep waiting: half a request, a request that never begins, headers without an end."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from kit import sockets

SECONDS = 0.6


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(sockets, "WHOLE_SECONDS", SECONDS)
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    config = uvicorn.Config(app, port=0, http=sockets.Impatient, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)


def answer(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """What comes back, until the connection ends; what could not be sent any more is left."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except (BrokenPipeError, ConnectionResetError):
            return b""


def test_request_that_is_whole_is_answered(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\n"
    assert answer(port, head, b"ab", b"cd", pause=0.1).endswith(b"\r\n\r\n4")


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (b"GET / HT",),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", *[b"X: y\r\n"] * 200),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 400\r\n\r\n", *[b"a"] * 200),
    ],
    ids=["silent", "half a line", "headers by drops", "body by drops"],
)
def test_request_that_takes_too_long_is_cut(port: int, parts: tuple[bytes, ...]) -> None:
    began = time.monotonic()
    assert b"200 OK" not in answer(port, *parts, pause=0.05)
    assert time.monotonic() - began < 5


def test_headers_larger_than_any_are_cut(port: int) -> None:
    began = b"GET / HTTP/1.1\r\nHost: a\r\nX: "
    assert answer(port, began, *[b"a" * 8192] * 40) == b""
