"""A company's list while it is being prepared: nobody on it is covered, and nothing of it is sent to anybody."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id, personal
from registration.plans.lists.rules_columns import Choice
from registration.tables import Table

DRAFTED = personal("enrol the people of a company", "until they are, or 90 days after the last word")


class PlanList(Table, table=True):
    """The one list that a company prepares for a plan, whoever of its people does: a file's rows, people typed one by
    one, sealed codes. `version` goes up with every change; `ignored` are headings that mean nothing here."""

    __tablename__ = "plan_list"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    plan_id: uuid.UUID = Field(foreign_key="plan.id")
    company_id: uuid.UUID = Field(foreign_key="company.id", index=True)
    person_id: uuid.UUID
    from_file: bool = False
    sealed: int = 0
    fields: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    ignored: list[str] = Field(default_factory=list, sa_type=sa.JSON, sa_column_kwargs=DRAFTED)
    version: int = 1
    said_at: datetime = Field(index=True)
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "company_id", name="uq_plan_list_company"),
        sa.CheckConstraint("sealed >= 0", name="sealed_not_negative"),
    )


class PlanListRow(Table, table=True):
    """One row of it, as she wrote it; what it comes to is worked out each time it is looked at."""

    __tablename__ = "plan_list_row"
    list_id: uuid.UUID = Field(foreign_key="plan_list.id", primary_key=True)
    number: int = Field(primary_key=True)
    first_name: str = Field(default="", sa_column_kwargs=DRAFTED)
    last_name: str = Field(default="", sa_column_kwargs=DRAFTED)
    email: str = Field(default="", sa_column_kwargs=DRAFTED)
    lang: str = ""
    employer_ref: str = Field(default="", sa_column_kwargs=DRAFTED)
    choice: Choice = Field(default=Choice.NONE, sa_type=enum_type(Choice))
