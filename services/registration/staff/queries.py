"""Who may sign in, and whether they still may."""

import uuid
from datetime import datetime

from sqlmodel import Session, col, select

from kit.auth import Caller
from kit.db import Database
from registration.staff.models import Login, StaffMember


def renewed(db: Database, login: str, now: datetime) -> Caller | None:
    """The caller behind a login as stored now: None when it ended, ran out, or its staff member may not enter."""
    try:
        login_id = uuid.UUID(login)
    except ValueError:
        return None
    with db.read() as session:
        return caller_of(session, login_id, now)


def caller_of(session: Session, login_id: uuid.UUID, now: datetime) -> Caller | None:
    """As `renewed`, in a session that is open already."""
    query = (
        select(StaffMember)
        .join(Login, col(Login.staff_id) == col(StaffMember.id))
        .where(Login.id == login_id, col(Login.ended_at).is_(None), Login.ends_at > now)
    )
    member = session.exec(query).first()
    return as_caller(member, login_id) if member and may_enter(member, now) else None


def may_enter(member: StaffMember, now: datetime) -> bool:
    """Neither disabled nor past the day a volunteer's access ends."""
    return member.disabled_at is None and (member.expires_at is None or now < member.expires_at)


def as_caller(member: StaffMember, login_id: uuid.UUID) -> Caller:
    return Caller(frozenset(member.roles), str(member.id), member.name, str(login_id), member.lang)
