"""A small load generator: raw HTTP/1.1 over kept connections, cheap enough not to be what is measured."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass
class Tally:
    """What a run saw: seconds of each operation, answers by status, and how long it all took."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.elapsed if self.elapsed else 0.0

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


class Connection:
    """One kept connection to one server."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status_line, *lines = head.split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines if ": " in line)}
        if "content-length" in headers:
            body = await reader.readexactly(int(headers["content-length"]))
        else:
            body = await _chunked(reader)
        if headers.get("connection") == "close":
            self.close()
        return int(status_line.split()[1]), headers, body

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
            self._streams = None


async def _chunked(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).strip() or b"0", 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a request; header names are written with `_` for `-`."""
    lines = [f"{method} {path} HTTP/1.1", "host: bench", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


Operation = Callable[[Connection, int], Awaitable[int]]


def run(host: str, port: int, operation: Operation, clients: int, seconds: float, most: int = 10**9) -> Tally:
    """`clients` connections repeat `operation(connection, n)` for `seconds`, at most `most` times in all."""

    async def all_clients() -> Tally:
        tally, taken, started = Tally(), iter(range(most)), time.perf_counter()

        async def client() -> None:
            connection = Connection(host, port)
            for n in taken:
                begun = time.perf_counter()
                if begun - started > seconds:
                    break
                status = await operation(connection, n)
                tally.seconds.append(time.perf_counter() - begun)
                tally.statuses[status] = tally.statuses.get(status, 0) + 1
            connection.close()

        await asyncio.gather(*(client() for _ in range(clients)))
        tally.elapsed = time.perf_counter() - started
        return tally

    return asyncio.run(all_clients())
