"""Corrections of an order, and the money they send back."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from billing.refunds.rules import RefundStatus
from billing.tables import Table
from kit.contracts import PaidBack, RefundMethod
from kit.db import enum_type, new_id, personal

# The reason of a refund that somebody made at Stripe by hand.
MADE_AT_STRIPE = "made_at_stripe"
# The reason of one that the accountant had paid by cheque, transfer or in cash before anything asked for it.
MADE_BY_HAND = "made_by_hand"


class Amendment(Table, table=True):
    """A correction that was applied: its id, chosen by the sender, makes it happen once."""

    id: uuid.UUID = Field(primary_key=True)
    order_id: uuid.UUID = Field(foreign_key="orders.id", index=True)
    reason: str
    by: str = Field(default="", sa_column_kwargs=personal("explain a correction", "7 years"))
    at: datetime


class Refund(Table, table=True):
    """Money that goes back from one payment. `amount` cents; `rounding` is added when it is paid in coins.

    One made at Stripe by hand, of a payment for several orders, is a row for each of them. A card refund is sent by a
    job: `due_at` is when it may be tried (again), moved ahead while one tries.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    order_id: uuid.UUID = Field(foreign_key="orders.id", index=True)
    payment_id: uuid.UUID = Field(foreign_key="payment.id", index=True)
    amendment_id: uuid.UUID | None = Field(default=None, foreign_key="amendment.id")
    amount: int = Field(sa_type=sa.BigInteger)
    rounding: int = Field(default=0, sa_type=sa.BigInteger)
    method: RefundMethod = Field(sa_type=enum_type(RefundMethod))
    status: RefundStatus = Field(sa_type=enum_type(RefundStatus), index=True)
    reason: str
    requested_at: datetime
    finished_at: datetime | None = None
    due_at: datetime
    attempts: int = 0
    spent_keys: int = 0
    stripe_refund: str | None = None
    error: str = ""
    how: PaidBack | None = Field(default=None, sa_type=enum_type(PaidBack))
    reference: str = ""
    by: str = Field(default="", sa_column_kwargs=personal("explain a refund", "7 years"))
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.UniqueConstraint("stripe_refund", "order_id"),
    )

    @property
    def key(self) -> str:
        """What makes it happen once at Stripe. A key whose answer was a failure for good is followed by another."""
        return f"refund-{self.id}" + (f"-{self.spent_keys}" if self.spent_keys else "")
