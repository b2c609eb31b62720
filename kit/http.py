"""The only module that imports httpx: calls to the other services, bounded in time and in number."""

import json
import threading
from collections.abc import Callable
from typing import Any

import httpx

from kit.auth import service_token
from kit.clock import Clock
from kit.contracts.callers import Call
from kit.errors import Refusal, SiblingDown
from kit.log import request_id
from kit.settings import Settings

# Calls that may wait on one sibling at once. The thread pool has about eight threads: a sibling that hangs must
# never hold them all (design.md §3).
AT_ONCE = 3

TransportFor = Callable[[str], httpx.BaseTransport | None]


class SiblingRefused(Refusal):
    """A sibling said no; `sibling_code` is the name of its refusal."""

    def __init__(self, sibling_status: int, sibling_code: str) -> None:
        super().__init__()
        self.sibling_status = sibling_status
        self.sibling_code = sibling_code


class Sibling:
    """One other service, called with signed, short-lived tokens and a timeout under five seconds."""

    def __init__(
        self, me: str, name: str, settings: Settings, clock: Clock, transport: httpx.BaseTransport | None
    ) -> None:
        self.me, self.name, self.clock, self._signing_key = me, name, clock, settings.signing_key
        self._timeout = settings.http_timeout_seconds
        self._room = threading.BoundedSemaphore(AT_ONCE)
        self._client = httpx.Client(base_url=settings.url(name), timeout=self._timeout, transport=transport)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The decoded answer. SiblingDown when it did not answer or answered 5xx; SiblingRefused on any other no."""
        content = b"" if body is None else json.dumps(body).encode()
        call = Call(self.me, self.name, method, path, content)
        headers = {
            "Authorization": "Bearer " + service_token(self._signing_key, call, self.clock()),
            "Content-Type": "application/json",
            "X-Request-ID": request_id.get(),
        }
        if not self._room.acquire(timeout=self._timeout):
            raise SiblingDown()
        try:
            response = self._client.request(method, path, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise SiblingDown() from error
        finally:
            self._room.release()
        return _answer(response)

    def close(self) -> None:
        self._client.close()


def _answer(response: httpx.Response) -> Any:
    if response.status_code >= 500 or response.status_code == 429 or response.is_redirect:
        raise SiblingDown()
    try:
        decoded = response.json() if response.content else None
    except ValueError as error:  # The page of a proxy in between: it is not the sibling that speaks.
        raise SiblingDown() from error
    if response.status_code >= 400:
        code = decoded.get("code", "") if isinstance(decoded, dict) else ""
        raise SiblingRefused(response.status_code, code)
    return decoded
