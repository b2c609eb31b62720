"""What happens to a request of the API, in order: switches, key, path, parameters, idempotency, the work itself."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl

import stripe
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.api import idempotency
from simulator.api.errors import StripeError, unknown_url
from simulator.api.forms import nested
from simulator.api.idempotency import Answer, Keys
from simulator.api.judge import Judge
from simulator.api.operations import Operation, find
from simulator.desk import Desk
from simulator.serving import hang_up
from simulator.work import new_id

_TEST_KEYS = ("sk_test_", "rk_test_")
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Call:
    """One request, its body read."""

    request_id: str
    method: str
    path: str
    pairs: list[tuple[str, str]]
    headers: dict[str, str]

    @property
    def key(self) -> str | None:
        return self.headers.get("idempotency-key") if self.method == "POST" else None


class _Stopping(Exception):
    """The simulator ends while a request is held: it gets no answer."""


class Pipeline:
    """Answers everything under ``/v1``."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._judge, self._keys = desk, Judge(), Keys()

    async def __call__(self, request: Request) -> Response:
        call = await _read(request)
        switches = self._desk.switches
        switches.requests.append(
            {"at": time.time(), "method": call.method, "path": call.path, "params": dict(call.pairs),
             "idempotency_key": call.key, "request_id": call.request_id}
        )  # fmt: skip
        refusal = switches.refusal(call.method, call.path)
        if refusal == "close":
            return await hang_up(request)
        cut = switches.cuts(call.method, call.path)
        try:
            answer = await self._answer(call, refusal)
        except _Stopping:
            return await hang_up(request)
        if cut:
            return await hang_up(request)
        return _response(call, answer)

    async def _answer(self, call: Call, refusal: str | None) -> Answer:
        try:
            if refusal == "500":
                raise StripeError("The simulator was told to fail.", status=500, kind="api_error")
            self._check_caller(call)
            found = find(call.method, call.path)
            if found is None:
                raise unknown_url(call.method, call.path)
            with self._keys.running(call.key):
                await self._held(call, "before")
                answer = await run_in_threadpool(self._perform, call, *found, refusal == "500-kept")
                await self._held(call, "after")
            return answer
        except StripeError as error:
            return Answer(error.status, error.body())

    def _perform(self, call: Call, operation: Operation, identifier: str, fail: bool) -> Answer:
        """One transaction holds the work and the kept answer, so that a kill in between leaves neither."""
        mark = idempotency.fingerprint(call.method, call.path, call.pairs)
        try:
            with self._desk.work(request_id=call.request_id, idempotency_key=call.key) as work:
                if call.key is not None:
                    kept = idempotency.replay(work.store, call.key, call.path, mark, work.now)
                    if kept is not None:
                        return kept
                params = self._judge.judge(operation.shape, nested(call.pairs))
                if fail:
                    raise StripeError("The simulator was told to fail.", status=500, kind="api_error", executed=True)
                answer = Answer(200, operation.run(work, identifier, params))
                if call.key is not None:
                    idempotency.keep(work, call.key, call.path, mark, answer)
                return answer
        except StripeError as error:
            answer = Answer(error.status, error.body())
            if error.executed and call.key is not None:
                with self._desk.work() as work:
                    idempotency.keep(work, call.key, call.path, mark, answer)
            return answer

    async def _held(self, call: Call, when: str) -> None:
        """Waits while a block holds this request; the work is not lost when its caller hangs up meanwhile."""
        block = self._desk.switches.enter(call.method, call.path, when, call.request_id)
        if block is None:
            return
        try:
            while not block.released:
                if self._desk.switches.stopping:
                    raise _Stopping
                await asyncio.sleep(0.01)
        finally:
            self._desk.switches.leave(block, call.request_id)

    def _check_caller(self, call: Call) -> None:
        given = _secret(call.headers.get("authorization", ""))
        if not given:
            raise StripeError(
                "You did not provide an API key. You need to provide your API key in the Authorization header, using "
                "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
                status=401,
            )
        wanted = self._desk.settings.api_key
        known = hmac.compare_digest(given.encode(), wanted.encode()) if wanted else given.startswith(_TEST_KEYS)
        if not known:
            raise StripeError(f"Invalid API Key provided: {given[:8]}****", status=401)
        version = call.headers.get("stripe-version", stripe.api_version)
        if version != stripe.api_version:
            raise StripeError(f"Invalid Stripe API version: the simulator speaks {stripe.api_version} only.")
        kind = call.headers.get("content-type", _FORM).split(";")[0].strip()
        if call.method == "POST" and kind != _FORM:
            raise StripeError(f"Invalid request: the body must be {_FORM}.")


async def _read(request: Request) -> Call:
    text = (await request.body()).decode("utf-8", "replace") if request.method == "POST" else request.url.query
    return Call(
        request_id=new_id("req_", 14),
        method=request.method,
        path=request.url.path,
        pairs=parse_qsl(text, keep_blank_values=True),
        headers={name.lower(): value for name, value in request.headers.items()},
    )


def _secret(authorization: str) -> str:
    """The key of ``Bearer sk_…``, or the user name of basic authentication."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _response(call: Call, answer: Answer) -> Response:
    headers = {"Request-Id": call.request_id, "Stripe-Version": stripe.api_version}
    if call.key is not None:
        headers["Idempotency-Key"] = call.key
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)
