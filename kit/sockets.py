"""Connections that take too long, or too much, to say what they want are cut: each would hold a place of the server.

In production the front door does so before us; whoever reaches a service without it finds the same limits.
"""

from asyncio import Transport

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# A whole request, its body too, comes within so many seconds; its first line and headers in so many bytes.
WHOLE_SECONDS, HEAD_BYTES = 30.0, 64 * 1024


class Impatient(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, with an end to its patience."""

    head = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # As uvicorn's own.
        super().connection_made(transport)
        self.end = self.loop.call_later(WHOLE_SECONDS, transport.close)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.end.cancel()
        self.end = self.loop.call_later(WHOLE_SECONDS, self.transport.close)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self.end.cancel()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # uvicorn writes down the path once the headers are whole.
        self.head = self.head + len(data) if self.scope and "path" not in self.scope else 0
        if self.head > HEAD_BYTES:
            self.transport.close()
