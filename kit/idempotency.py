"""`Idempotency-Key` of the JSON API: the same key and body get the same answer, once.

A key is its caller's own: somebody else who uses the same word has another key. Its row is written in the action's own
transaction, so that a crash leaves no stuck key. Kept 72 hours and more: an answer that holds a secret (a personal
link, a code, a token) is stored without it, and `rebuilt` with what the secret is by then.
"""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends, Header, Request, Response
from pydantic_core import to_json
from sqlmodel import Field, Session, col, select

from kit.contracts.callers import Caller
from kit.db import KitTable, new_id, personal
from kit.errors import KeyInFlight, KeyReused
from kit.sql import add_once, column


class IdempotencyKey(KitTable, table=True):
    """An answer already given."""

    __tablename__ = "idempotency_key"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=300)
    fingerprint: str
    status: int = 0
    body: str = Field(default="", sa_column_kwargs=personal("answer a request sent again", "7 days"))
    created_at: datetime = Field(index=True)


# On PostgreSQL a second request would wait inside a plain INSERT until the first has ended. Asking for the advisory
# lock in the same statement lets it say so at once.
CLAIM = sa.text(
    "INSERT INTO idempotency_key (id, key, fingerprint, status, body, created_at)"
    " SELECT :id, :key, :fingerprint, :status, :body, :created_at WHERE pg_try_advisory_xact_lock(:number)"
    " ON CONFLICT (key) DO NOTHING RETURNING id"
)
Sent = Annotated[str, Header(max_length=255)]
Act = Callable[[], Any]
ANSWERED = sa.text("UPDATE idempotency_key SET status = :status, body = :body WHERE key = :key")


@dataclass(frozen=True)
class RequestKey:
    """What the caller sent: the key, which is theirs alone, and what it must always come with."""

    key: str
    fingerprint: str


async def _request_key(request: Request, idempotency_key: Sent = "") -> RequestKey | None:
    if not idempotency_key:
        return None
    content = f"{request.method} {request.url.path} ".encode() + await request.body()
    own = f"{_owner(request)} {idempotency_key}".encode()
    return RequestKey(hashlib.sha256(own).hexdigest(), hashlib.sha256(content).hexdigest())


def _owner(request: Request) -> str:
    """Whose key it is: the account or program, else the holder of a personal link, else where a visitor comes from.
    `allow` has run before: it comes first in every signature."""
    caller: Caller = request.state.caller
    address, link = request.client.host if request.client else "", request.headers.get("x-link-token", "")
    owner = f"account {caller.id}" if caller.id else f"visitor {address} {link}"
    # Only a route of links looks at the link, before it does anything.
    return f"link {link}" if request.state.of_link else owner


Key = Annotated[RequestKey | None, Depends(_request_key)]


def once(session: Session, key: RequestKey | None, now: datetime, act: Act, status: int = 200) -> Response:
    """Run `act` in this transaction, or replay the answer it gave before. `act` answers something JSON can hold.

    Raises KeyReused when the key came with another body, KeyInFlight when its first request is still at work.
    """
    if key is not None and not _claim(session, key, now):
        earlier = replayed(session, key)
        if earlier is None:
            raise KeyInFlight()
        return earlier
    body = to_json(act()).decode()
    if key is not None:
        session.connection().execute(ANSWERED, {"key": key.key, "status": status, "body": body})
    return _answer(body, status, replayed=False)


def _claim(session: Session, key: RequestKey, now: datetime) -> bool:
    """Write the key's row; False when somebody else has it, at work or done."""
    row = {"id": new_id(), "key": key.key, "fingerprint": key.fingerprint, "status": 0, "body": "", "created_at": now}
    if session.get_bind().dialect.name != "postgresql":
        return add_once(session, IdempotencyKey, row, column(IdempotencyKey.key))
    number = int.from_bytes(hashlib.sha256(key.key.encode()).digest()[:8], "big", signed=True)
    return session.execute(CLAIM, {**row, "number": number}).first() is not None


def replayed(session: Session, key: RequestKey) -> Response | None:
    """The answer this key was given before, if any; for callers that refuse before they come to `once`."""
    stored = session.exec(select(IdempotencyKey).where(IdempotencyKey.key == key.key)).one_or_none()
    if stored is None:
        return None
    if stored.fingerprint != key.fingerprint:
        raise KeyReused()
    return _answer(stored.body, stored.status, replayed=True)


def _answer(body: str, status: int, replayed: bool) -> Response:
    headers = {"Idempotent-Replayed": "true"} if replayed else {}
    return Response(body, status, headers, media_type="application/json")


def rebuilt(kept: Response, body: object) -> Response:
    """The answer that `once` gave, with a body that is made anew each time: one that holds what must not be stored."""
    return _answer(to_json(body).decode(), kept.status_code, "idempotent-replayed" in kept.headers)


def purge(session: Session, before: datetime) -> None:
    """Forget answers older than anyone may still retry."""
    session.execute(sa.delete(IdempotencyKey).where(col(IdempotencyKey.created_at) < before))
