"""Staff, their logins, tokens of integrators, and the counters that slow down guessing."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import new_id, personal
from registration.tables import Table


class StaffMember(Table, table=True):
    """A person who may sign in. `expires_at` ends a volunteer's access by itself; `link_version` revokes links sent.
    `activities` are the ids of those whose door it is for, where the door is its only role; none: every one."""

    __tablename__ = "staff_member"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    email: str = Field(unique=True, sa_column_kwargs=personal("sign in", "while they are staff"))
    name: str = Field(sa_column_kwargs=personal("sign in", "while they are staff"))
    roles: list[str] = Field(sa_type=sa.JSON)
    activities: list[str] = Field(
        default_factory=list,
        sa_type=sa.JSON,
        sa_column_kwargs=personal("welcome at the door", "while they are staff") | {"server_default": "[]"},
    )
    lang: str = "fr"
    password_hash: str | None = Field(default=None, sa_column_kwargs=personal("sign in", "while they are staff"))
    link_version: int = 1
    expires_at: datetime | None = None
    disabled_at: datetime | None = None
    created_at: datetime


class Login(Table, table=True):
    """One signed-in browser. A pass is worth what its login is when it is used."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    staff_id: uuid.UUID = Field(foreign_key="staff_member.id", index=True)
    created_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None


class ApiToken(Table, table=True):
    """A scoped token of an integrator: exchanged for a short-lived pass. Only its SHA-256 is kept. `activities` as
    those of an account."""

    __tablename__ = "api_token"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    roles: list[str] = Field(sa_type=sa.JSON)
    activities: list[str] = Field(default_factory=list, sa_type=sa.JSON, sa_column_kwargs={"server_default": "[]"})
    token_hash: str = Field(unique=True)
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class Attempt(Table, table=True):
    """How many times something was tried from one place in one minute. In the database, so that all processes count."""

    bucket: str = Field(primary_key=True)
    minute: int = Field(primary_key=True, sa_type=sa.BigInteger)
    count: int = 0
