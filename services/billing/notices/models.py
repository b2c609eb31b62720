"""Notices: numbered in a series of their own, without a gap; a discarded one keeps its number."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from billing.invoices.models import Document
from kit.db import personal


class Notice(Document, table=True):
    """What an order would come to, shown before anybody agreed to owe it. The database refuses to change what it says;
    what became of it is added: when it was accepted, and by whom, or when it came to nothing."""

    order_id: uuid.UUID = Field(foreign_key="orders.id", unique=True)
    due_on: date
    accepted_at: datetime | None = None
    accepted_by: str = Field(default="", sa_column_kwargs=personal("explain an invoice", "7 years"))
    discarded_at: datetime | None = None
    __table_args__ = (
        sa.UniqueConstraint("series", "year", "sequence"),
        sa.CheckConstraint("total = subtotal + tps + tvq AND total > 0", name="amounts"),
    )
