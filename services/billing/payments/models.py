"""Money received, and what it pays."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from billing.payments.rules import PaymentState
from billing.tables import Table
from kit.contracts import PaymentMethod
from kit.db import enum_type, new_id, personal


class Payment(Table, table=True):
    """`amount` cents were received, of which `rounding` pays nothing (coins). `payment_intent` makes a card once.

    `refunded` is what was promised or given back of it: the database refuses more than came. `disputed`
    is what a bank took of it. `unallocated` is the credit of the company `company_key`: what of it pays nothing yet
    (a reversed payment keeps the figure, which counts no more). `replaces_id`: the one it was entered anew for.
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
    state: PaymentState = Field(
        default=PaymentState.SETTLED,
        sa_type=enum_type(PaymentState),
        sa_column_kwargs={"server_default": PaymentState.SETTLED.value},
    )
    company_key: str = Field(default="", index=True, sa_column_kwargs={"server_default": ""})
    unallocated: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    replaces_id: uuid.UUID | None = None
    by: str = Field(default="", sa_column_kwargs=personal("explain a payment", "7 years"))
    __table_args__ = (
        sa.CheckConstraint("amount - rounding > 0", name="amount"),
        sa.CheckConstraint("refunded >= 0 AND refunded <= amount - rounding", name="refunded"),
        sa.CheckConstraint("unallocated >= 0 AND unallocated + refunded <= amount - rounding", name="unallocated"),
    )

    @property
    def pays(self) -> int:
        """What it is worth against an order."""
        return self.amount - self.rounding

    @property
    def refundable(self) -> int:
        return max(0, self.pays - self.refunded - self.disputed)


class Allocation(Table, table=True):
    """Which order a payment pays, and how much of it; that of a reversed payment pays nothing any more."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    payment_id: uuid.UUID = Field(foreign_key="payment.id", index=True)
    order_id: uuid.UUID = Field(foreign_key="orders.id", index=True)
    amount: int = Field(sa_type=sa.BigInteger)
    __table_args__ = (
        sa.UniqueConstraint("payment_id", "order_id"),
        sa.CheckConstraint("amount > 0", name="amount"),
    )
