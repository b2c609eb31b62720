"""Tokens that let a program act in the association's name."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from kit.contracts.callers import Caller
from kit.errors import NotFound
from registration.access.actions import doors_change
from registration.history.actions import record
from registration.history.rules import Change
from registration.staff.models import ApiToken
from registration.staff.queries import token_hash


@dataclass(frozen=True)
class TokenTerms:
    """What a token is called and opens, until when; `doors` as those of an account."""

    name: str
    roles: tuple[str, ...]
    expires_at: datetime | None
    doors: Mapping[str, str]


def make_token(session: Session, terms: TokenTerms, by: Caller, now: datetime) -> tuple[ApiToken, str]:
    """A token of an integrator, and its secret, returned once: only its hash is kept."""
    token = "guichet_" + secrets.token_urlsafe(32)
    row = ApiToken(
        name=terms.name,
        roles=sorted(terms.roles),
        activities=sorted(terms.doors),
        token_hash=token_hash(token),
        created_at=now,
        expires_at=terms.expires_at,
    )
    session.add(row)
    session.flush()
    changes = {"roles": Change([], row.roles), **doors_change([], terms.doors)}
    record(session, "token", row.id, "token.made", by, now, changes)
    return row, token


def revoke_token(session: Session, token_id: uuid.UUID, by: Caller, now: datetime) -> ApiToken:
    """The token opens nothing more; nor does a pass it was exchanged for."""
    row = session.exec(select(ApiToken).where(ApiToken.id == token_id).with_for_update()).first()
    if row is None:
        raise NotFound()
    if row.revoked_at is None:
        row.revoked_at = now
        session.add(row)
        record(session, "token", row.id, "token.revoked", by, now)
    return row
