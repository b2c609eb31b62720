"""The ledger: append-only, guarded by triggers in the database."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from billing.ledger.rules import Memo
from billing.tables import Table
from kit.db import enum_type, new_id


class Entry(Table, table=True):
    """One side of one account. The entries of one `posting_id` balance. `day` is the association's; cents.

    `document` is what explains it: a number of invoice or credit note, the id of a payment, a refund, a reversal, or of
    what became of a credit (32 hexadecimal digits). What is of no order is a company's credit, that pays no invoice
    yet.
    """

    __tablename__ = "ledger_entry"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    posting_id: uuid.UUID = Field(index=True)
    at: datetime
    day: date = Field(index=True)
    account: str = Field(index=True)
    debit: int = Field(default=0, sa_type=sa.BigInteger)
    credit: int = Field(default=0, sa_type=sa.BigInteger)
    order_id: uuid.UUID | None = Field(default=None, foreign_key="orders.id", index=True)
    memo: Memo = Field(sa_type=enum_type(Memo))
    document: str
    __table_args__ = (
        # A month of one account is read from it alone, without the rows.
        sa.Index("ix_ledger_entry_account_day", "account", "day", "memo", "posting_id", "order_id", "debit", "credit"),
        sa.CheckConstraint("debit >= 0 AND credit >= 0 AND (debit = 0) <> (credit = 0)", name="one_side"),
    )
