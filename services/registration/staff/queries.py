"""Who may sign in, and whether they still may."""

import hashlib
import uuid
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from kit.contracts.callers import Caller
from kit.db import Database
from registration.staff.models import ApiToken, Login, StaffMember
from registration.staff.rules import bound_to, may_enter


def caller_now(db: Database, caller: Caller, now: datetime) -> Caller | None:
    """Whoever a pass names, with what they may do at this moment: None when the login or the account is over, or the
    program's token is."""
    if caller.login:
        return caller_by_login(db, caller.login, now)
    try:
        token_id = uuid.UUID(caller.id)
    except ValueError:
        return None
    with db.read() as session:
        row = session.get(ApiToken, token_id)
    program = _program(row, now) if row else None
    return replace(program, lang=caller.lang) if program else None


def caller_by_login(db: Database, login: str, now: datetime) -> Caller | None:
    """The caller behind a login as stored now: None when it ended, ran out, or its staff member may not enter."""
    try:
        login_id = uuid.UUID(login)
    except ValueError:
        return None
    with db.read() as session:
        query = (
            select(StaffMember)
            .join(Login, col(Login.staff_id) == col(StaffMember.id))
            .where(Login.id == login_id, col(Login.ended_at).is_(None), Login.ends_at > now)
        )
        member = session.exec(query).first()
    if member is None or not may_enter(member.disabled_at, member.expires_at, now):
        return None
    return caller(member, login_id)


def caller(member: StaffMember, login_id: uuid.UUID) -> Caller:
    """A staff member as the pages and the history see them."""
    bound = bound_to(member.roles, member.activities)
    return Caller(frozenset(member.roles), str(member.id), member.name, str(login_id), member.lang, bound)


def by_email(session: Session, email: str) -> StaffMember | None:
    """The account of an address, whatever its case."""
    return session.exec(select(StaffMember).where(StaffMember.email == normal_email(email))).first()


def address_of(session: Session, who: Caller) -> str:
    """The address of a member of staff; empty for a program."""
    try:
        member = session.get(StaffMember, uuid.UUID(who.id))
    except ValueError:
        return ""
    return member.email if member else ""


def normal_email(email: str) -> str:
    """An address of staff as it is stored: in lower case, without spaces at its ends."""
    return email.strip().lower()


def integrator(session: Session, token: str, now: datetime) -> Caller | None:
    """The program behind an API token; None when the token is unknown, revoked or past its date."""
    row = session.exec(select(ApiToken).where(ApiToken.token_hash == token_hash(token))).first()
    return _program(row, now) if row else None


def _program(row: ApiToken, now: datetime) -> Caller | None:
    if row.revoked_at is not None or (row.expires_at is not None and now >= row.expires_at):
        return None
    return Caller(frozenset(row.roles), str(row.id), row.name, bound_to=bound_to(row.roles, row.activities))


def token_hash(token: str) -> str:
    """What is stored of a token. It has 256 random bits: a plain hash is enough, and quick."""
    return hashlib.sha256(token.encode()).hexdigest()
