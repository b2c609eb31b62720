"""Who is calling, and proofs that need no look-up: passes of staff, tokens between services, personal links, tickets.

A pass says who somebody is. What they may do is read from the stored login when they do it: at each request in the
service that keeps the logins, at each change in the others; there, reading may lag by the life of a pass.

Every route states who may call it with `allow(...)`; the same statement is enforced and written to OpenAPI (`x-roles`).
"""

import hmac
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from kit.contracts.callers import ANYONE, CALLER, Call, Caller
from kit.errors import BadToken, NotAllowed, NotFound, SignInNeeded
from kit.settings import NAMES, keys
from kit.signing import in_letters, read_signed, signed

if TYPE_CHECKING:
    from kit.app import Service

STAFF = ("director", "coordinator", "accountant", "door")
PASS_COOKIE = "guichet_pass"  # noqa: S105
PASS_LIFE = timedelta(minutes=5)
TOKEN_LIFE = timedelta(seconds=60)
SKEW = timedelta(seconds=30)
# Methods that change nothing.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def staff_pass(signing_key: str, caller: Caller, now: datetime) -> str:
    """What a signed-in browser carries: registration signs it, all three services read it for a few minutes."""
    claims = {**vars(caller), "roles": sorted(caller.roles), "bound_to": sorted(caller.bound_to)}
    return signed(keys(signing_key)[0], "pass", claims, now + PASS_LIFE)


def read_pass(public_keys: tuple[str, ...], token: str, now: datetime) -> tuple[Caller, bool]:
    """The caller a pass names, and whether it is still fresh. `public_keys` are registration's."""
    claims = read_signed(public_keys, "pass", token, now, late=True)
    return CALLER.validate_python(claims), now.timestamp() <= claims["exp"]


@dataclass(frozen=True)
class Renewal:
    """Who a pass belongs to and what they may do now; a new pass that says so is only made where it is needed."""

    caller: Caller
    make_pass: Callable[[], str]


def service_token(signing_key: str, call: Call, now: datetime) -> str:
    """A token for one call, for a minute."""
    return signed(keys(signing_key)[0], "service", call.claims, now + TOKEN_LIFE + SKEW)


def check_service_token(public_keys: tuple[str, ...], token: str, call: Call, now: datetime) -> None:
    """Raises BadToken unless the holder of one of these keys signed this very call."""
    claims = read_signed(public_keys, "service", token, now)
    if any(claims[name] != value for name, value in call.claims.items()):
        raise BadToken()


def link_token(secret: str, kind: str, entity: uuid.UUID, version: int) -> str:
    """The secret part of a personal link: 144 bits. Raising the row's version revokes it."""
    return in_letters(proof(keys(secret)[0], kind, entity, version)[:18])


def check_link(secret: str, kind: str, entity: uuid.UUID, version: int, token: str) -> None:
    """Raises NotFound unless `token` is the link of this version: a wrong link says nothing of what there is."""
    candidate = token.encode(errors="replace")  # Of any shape; `compare_digest` takes no text beyond ASCII.
    links = (in_letters(proof(key, kind, entity, version)[:18]).encode() for key in keys(secret))
    if not any(hmac.compare_digest(link, candidate) for link in links):
        raise NotFound()


def proof(key: str, kind: str, entity: uuid.UUID, version: int) -> bytes:
    """What only the holder of a key can say of a row's version; 16 bytes of it are enough."""
    return hmac.digest(key.encode(), f"{kind}:{entity}:{version}".encode(), "sha256")


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
            return self._if_allowed(_sibling(service, request, await request.body()))
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


def _sibling(service: "Service", request: Request, body: bytes) -> Caller:
    """The service that signed this call: with its own key, which nobody else has."""
    token, query = bearer(request), f"?{request.url.query}" if request.url.query else ""
    for sender in NAMES:
        call = Call(sender, service.name, request.method, request.url.path + query, body)
        try:
            check_service_token(service.settings.public_keys(sender), token, call, service.clock())
        except BadToken:
            continue
        return Caller(frozenset({f"service:{sender}"}), sender, sender)
    raise BadToken()


def bearer(request: Request) -> str:
    """The token of `Authorization: Bearer …`; BadToken when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise BadToken()
    return token


async def _staff(request: Request, service: "Service") -> Caller:
    """The staff member behind the cookie or the bearer pass, with the roles they have now.

    A program's pass is not renewed once stale: its token is exchanged again.
    """
    token = request.cookies.get(service.settings.cookie(PASS_COOKIE))
    token = token or (bearer(request) if "authorization" in request.headers else "")
    if not token:
        raise SignInNeeded()
    try:
        caller, fresh = read_pass(service.settings.public_keys("registration"), token, service.clock())
    except BadToken as error:
        raise SignInNeeded() from error
    if fresh and request.method in SAFE and not service.keeps_logins:
        return caller
    renewal = await run_in_threadpool(service.renew, caller) if fresh or caller.login else None
    if renewal is None:
        raise SignInNeeded()
    if caller.login and (renewal.caller != caller or not fresh):
        request.state.new_pass = renewal.make_pass()
    return renewal.caller


def signed_in(request: Request) -> Caller | None:
    """The caller of a staff page, if any: for a page's header."""
    caller: Caller | None = getattr(request.state, "caller", None)
    return caller if caller and caller.may(*STAFF) else None
