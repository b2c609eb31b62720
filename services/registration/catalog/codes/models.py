"""Codes of an activity: an invitation or a rebate, with what each has served."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import new_id, personal
from registration.catalog.codes.rules import Bound
from registration.catalog.rules import CodeEffect
from registration.tables import Table

KEPT = "24 months after the activity"


class Code(Table, table=True):
    """A word that opens a price (`opens` = the price's key) or lowers prices: by a percentage, by an amount for each
    unit, or to a set price. It does one of these, never two.

    `max_units` bounds how many units it can serve in all, `per_company` how many of one company, `budget` how many
    cents (before tax) it can take off in all; `used` and `spent` are refused beyond these by the database. It serves
    from `since` to `until`. One with a `bound` name serves that person only. `note` is what staff know it by.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id", index=True)
    word: str
    opens: str | None = None
    percent_off: int = 0
    amount_off: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    set_price: int | None = Field(default=None, sa_type=sa.BigInteger)
    max_units: int
    used: int = 0
    per_company: int | None = None
    budget: int | None = Field(default=None, sa_type=sa.BigInteger)
    spent: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    since: datetime | None = None
    until: datetime | None = None
    note: str = ""
    bound_first: str = Field(default="", sa_column_kwargs=personal("invite a person", KEPT) | {"server_default": ""})
    bound_last: str = Field(default="", sa_column_kwargs=personal("invite a person", KEPT) | {"server_default": ""})
    bound_email: str = Field(default="", sa_column_kwargs=personal("invite a person", KEPT) | {"server_default": ""})
    bound: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    __table_args__ = (
        sa.UniqueConstraint("activity_id", "word", name="uq_code_activity_word"),
        sa.CheckConstraint("used >= 0 AND used <= max_units", name="used_within_max"),
        sa.CheckConstraint("opens IS NULL OR percent_off = 0", name="opens_or_lowers"),
        sa.CheckConstraint(
            "amount_off >= 0 AND (amount_off = 0 OR (opens IS NULL AND percent_off = 0))", name="amount_alone"
        ),
        sa.CheckConstraint(
            "set_price IS NULL OR (set_price >= 0 AND opens IS NULL AND percent_off = 0 AND amount_off = 0)",
            name="set_price_alone",
        ),
        sa.CheckConstraint("spent >= 0 AND (budget IS NULL OR spent <= budget)", name="spent_within_budget"),
    )

    @property
    def effect(self) -> CodeEffect:
        return CodeEffect(self.opens or "", self.percent_off, self.amount_off, self.set_price, self.per_company)

    @property
    def person(self) -> Bound | None:
        """Whom it serves, when it serves one person only. Her name is forgotten after the activity, never the bond."""
        return Bound(self.bound_first, self.bound_last, self.bound_email) if self.bound else None
