"""Who is calling, and proofs that need no look-up: passes of staff, tokens between services, personal links, tickets.

Every route states who may call it with `allow(...)`; the same statement is enforced and written to OpenAPI (`x-roles`).
"""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fastapi import Depends, Request
from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from kit.errors import BadToken, NotAllowed, NotFound, SignInNeeded
from kit.settings import keys

if TYPE_CHECKING:
    from kit.app import Service

STAFF = ("director", "coordinator", "accountant", "door")
PASS_COOKIE = "guichet_pass"  # noqa: S105
PASS_LIFE = timedelta(minutes=5)
TOKEN_LIFE = timedelta(seconds=60)
SKEW = timedelta(seconds=30)


@dataclass(frozen=True)
class Caller:
    """Whoever is behind a request. `name` is what history shows; `lang` is what staff read."""

    roles: frozenset[str]
    id: str = ""
    name: str = ""
    login: str = ""
    lang: str = "fr"

    def may(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))


ANYONE = Caller(roles=frozenset({"public"}))
CALLER = TypeAdapter(Caller)


@lru_cache(maxsize=32)
def _serializer(secret: str, purpose: str) -> URLSafeSerializer:
    # itsdangerous signs with the last key of a list and verifies with all of them; ours starts with the newest.
    return URLSafeSerializer(list(reversed(keys(secret))), salt=f"guichet.{purpose}")


class Signed:
    """Short-lived signed statements, for one purpose, with keys that can be rotated."""

    def __init__(self, secret: str, purpose: str) -> None:
        self._serializer = _serializer(secret, purpose)

    def make(self, claims: dict[str, Any], until: datetime) -> str:
        return str(self._serializer.dumps({**claims, "exp": int(until.timestamp())}))

    def read(self, token: str, now: datetime, late: bool = False) -> dict[str, Any]:
        """The claims. `late=True` also accepts an expired statement (the caller must then verify it anew)."""
        try:
            claims: dict[str, Any] = self._serializer.loads(token)
        except BadSignature as error:
            raise BadToken() from error
        if not late and now.timestamp() > claims["exp"]:
            raise BadToken()
        return claims


def staff_pass(secret: str, caller: Caller, now: datetime) -> str:
    """What a signed-in browser carries: valid a few minutes in all three services, then renewed by registration."""
    claims = {"id": caller.id, "name": caller.name, "roles": sorted(caller.roles), "login": caller.login}
    return Signed(secret, "pass").make({**claims, "lang": caller.lang}, now + PASS_LIFE)


def read_pass(secret: str, token: str, now: datetime) -> tuple[Caller, bool]:
    """The caller a pass names, and whether it is still fresh."""
    claims = Signed(secret, "pass").read(token, now, late=True)
    return CALLER.validate_python(claims), now.timestamp() <= claims["exp"]


def service_token(secret: str, issuer: str, audience: str, body: bytes, now: datetime) -> str:
    """A token from one service to another, good for one body and one minute."""
    digest = hashlib.sha256(body).hexdigest()
    return Signed(secret, "service").make({"iss": issuer, "aud": audience, "body": digest}, now + TOKEN_LIFE + SKEW)


def read_service_token(secret: str, token: str, audience: str, body: bytes, now: datetime) -> Caller:
    claims = Signed(secret, "service").read(token, now)
    if claims["aud"] != audience or not hmac.compare_digest(claims["body"], hashlib.sha256(body).hexdigest()):
        raise BadToken()
    return Caller(frozenset({f"service:{claims['iss']}"}), claims["iss"], claims["iss"])


def link_token(secret: str, kind: str, entity: uuid.UUID, version: int) -> str:
    """The secret part of a personal link: 144 bits. Raising the row's version revokes it."""
    return _encode(proof(keys(secret)[0], kind, entity, version)[:18])


def check_link(secret: str, kind: str, entity: uuid.UUID, version: int, token: str) -> None:
    """Raises NotFound unless `token` is the link of this version: a wrong link says nothing of what there is."""
    candidate = token.encode(errors="replace")  # Of any shape; `compare_digest` takes no text beyond ASCII.
    links = (_encode(proof(key, kind, entity, version)[:18]).encode() for key in keys(secret))
    if not any(hmac.compare_digest(link, candidate) for link in links):
        raise NotFound()


def proof(key: str, kind: str, entity: uuid.UUID, version: int) -> bytes:
    """What only the holder of a key can say of a row's version; 16 bytes of it are enough."""
    return hmac.digest(key.encode(), f"{kind}:{entity}:{version}".encode(), "sha256")


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Allow:
    """Who may call a route: `public`, `link`, staff roles, `service:<name>`, `ops`, `stripe`.

    `link` and `stripe` mean that the route verifies the personal link or the signature itself, against the row.
    """

    def __init__(self, roles: Sequence[str]) -> None:
        self.roles = tuple(roles)

    async def __call__(self, request: Request) -> Caller:
        request.state.of_link = "link" in self.roles
        caller = await self._identify(request)
        request.state.caller = caller
        return caller

    async def _identify(self, request: Request) -> Caller:
        service: Service = request.app.state.service
        if "ops" in self.roles:
            return _ops(request, service.settings.ops_token)
        if any(role.startswith("service:") for role in self.roles) and "authorization" in request.headers:
            token, body = bearer(request), await request.body()
            caller = read_service_token(service.settings.service_keys, token, service.name, body, service.clock())
            return self._if_allowed(caller)
        if set(self.roles) <= {"public", "link", "stripe"}:
            return ANYONE
        return self._if_allowed(await _staff(request, service))

    def _if_allowed(self, caller: Caller) -> Caller:
        if not caller.may(*self.roles):
            raise NotAllowed()
        return caller


def allow(*roles: str) -> Any:
    """Declare who may call a route: `caller: Annotated[Caller, allow("director")]` or in `dependencies=[...]`."""
    return Depends(Allow(STAFF if roles == ("staff",) else roles))


def _ops(request: Request, tokens: str) -> Caller:
    candidate = bearer(request).encode()
    if not any(hmac.compare_digest(token.encode(), candidate) for token in keys(tokens)):
        raise BadToken()
    return Caller(frozenset({"ops"}), "ops", "ops")


def bearer(request: Request) -> str:
    """The token of `Authorization: Bearer …`; BadToken when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise BadToken()
    return token


async def _staff(request: Request, service: "Service") -> Caller:
    """The staff member behind the cookie or the bearer pass; a stale pass is renewed against the stored login."""
    token = request.cookies.get(PASS_COOKIE) or (bearer(request) if "authorization" in request.headers else "")
    if not token:
        raise SignInNeeded()
    try:
        caller, fresh = read_pass(service.settings.session_secret, token, service.clock())
    except BadToken as error:
        raise SignInNeeded() from error
    if fresh:
        return caller
    renewed = await run_in_threadpool(service.renew, caller.login)
    if renewed is None:
        raise SignInNeeded()
    request.state.new_pass = staff_pass(service.settings.session_secret, renewed, service.clock())
    return renewed


def signed_in(request: Request) -> Caller | None:
    """The caller of a staff page, if any: for a page's header."""
    caller: Caller | None = getattr(request.state, "caller", None)
    return caller if caller and caller.may(*STAFF) else None
