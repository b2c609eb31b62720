"""Plans, the people whom companies cover by them, and lists that wait for a company's fee."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id, personal
from registration.plans.rules import CoverageState, PlanMode
from registration.tables import Table, index_of

COVERED = personal("send the code, and let their employer know who is covered", "12 months after the coverage ends")
WAITING = personal("enrol their people once the fee is paid", "90 days after the last word")


class Plan(Table, table=True):
    """What an activity of the kind covers: who provides it, what people are entitled to (words: nothing is counted),
    from when to when. Raising `link_version` revokes the provider's link. `ends` is None for twelve months each."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id", unique=True)
    provider_name: str
    provider_email: str
    provider_phone: str
    entitlement_fr: str
    entitlement_en: str = ""
    mode: PlanMode = Field(sa_type=enum_type(PlanMode))
    starts: date
    ends: date | None = None
    link_version: int = 1
    __table_args__ = (
        sa.CheckConstraint("(mode = 'fixed_period') = (ends IS NOT NULL)", name="fixed_period_ends"),
        sa.CheckConstraint("ends IS NULL OR ends >= starts", name="ends_after_start"),
    )


class Coverage(Table, table=True):
    """One employee whom a company covers, family included: nothing is known of a family, of use, or of health. All that
    names somebody is empty for a sealed code. `registration_id` is the purchase that pays it: a listed one has none
    yet, or waits for its payment. The code is made of the id and the `version`, and is kept nowhere. `person_key` knows
    the same person again. `free_until`: the place that was paid waits for a newcomer until then. `card_number` is the
    card that HR hands over; `said_at` is when somebody last spoke of the list it is on. `paid_until`: staff hold the
    code, and the place that it is for was paid until then; None: it is nobody else's place."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    plan_id: uuid.UUID = Field(foreign_key="plan.id")
    company_id: uuid.UUID = Field(foreign_key="company.id", index=True)
    registration_id: uuid.UUID | None = Field(default=None, foreign_key="registration.id", index=True)
    first_name: str = Field(default="", sa_column_kwargs=COVERED)
    last_name: str = Field(default="", sa_column_kwargs=COVERED)
    email: str = Field(default="", sa_column_kwargs=COVERED)
    lang: str = "fr"
    employer_ref: str = Field(default="", sa_column_kwargs=COVERED)
    person_key: str | None = Field(default=None, sa_column_kwargs=COVERED)
    card_number: int | None = None
    state: CoverageState = Field(default=CoverageState.LISTED, sa_type=enum_type(CoverageState))
    starts_on: date | None = None
    ends_on: date | None = None
    free_until: date | None = None
    paid_until: date | None = None
    version: int = 1
    letter_version: int = 1
    undelivered: bool = False
    replaces_id: uuid.UUID | None = Field(default=None, foreign_key="coverage.id")
    said_at: datetime
    __table_args__ = (
        sa.Index("ix_coverage_of_company", "plan_id", "company_id"),
        sa.Index("ix_coverage_said", "state", "said_at"),
        sa.UniqueConstraint("plan_id", "company_id", "card_number", name="uq_coverage_card"),
        sa.Index(
            "uq_coverage_person",
            "plan_id",
            "company_id",
            "person_key",
            unique=True,
            sqlite_where=sa.text("state IN ('listed', 'covered')"),
            postgresql_where=sa.text("state IN ('listed', 'covered')"),
        ),
        index_of("ix_coverage_free", "free_until IS NOT NULL", "plan_id", "company_id", "free_until"),
        sa.CheckConstraint("(state = 'listed') = (starts_on IS NULL)", name="covered_from_a_day"),
        sa.CheckConstraint("(state = 'listed') = (ends_on IS NULL)", name="covered_to_a_day"),
        sa.CheckConstraint("state = 'listed' OR registration_id IS NOT NULL", name="covered_by_a_purchase"),
        sa.CheckConstraint("free_until IS NULL OR state = 'ended'", name="free_when_ended"),
    )


class KeptList(Table, table=True):
    """A company in arrears asked to cover people of its list (`coverages`: their ids) by invoice: bought as soon as its
    fee is paid, by a registration of this id, unless it costs more by then than was `seen` (cents, with taxes)."""

    __tablename__ = "kept_list"
    id: uuid.UUID = Field(primary_key=True)
    plan_id: uuid.UUID = Field(foreign_key="plan.id")
    company_id: uuid.UUID = Field(foreign_key="company.id", index=True)
    contact_first: str = Field(sa_column_kwargs=WAITING)
    contact_last: str = Field(sa_column_kwargs=WAITING)
    contact_email: str = Field(sa_column_kwargs=WAITING)
    contact_phone: str = Field(default="", sa_column_kwargs=WAITING)
    lang: str
    bill_to: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON, sa_column_kwargs=WAITING)
    coverages: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    seen: int | None = Field(default=None, sa_type=sa.BigInteger)
    said_at: datetime
    __table_args__ = (sa.UniqueConstraint("plan_id", "company_id", name="uq_kept_list_company"),)


class PlanHold(Table, table=True):
    """Staff hold the codes of one company: what it buys is invoiced as ever, and its codes leave when staff release
    them."""

    __tablename__ = "plan_hold"
    plan_id: uuid.UUID = Field(foreign_key="plan.id", primary_key=True)
    company_id: uuid.UUID = Field(foreign_key="company.id", primary_key=True)
    since: datetime
