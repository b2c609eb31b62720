"""Payments that their card holders contest."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from billing.disputes.rules import OPEN
from billing.port import DisputeStatus
from billing.tables import Table
from kit.db import enum_type, new_id


class Dispute(Table, table=True):
    """One dispute at Stripe, or its part of one order that the payment paid. `amount` is contested; `withdrawn` is what
    Stripe took for it and has not given back, `fees` what it kept for the trouble. `movements` counts those of
    Stripe's balance: a reading with fewer is older."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    order_id: uuid.UUID = Field(foreign_key="orders.id", index=True)
    payment_id: uuid.UUID = Field(foreign_key="payment.id", index=True)
    stripe_dispute: str
    status: DisputeStatus = Field(sa_type=enum_type(DisputeStatus), index=True)
    amount: int = Field(sa_type=sa.BigInteger)
    withdrawn: int = Field(default=0, sa_type=sa.BigInteger)
    fees: int = Field(default=0, sa_type=sa.BigInteger)
    movements: int = 0
    reason: str = ""
    opened_at: datetime
    evidence_due_at: datetime | None = None
    closed_at: datetime | None = None
    __table_args__ = (
        sa.CheckConstraint("withdrawn >= 0", name="withdrawn"),
        sa.UniqueConstraint("stripe_dispute", "order_id"),
    )

    @property
    def is_open(self) -> bool:
        return self.status in OPEN
