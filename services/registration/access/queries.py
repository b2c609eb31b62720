"""Accounts of staff and tokens of integrators, for the director's lists."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.text import sort_key
from registration.staff.models import ApiToken, Login, StaffMember
from registration.staff.rules import may_enter


@dataclass(frozen=True)
class Account:
    """One account. `state` is `open`, `invited` (no password yet), `ended` (past its day) or `closed`."""

    id: uuid.UUID
    name: str
    email: str
    roles: tuple[str, ...]
    lang: str
    state: str
    expires_at: datetime | None
    last_login: datetime | None


def accounts(session: Session, now: datetime) -> list[Account]:
    """Every account: those who may enter first, each group by name."""
    last = sa.func.max(Login.created_at)
    query = (
        sa.select(StaffMember, last)
        .outerjoin(Login, col(Login.staff_id) == col(StaffMember.id))
        .group_by(col(StaffMember.id))
    )
    rows = [_account(member, when, now) for member, when in session.execute(query).all()]
    return sorted(rows, key=lambda row: (row.state in ("ended", "closed"), sort_key(row.name)))


def account(session: Session, staff_id: uuid.UUID, now: datetime) -> Account | None:
    member = session.get(StaffMember, staff_id)
    if member is None:
        return None
    last = session.execute(sa.select(sa.func.max(Login.created_at)).where(col(Login.staff_id) == staff_id)).scalar()
    return _account(member, last, now)


def tokens(session: Session) -> list[ApiToken]:
    """Every token, newest first; the revoked ones stay in the list."""
    return list(session.exec(select(ApiToken).order_by(col(ApiToken.created_at).desc())).all())


def _account(member: StaffMember, last_login: datetime | None, now: datetime) -> Account:
    return Account(
        member.id,
        member.name,
        member.email,
        tuple(member.roles),
        member.lang,
        _state(member, now),
        member.expires_at,
        last_login,
    )


def _state(member: StaffMember, now: datetime) -> str:
    if member.disabled_at is not None:
        return "closed"
    if not may_enter(None, member.expires_at, now):
        return "ended"
    return "open" if member.password_hash else "invited"
