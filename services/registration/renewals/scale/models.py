"""What a membership costs. One row."""

import uuid

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type
from kit.money import TaxClass
from registration.renewals.scale.rules import Scale, Step
from registration.tables import JsonOf, Table

# There is one scale; its history is about this.
THE_SCALE = uuid.UUID("0198c0de-0000-7000-8000-00000000fee5")


class FeeScale(Table, table=True):
    """`rules.Scale` says what the columns mean; `version` rises with every change."""

    __tablename__ = "fee_scale"
    id: uuid.UUID = Field(default=THE_SCALE, primary_key=True)
    version: int = 1
    starts_month: int
    starts_day: int
    due_days: int
    steps: tuple[Step, ...] = Field(sa_type=JsonOf(Step, many=True))
    tax_class: TaxClass = Field(sa_type=enum_type(TaxClass))
    tax_to_confirm: bool
    gl_account: str
    reminder_days: list[int] = Field(sa_type=sa.JSON)
    automatic: bool

    @property
    def scale(self) -> Scale:
        return Scale(
            starts_month=self.starts_month,
            starts_day=self.starts_day,
            due_days=self.due_days,
            steps=self.steps,
            tax_class=self.tax_class,
            tax_to_confirm=self.tax_to_confirm,
            gl_account=self.gl_account,
            reminder_days=tuple(self.reminder_days),
            automatic=self.automatic,
        )
