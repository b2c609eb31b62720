"""A member list that is brought in: its rows while they are looked at and written, and what they changed."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id, personal
from registration.members.imports.rules import Decision, ImportState, Left, RowState
from registration.members.lists.rules_judging import RowKind
from registration.tables import Table

AUTHOR = personal("explain what was done", "30 days after it")
LISTED = personal("bring a member list in, and take it back", "30 days after it")
# An import that a worker writes, or takes back.
AT_WORK = sa.text("state IN ('writing', 'undoing')")


class MemberImport(Table, table=True):
    """One list. `places`: in which of her columns each of ours is; `headings` are hers, `heading_row` the number of
    their row. It is worked on under a lease (`kit.lease`); `written_at`: when somebody let it be written."""

    __tablename__ = "member_import"
    __table_args__ = (sa.Index("ix_member_import_due", "due_at", sqlite_where=AT_WORK, postgresql_where=AT_WORK),)
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    state: ImportState = Field(default=ImportState.READ, sa_type=enum_type(ImportState))
    origin: str = ""
    headings: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    heading_row: int = 0
    places: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)
    by_id: str = Field(sa_column_kwargs=AUTHOR)
    by: str = Field(sa_column_kwargs=AUTHOR)
    created_at: datetime = Field(index=True)
    written_at: datetime | None = None
    done_at: datetime | None = None
    undone_at: datetime | None = None
    due_at: datetime
    attempts: int = 0


class ImportRow(Table, table=True):
    """One row, by its number in her file. `cells` is the row as it came, until it is written; the rest is how it was
    read and judged (`rules.ImportRowView`). `match_id`, `result_id`: the company that it is taken for, and became."""

    __tablename__ = "import_row"
    __table_args__ = (
        sa.UniqueConstraint("import_id", "number"),
        sa.Index("ix_import_row_state", "import_id", "state", "number"),
        sa.Index("ix_import_row_kind", "import_id", "kind", "number"),
    )
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    import_id: uuid.UUID = Field(foreign_key="member_import.id")
    number: int
    cells: list[str] = Field(default_factory=list, sa_type=sa.JSON, sa_column_kwargs=LISTED)
    texts: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON, sa_column_kwargs=LISTED)
    problems: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    kind: RowKind = Field(default=RowKind.NEW, sa_type=enum_type(RowKind))
    match_id: uuid.UUID | None = None
    twin: int | None = None
    why: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    differences: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON, sa_column_kwargs=LISTED)
    takes: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    decision: Decision = Field(default=Decision.OPEN, sa_type=enum_type(Decision))
    state: RowState = Field(default=RowState.WAITING, sa_type=enum_type(RowState))
    left: Left | None = Field(default=None, sa_type=enum_type(Left))
    result_id: uuid.UUID | None = None


class ImportChange(Table, table=True):
    """One thing that a row changed: a row made in `place` (a table), or a field of a company from `old` to `new`."""

    __tablename__ = "import_change"
    __table_args__ = (
        sa.Index("ix_import_change_row", "import_id", "number", "step"),
        sa.Index("ix_import_change_made", "place", "row_id"),
    )
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    import_id: uuid.UUID = Field(foreign_key="member_import.id")
    number: int
    step: int
    place: str
    row_id: uuid.UUID
    field: str = ""
    old: str = Field(default="", sa_column_kwargs=LISTED)
    new: str = Field(default="", sa_column_kwargs=LISTED)


class DeclinedValue(Table, table=True):
    """What a list said of a company and the association did not want: it is not asked again. `said` is folded."""

    __tablename__ = "declined_value"
    __table_args__ = (sa.UniqueConstraint("company_id", "field", "said"),)
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    company_id: uuid.UUID = Field(foreign_key="company.id")
    field: str
    said: str = Field(sa_column_kwargs=personal("not ask again what was answered", "while the company is known"))
