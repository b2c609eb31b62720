"""Logins begin and end; attempts are counted."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, select

from kit.sql import column, named, table
from registration.staff.models import Attempt, Login, StaffMember
from registration.staff.rules import LOGIN_LIFE, WrongSignIn, may_enter


def sign_in(session: Session, account: StaffMember, better_hash: str | None, now: datetime) -> Login:
    """Begin a login for somebody whose password was just compared, outside any transaction.

    The account is read again: raises WrongSignIn when the password changed meanwhile or the account may not enter.
    """
    member = session.exec(select(StaffMember).where(StaffMember.id == account.id).with_for_update()).one_or_none()
    if member is None or member.password_hash != account.password_hash:
        raise WrongSignIn()
    if better_hash:
        member.password_hash = better_hash
    return begin(session, member, now)


def begin(session: Session, member: StaffMember, now: datetime) -> Login:
    """A new login of somebody whose identity is proven. Raises WrongSignIn when they may not enter."""
    if not may_enter(member.disabled_at, member.expires_at, now):
        raise WrongSignIn()
    login = Login(staff_id=member.id, created_at=now, ends_at=now + LOGIN_LIFE)
    session.add(login)
    return login


def sign_out(session: Session, login: str, now: datetime) -> None:
    """End one login, and its passes with it. A program's pass has none."""
    if login:
        _end(session, column(Login.id) == uuid.UUID(login), now)


def sign_out_everywhere(session: Session, staff_id: uuid.UUID, now: datetime) -> None:
    """End every login of a staff member."""
    _end(session, column(Login.staff_id) == staff_id, now)


def _end(session: Session, which: sa.ColumnElement[bool], now: datetime) -> None:
    ended_at = column(Login.ended_at)
    session.execute(sa.update(table(Login)).where(which, ended_at.is_(None)).values({ended_at: now}))


def count_attempts(session: Session, buckets: Sequence[str], now: datetime) -> int:
    """Count one more in each bucket for the current minute; the highest count. In one order, so that none deadlock."""
    bucket, minute, count = column(Attempt.bucket), column(Attempt.minute), column(Attempt.count)
    rows = [named({bucket: name, minute: _minute(now), count: 1}) for name in sorted(set(buckets))]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    more = (
        insert(table(Attempt))
        .values(rows)
        .on_conflict_do_update(index_elements=(bucket.key, minute.key), set_={count: count + 1})
    )
    counts: list[int] = list(session.execute(more.returning(count)).scalars())
    return max(counts)


def attempts_of(session: Session, buckets: Sequence[str], now: datetime) -> dict[str, int]:
    """How many attempts each bucket has in the current minute; one without any is not there."""
    bucket, count = column(Attempt.bucket), column(Attempt.count)
    query = sa.select(bucket, count.label("attempts")).where(
        bucket.in_(buckets), column(Attempt.minute) == _minute(now)
    )
    return {row.bucket: row.attempts for row in session.execute(query)}


def purge(session: Session, now: datetime) -> None:
    """Forget attempts of past minutes, and logins that ended long enough ago that nobody asks about them."""
    session.execute(sa.delete(table(Attempt)).where(column(Attempt.minute) < _minute(now) - 10))
    session.execute(sa.delete(table(Login)).where(column(Login.ends_at) < now - timedelta(days=90)))


def _minute(now: datetime) -> int:
    """The number of a minute, as attempts are counted by."""
    return int(now.timestamp()) // 60
