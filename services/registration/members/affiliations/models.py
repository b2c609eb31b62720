"""What a membership includes elsewhere, and which companies agreed that the partner be told of them."""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import new_id, personal
from registration.tables import Table


class AffiliationPlan(Table, table=True):
    """Another body that members belong to as well. `needs_consent`: nothing of a company is told to it before the
    company agreed, in words that are kept. `ended_on`: members belong to it no more, and nobody is told of them."""

    __tablename__ = "affiliation_plan"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True)
    label_fr: str
    label_en: str = ""
    needs_consent: bool = True
    ended_on: date | None = None


class Affiliation(Table, table=True):
    """A company agreed on a day, in these words, taken down by somebody of staff; `withdrawn_on` when it took that
    back. `told_on`: when the partner was last told that it belongs; `told_end_on`: that it belongs no more."""

    __table_args__ = (sa.UniqueConstraint("plan_id", "company_id"),)
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    plan_id: uuid.UUID = Field(foreign_key="affiliation_plan.id")
    company_id: uuid.UUID = Field(foreign_key="company.id", index=True)
    given_on: date
    wording: str = ""
    taken_by: str = Field(sa_column_kwargs=personal("prove a consent", "while the company is known"))
    withdrawn_on: date | None = None
    told_on: date | None = None
    told_end_on: date | None = None
