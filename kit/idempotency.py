"""`Idempotency-Key` of the JSON API: the same key and body get the same answer, once.

The key's row is written in the action's own transaction, so that a crash leaves no stuck key. Kept 72 hours and more.
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
from sqlalchemy.dialects import postgresql
from sqlmodel import Field, Session, col

from kit.db import KitTable, insert_once, new_id
from kit.errors import KeyInFlight, KeyReused


class IdempotencyKey(KitTable, table=True):
    """An answer already given."""

    __tablename__ = "idempotency_key"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=300)
    fingerprint: str
    status: int = 0
    body: str = ""
    created_at: datetime = Field(index=True)


keys: Any = IdempotencyKey.__table__  # type: ignore[attr-defined]
UNANSWERED = {"status": 0, "body": ""}
ANSWERED = (
    sa.update(keys)
    .where(keys.c.key == sa.bindparam("of"))
    .values(status=sa.bindparam("with_status"), body=sa.bindparam("with_body"))
)
_COLUMNS = [keys.c[name] for name in ("id", "key", "fingerprint", "status", "body", "created_at")]
# On PostgreSQL a second request would wait inside a plain INSERT until the first has ended. Asking for the advisory
# lock in the same statement lets it say so at once.
CLAIM = (
    postgresql.insert(keys)
    .from_select(
        _COLUMNS,
        sa.select(*(sa.bindparam(column.name, type_=column.type) for column in _COLUMNS)).where(
            sa.func.pg_try_advisory_xact_lock(sa.bindparam("number", type_=sa.BigInteger))
        ),
    )
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(keys.c.id)
)


@dataclass(frozen=True)
class RequestKey:
    """What the caller sent: the key, and what it must always come with."""

    key: str
    fingerprint: str


async def _request_key(
    request: Request, idempotency_key: Annotated[str, Header(max_length=255)] = ""
) -> RequestKey | None:
    if not idempotency_key:
        return None
    content = f"{request.method} {request.url.path} ".encode() + await request.body()
    return RequestKey(idempotency_key, hashlib.sha256(content).hexdigest())


Key = Annotated[RequestKey | None, Depends(_request_key)]


def once(
    session: Session, key: RequestKey | None, now: datetime, act: Callable[[], Any], status: int = 200
) -> Response:
    """Run `act` in this transaction, or replay the answer it gave before. `act` answers something JSON can hold.

    Raises KeyReused when the key came with another body, KeyInFlight when its first request is still at work.
    """
    if key is None:
        return _answer(_json(act()), status, replayed=False)
    if not _claim(session, key, now):
        earlier = replayed(session, key)
        if earlier is None:
            raise KeyInFlight()
        return earlier
    body = _json(act())
    session.execute(ANSWERED, {"of": key.key, "with_status": status, "with_body": body})
    return _answer(body, status, replayed=False)


def _claim(session: Session, key: RequestKey, now: datetime) -> bool:
    """Write the key's row; False when somebody else has it, at work or done."""
    row = {"id": new_id(), "key": key.key, "fingerprint": key.fingerprint, "created_at": now, **UNANSWERED}
    if session.get_bind().dialect.name != "postgresql":
        return bool(insert_once(session, keys, row, keys.c.id, key=["key"]))
    number = int.from_bytes(hashlib.sha256(key.key.encode()).digest()[:8], "big", signed=True)
    return session.execute(CLAIM, {**row, "number": number}).first() is not None


def replayed(session: Session, key: RequestKey) -> Response | None:
    """The answer this key was given before, if any; for callers that refuse before they come to `once`."""
    stored = session.execute(sa.select(IdempotencyKey).where(col(IdempotencyKey.key) == key.key)).scalar_one_or_none()
    if stored is None:
        return None
    if stored.fingerprint != key.fingerprint:
        raise KeyReused()
    return _answer(stored.body, stored.status, replayed=True)


def _json(value: Any) -> str:
    return to_json(value).decode()


def _answer(body: str, status: int, replayed: bool) -> Response:
    headers = {"Idempotent-Replayed": "true"} if replayed else {}
    return Response(body, status, headers, media_type="application/json")


def purge(session: Session, before: datetime) -> None:
    """Forget answers older than anyone may still retry."""
    session.execute(sa.delete(IdempotencyKey).where(col(IdempotencyKey.created_at) < before))
