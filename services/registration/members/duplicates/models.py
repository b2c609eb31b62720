"""What companies are found again by, names that they went by, pairs that are not the same, and what merges moved."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id, personal
from registration.members.duplicates.rules import MatchKind, Subject
from registration.tables import Table

AUTHOR = personal("explain what was done", "while the company is known")
# A merge that was not undone.
STANDING = sa.text("undone_at IS NULL")
MERGED = personal("take a merge back", "30 days")


class CompanyAlias(Table, table=True):
    """A name that a company went by, in a list or before a merge (`merger_id`): it is found by it."""

    __tablename__ = "company_alias"
    __table_args__ = (sa.UniqueConstraint("company_id", "name"),)
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    company_id: uuid.UUID = Field(foreign_key="company.id")
    name: str
    merger_id: uuid.UUID | None = Field(default=None, foreign_key="merger.id", index=True)
    created_at: datetime


class CompanyMatch(Table, table=True):
    """One key by which a company is found again (`rules.MatchKey`): worked out from its row, never written else."""

    __tablename__ = "company_match"
    __table_args__ = (sa.Index("ix_company_match_kind_key", "kind", "match_key"),)
    company_id: uuid.UUID = Field(foreign_key="company.id", primary_key=True)
    kind: MatchKind = Field(sa_type=enum_type(MatchKind), primary_key=True)
    match_key: str = Field(primary_key=True)


class CompanyFingerprint(Table, table=True):
    """What a company's keys were worked out from: they are stale when its row says something else."""

    __tablename__ = "company_fingerprint"
    company_id: uuid.UUID = Field(foreign_key="company.id", primary_key=True)
    made_of: str = Field(sa_column_kwargs=personal("find duplicates", "while the company is known"))


class NotSame(Table, table=True):
    """Two companies, or two people, of which somebody said that they are not the same."""

    __tablename__ = "not_same"
    __table_args__ = (sa.UniqueConstraint("low_id", "high_id"),)
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    subject: Subject = Field(sa_type=enum_type(Subject))
    low_id: uuid.UUID
    high_id: uuid.UUID = Field(index=True)
    by_id: str = Field(sa_column_kwargs=AUTHOR)
    by: str = Field(sa_column_kwargs=AUTHOR)
    created_at: datetime


class Merger(Table, table=True):
    """One company, or person, that went into another: what was its own is the other's, until it is undone."""

    __table_args__ = (
        sa.Index("ix_merger_gone", "gone_id", unique=True, sqlite_where=STANDING, postgresql_where=STANDING),
    )
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    subject: Subject = Field(sa_type=enum_type(Subject))
    gone_id: uuid.UUID
    kept_id: uuid.UUID = Field(index=True)
    by_id: str = Field(sa_column_kwargs=AUTHOR)
    by: str = Field(sa_column_kwargs=AUTHOR)
    created_at: datetime = Field(index=True)
    undone_at: datetime | None = None


class MergerMove(Table, table=True):
    """One row that a merge moved: where it is (`table.column`), and which."""

    __tablename__ = "merger_move"
    __table_args__ = (sa.Index("ix_merger_move_place", "merger_id", "place"),)
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    merger_id: uuid.UUID = Field(foreign_key="merger.id")
    place: str
    row_id: uuid.UUID


class MergerField(Table, table=True):
    """One field that a merge changed of what was kept."""

    __tablename__ = "merger_field"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    merger_id: uuid.UUID = Field(foreign_key="merger.id", index=True)
    field: str
    old: str = Field(sa_column_kwargs=MERGED)
    new: str = Field(sa_column_kwargs=MERGED)
