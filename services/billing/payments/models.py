"""Money received, and what it pays."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from billing.tables import Table
from kit.contracts import PaymentMethod
from kit.db import enum_type, new_id, personal


class Payment(Table, table=True):
    """`amount` cents were received, of which `rounding` pays nothing (coins). `payment_intent` makes a card once.

    `refunded` is what was promised or given back of it: the database refuses more than came. `disputed`
    is what a bank took of it.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    method: PaymentMethod = Field(sa_type=enum_type(PaymentMethod))
    amount: int = Field(sa_type=sa.BigInteger)
    rounding: int = Field(default=0, sa_type=sa.BigInteger)
    refunded: int = Field(default=0, sa_type=sa.BigInteger)
    disputed: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    received_on: date
    recorded_at: datetime = Field(index=True)
    reference: str = ""
    payment_intent: str | None = Field(default=None, unique=True)
    by: str = Field(default="", sa_column_kwargs=personal("explain a payment", "7 years"))
    __table_args__ = (
        sa.CheckConstraint("amount - rounding > 0", name="amount"),
        sa.CheckConstraint("refunded >= 0 AND refunded <= amount - rounding", name="refunded"),
    )

    @property
    def pays(self) -> int:
        """What it is worth against an order."""
        return self.amount - self.rounding

    @property
    def refundable(self) -> int:
        return max(0, self.pays - self.refunded - self.disputed)


class Allocation(Table, table=True):
    """Which order a payment pays, and how much of it."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    payment_id: uuid.UUID = Field(foreign_key="payment.id")
    order_id: uuid.UUID = Field(foreign_key="orders.id", index=True)
    amount: int = Field(sa_type=sa.BigInteger)
    __table_args__ = (
        sa.UniqueConstraint("payment_id", "order_id"),
        sa.CheckConstraint("amount > 0", name="amount"),
    )
