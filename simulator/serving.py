"""The web server, with one thing more than usual: it can hang up on a caller without answering."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_TRANSPORT = "simulator.transport"


class _LendingProtocol(H11Protocol):
    """Lends the connection to the application, because ASGI has no word for closing it without an answer."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        application = self.app

        async def lending(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("state", {})[_TRANSPORT] = transport
            await application(scope, receive, send)

        self.app = lending


class _Silence(Response):
    """An answer that is never sent."""

    async def __call__(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            await asyncio.sleep(0)


async def hang_up(request: Request) -> Response:
    """Breaks the connection: the caller cannot know whether the work was done."""
    getattr(request.state, _TRANSPORT).abort()
    return _Silence()


class _Server(uvicorn.Server):
    """Lets go of held requests first: otherwise stopping would wait for them in vain."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        application: Any = self.config.app
        application.state.desk.switches.stop()
        await super().shutdown(sockets)


def server(app: FastAPI, *, host: str, port: int, log_level: str) -> uvicorn.Server:
    """Ready to ``run()``; ``host`` and ``port`` are not used when ``run`` is given sockets."""
    return _Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=_LendingProtocol,
            access_log=False,
            log_level=log_level,
            timeout_graceful_shutdown=3,
            lifespan="on",
        )
    )


def free_socket(host: str) -> socket.socket:
    """A socket bound to a port that nobody uses, for tests."""
    bound = socket.socket()
    bound.bind((host, 0))
    return bound
