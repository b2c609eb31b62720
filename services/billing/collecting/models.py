"""Payments that came to nothing, and what became of a company's credit."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from billing.collecting.rules import ReturnStatus, WhyReversed
from billing.tables import Table
from kit.contracts import PaidBack
from kit.db import enum_type, new_id, personal


class Reversal(Table, table=True):
    """A payment came to nothing on a day: what it paid is owed again. `fee_order_id`: what the company was charged for
    it."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    payment_id: uuid.UUID = Field(foreign_key="payment.id", unique=True)
    reason: WhyReversed = Field(sa_type=enum_type(WhyReversed))
    reversed_on: date
    recorded_at: datetime
    by: str = Field(default="", sa_column_kwargs=personal("explain a reversal", "7 years"))
    fee_order_id: uuid.UUID | None = Field(default=None, foreign_key="orders.id")


class CreditUse(Table, table=True):
    """`amount` cents of what a payment left over paid an order later."""

    __tablename__ = "credit_use"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    payment_id: uuid.UUID = Field(foreign_key="payment.id", index=True)
    order_id: uuid.UUID = Field(foreign_key="orders.id")
    amount: int = Field(sa_type=sa.BigInteger)
    used_on: date
    recorded_at: datetime
    by: str = Field(default="", sa_column_kwargs=personal("explain a payment", "7 years"))
    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount"),)


class CreditReturn(Table, table=True):
    """`amount` cents of what a payment left over go back to the company; `rounding` is added when it is in coins."""

    __tablename__ = "credit_return"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    payment_id: uuid.UUID = Field(foreign_key="payment.id", index=True)
    amount: int = Field(sa_type=sa.BigInteger)
    rounding: int = Field(default=0, sa_type=sa.BigInteger)
    status: ReturnStatus = Field(sa_type=enum_type(ReturnStatus), index=True)
    requested_at: datetime
    returned_on: date | None = None
    how: PaidBack | None = Field(default=None, sa_type=enum_type(PaidBack))
    reference: str = ""
    by: str = Field(default="", sa_column_kwargs=personal("explain a refund", "7 years"))
    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount"),)
