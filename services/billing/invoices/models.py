"""Invoices and credit notes: numbered without a gap, never changed (the database refuses it)."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from billing.tables import Table
from kit.db import new_id, personal


class Series(Table, table=True):
    """The last number given in a series and a year. Its row is locked until the document is committed: no gap."""

    series: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int


class Document(Table):
    """What every kind has. Amounts are cents, negative on a credit note; `body` is `rules.snapshot`."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    number: str = Field(unique=True)
    series: str
    year: int
    sequence: int
    issued_on: date = Field(index=True)
    issued_at: datetime
    subtotal: int = Field(sa_type=sa.BigInteger)
    tps: int = Field(sa_type=sa.BigInteger)
    tvq: int = Field(sa_type=sa.BigInteger)
    total: int = Field(sa_type=sa.BigInteger)
    body: dict[str, Any] = Field(
        sa_type=sa.JSON, sa_column_kwargs=personal("keep the document as it was issued", "7 years")
    )


class Invoice(Document, table=True):
    """What is owed for one order or several (`InvoiceOrder`), of which `order_id` is the first."""

    order_id: uuid.UUID = Field(foreign_key="orders.id", unique=True)
    due_on: date
    __table_args__ = (
        sa.UniqueConstraint("series", "year", "sequence"),
        sa.CheckConstraint("total = subtotal + tps + tvq AND total > 0", name="amounts"),
    )


class InvoiceOrder(Table, table=True):
    """An order that an invoice covers, and its part of it in cents: the invoice is the sum of its parts."""

    __tablename__ = "invoice_order"
    order_id: uuid.UUID = Field(primary_key=True, foreign_key="orders.id")
    invoice_id: uuid.UUID = Field(foreign_key="invoice.id", index=True)
    subtotal: int = Field(sa_type=sa.BigInteger)
    tps: int = Field(sa_type=sa.BigInteger)
    tvq: int = Field(sa_type=sa.BigInteger)
    total: int = Field(sa_type=sa.BigInteger)
    __table_args__ = (sa.CheckConstraint("total = subtotal + tps + tvq AND total > 0", name="amounts"),)


class GroupedOrder(Table, table=True):
    """An order that goes on one invoice with others, written down when the first of them comes: it may come later, or
    never. `group_id` is the smallest of their ids: its row is what is locked for all of them. `since` is when the first
    came."""

    __tablename__ = "grouped_order"
    order_id: uuid.UUID = Field(primary_key=True)
    group_id: uuid.UUID = Field(index=True)
    since: datetime = Field(index=True)


class CreditNote(Document, table=True):
    """What is taken back of one order of an invoice, and why."""

    __tablename__ = "credit_note"
    order_id: uuid.UUID = Field(foreign_key="orders.id", index=True)
    invoice_id: uuid.UUID = Field(foreign_key="invoice.id")
    amendment_id: uuid.UUID = Field(unique=True)
    reason: str
    by: str = Field(default="", sa_column_kwargs=personal("explain a correction", "7 years"))
    __table_args__ = (
        sa.UniqueConstraint("series", "year", "sequence"),
        sa.CheckConstraint("total = subtotal + tps + tvq AND total < 0", name="amounts"),
    )
