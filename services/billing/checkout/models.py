"""Visits to Stripe's page, and the events Stripe sent."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from billing.checkout.rules import CheckoutStatus
from billing.tables import Table
from kit import lease
from kit.db import enum_type, new_id


class Checkout(Table, table=True):
    """The n-th visit of an order to Stripe's page, committed before Stripe is asked: the row makes the key. An invoice
    over several orders is paid on the pages of its first.

    `amount` is what the page asks, in cents: what was owed when it was opened. `problem` says why a paid page was not
    believed ("amount", "currency", "order"): staff must look.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    order_id: uuid.UUID = Field(foreign_key="orders.id")
    n: int
    amount: int = Field(sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    status: CheckoutStatus = Field(sa_type=enum_type(CheckoutStatus), index=True)
    session_id: str | None = Field(default=None, unique=True)
    url: str = ""
    problem: str = ""
    created_at: datetime
    expires_at: datetime
    __table_args__ = (sa.UniqueConstraint("order_id", "n"),)

    @property
    def key(self) -> str:
        return f"order-{self.order_id}-session-{self.n}"


class Incoming(Table, table=True):
    """A Stripe event, once. Only the hint is kept: ids and the type. `state`: ready, done, or dead after many tries."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    event_id: str = Field(unique=True)
    type: str
    object_id: str
    order_id: uuid.UUID | None = None
    refund_id: uuid.UUID | None = None
    payment_intent: str | None = None
    account: str | None = None
    created: datetime = Field(index=True)
    received_at: datetime
    due_at: datetime
    attempts: int = 0
    refusals: int = 0
    state: str = "ready"
    error: str = ""
    __table_args__ = (
        sa.CheckConstraint("state IN ('ready', 'done', 'dead')", name="state"),
        sa.Index("ix_incoming_due", "due_at", sqlite_where=lease.READY, postgresql_where=lease.READY),
    )
