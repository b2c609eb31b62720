"""Accounts of staff and tokens of integrators, for the director's lists."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.text import sort_key
from registration.access.rules import AccountState, account_state
from registration.staff.models import ApiToken, Login, StaffMember


@dataclass(frozen=True)
class Account:
    """One account, as lists and its own page show it."""

    id: uuid.UUID
    name: str
    email: str
    roles: tuple[str, ...]
    lang: str
    state: AccountState
    expires_at: datetime | None
    last_login: datetime | None
    activities: tuple[str, ...] = ()


def accounts(session: Session, now: datetime) -> list[Account]:
    """Every account: those who may enter first, each group by name."""
    query = (
        select(StaffMember, sa.func.max(Login.created_at))
        .outerjoin(Login, col(Login.staff_id) == col(StaffMember.id))
        .group_by(col(StaffMember.id))
    )
    rows = [_account(member, last_login, now) for member, last_login in session.exec(query).all()]
    return sorted(rows, key=lambda row: (row.state in (AccountState.ENDED, AccountState.CLOSED), sort_key(row.name)))


def account(session: Session, staff_id: uuid.UUID, now: datetime) -> Account | None:
    member = session.get(StaffMember, staff_id)
    if member is None:
        return None
    query = select(sa.func.max(Login.created_at)).where(Login.staff_id == staff_id)
    return _account(member, session.exec(query).one(), now)


def tokens(session: Session) -> list[ApiToken]:
    """Every token, newest first; the revoked ones stay in the list."""
    return list(session.exec(select(ApiToken).order_by(col(ApiToken.created_at).desc())).all())


def _account(member: StaffMember, last_login: datetime | None, now: datetime) -> Account:
    return Account(
        id=member.id,
        name=member.name,
        email=member.email,
        roles=tuple(member.roles),
        lang=member.lang,
        state=account_state(member.disabled_at, member.expires_at, member.password_hash is not None, now),
        expires_at=member.expires_at,
        last_login=last_login,
        activities=tuple(member.activities),
    )
