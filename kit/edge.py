"""The outermost layer of every service, as plain ASGI: request ids, limits, headers, one log line, metrics."""

import logging
import re
import secrets
import time
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit import answers
from kit.app import Service
from kit.auth import PASS_COOKIE, SAFE
from kit.errors import CrossSite, NotUtf8, Refusal, TooLarge
from kit.log import request_id as current_id
from kit.settings import NAMES

log = logging.getLogger("guichet.request")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Whichever way a header may name the encoding of a text.
CHARSET = re.compile(r"charset[*\d]*\s*=\s*\"?([^\s;\"]*)", re.IGNORECASE)
METHODS = SAFE | {"POST", "PUT", "PATCH", "DELETE"}
# 'wasm-unsafe-eval' is what the door's scanner (zxing-wasm) needs; nothing inline is allowed. The association's logo is
# at registration, whoever shows it.
CSP = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: https: {home}; "
    "connect-src 'self' {home}/; font-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self' {pay}"
)


class Edge:
    """Every request passes here once, on its way in and on its way out."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service
        self._headers = [(k.lower().encode(), v.encode()) for k, v in _security_headers(service).items()]
        urls = [urlsplit(service.settings.public_url(name)) for name in NAMES]
        self._origins = {f"{url.scheme}://{url.netloc}" for url in urls}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        candidate = headers.get("x-request-id", "")
        request_id = candidate if REQUEST_ID.fullmatch(candidate) else secrets.token_hex(8)
        current_id.set(request_id)
        scope.setdefault("state", {})["request_id"] = request_id
        # Whoever asks for the head of a page gets it from the route that makes the page.
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        started, status = time.perf_counter(), 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._finish(scope, message, request_id)
            elif inner is not scope:
                message = {**message, "body": b""}
            await send(message)

        try:
            most = self._service.body_limit(scope["path"])
            refusal = self._refusal(scope["method"], headers, most)
            if refusal:
                answer = await run_in_threadpool(answers.answer, Request(scope, receive), refusal)
                await answer(scope, receive, send_on)
            else:
                await self._app(inner, _limited(receive, most), send_on)
        except Exception as error:
            # Here, and not in Starlette's outermost layer, so that this page too has what `_finish` gives to all.
            failure = await run_in_threadpool(answers.bug, Request(inner, receive), error)
            if status:  # Too late to say anything else: the connection ends.
                raise
            await failure(inner, receive, send_on)
        finally:
            # A route whose visits are nobody's business, that they were included, says so.
            if not scope["state"].get("unrecorded"):
                self._record(inner, scope["method"], status or 500, time.perf_counter() - started, request_id)

    def _refusal(self, method: str, headers: Headers, most: int) -> Refusal | None:
        if method in SAFE:
            return None
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > most:
            return TooLarge()
        # Python knows encodings that make of a text what no database holds.
        if any(name.lower() not in ("utf-8", "utf8") for name in CHARSET.findall(headers.get("content-type", ""))):
            return NotUtf8()
        # A browser says where a form comes from; programs (Stripe, siblings, integrators) say nothing. On one host
        # the three services are three origins of one site, and a form of one may post to another.
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin in self._origins:
            return None
        if site not in (None, "same-origin", "none") or (origin and site is None):
            return CrossSite()
        return None

    def _finish(self, scope: Scope, message: Message, request_id: str) -> None:
        """The headers every answer has, unless it brought its own."""
        # The second: what must be said whatever is answered, refusals included.
        raw: list[tuple[bytes, bytes]] = [*message["headers"], *scope["state"].get("headers", [])]
        theirs = {name for name, _ in raw}
        raw += [*(own for own in self._headers if own[0] not in theirs), (b"x-request-id", request_id.encode())]
        if scope["path"].startswith("/static/") and message["status"] in (200, 304):
            raw.append((b"cache-control", b"public, max-age=31536000, immutable"))
        elif b"cache-control" not in theirs:
            raw.append((b"cache-control", b"no-store"))
        if message["status"] == TooLarge.status:  # What is left of the body is not waited for.
            raw.append((b"connection", b"close"))
        renewed = scope["state"].get("new_pass")
        if renewed:
            settings = self._service.settings
            cookie = f"{settings.cookie(PASS_COOKIE)}={renewed}; Max-Age=1209600; Path=/; HttpOnly; SameSite=Lax"
            raw.append((b"set-cookie", (cookie + "; Secure" * settings.secure).encode()))
        message["headers"] = raw

    def _record(self, scope: Scope, method: str, status: int, seconds: float, request_id: str) -> None:
        route, method = getattr(scope.get("route"), "path", "-"), method if method in METHODS else "other"
        self._service.metrics.requests.labels(method, route, str(status)).inc()
        self._service.metrics.seconds.labels(route).observe(seconds)
        if log.isEnabledFor(logging.INFO):
            fields = {"method": method, "route": route, "status": status}
            log.info("request", extra={**fields, "ms": round(seconds * 1000, 1), "request_id": request_id})


def _limited(receive: Receive, most: int) -> Receive:
    """Count what arrives: a body without a length must not be endless either."""
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            raise TooLarge()
        return message

    return counted


def _security_headers(service: Service) -> dict[str, str]:
    # A signup form's redirect goes on to billing and to Stripe's page, possibly under the association's own domain;
    # form-action must let it through. Only a simulated payment page may be without TLS.
    pay = "https: http:" if service.settings.stripe_api_base or not service.settings.secure else "https:"
    secure = {"Strict-Transport-Security": "max-age=31536000"} if service.settings.secure else {}
    return secure | {
        # Staff's pages of each service look things up in registration as one types.
        "Content-Security-Policy": CSP.format(pay=pay, home=service.settings.public_url("registration")),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
