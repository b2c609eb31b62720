"""What companies are asked to renew. It becomes a period of membership when it is agreed to, with the same id."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id
from kit.money import TaxClass
from registration.renewals.rules import RenewalState
from registration.tables import Table, index_of


class Renewal(Table, table=True):
    """One asking, after one period (`period_id`). Its id is that of the order, and of the period that follows. Amounts
    are cents: `fee` before taxes, `total` with them, as the company is shown; both stay as they were asked for.

    `number` is the notice's, by billing; empty: it was not sent yet. `declined_at`: the company or staff said no, and
    what was said is `declined_why`; the order is then closed, as it is after the grace. Both works are done under a
    lease (`kit.lease`), which moves `due_at`. `invoice_told_at`: when the company was sent its invoice, or had paid it.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    period_id: uuid.UUID = Field(foreign_key="membership.id", unique=True)
    company_id: uuid.UUID = Field(foreign_key="company.id", index=True)
    code: str = Field(unique=True)
    state: RenewalState = Field(default=RenewalState.PROPOSED, sa_type=enum_type(RenewalState))
    starts: date
    ends: date
    answer_by: date
    category: str = ""
    employees: int
    fee: int
    total: int
    fee_due_on: date
    tax_class: TaxClass = Field(sa_type=enum_type(TaxClass))
    gl_account: str
    ordered_on: date
    number: str = ""
    sent_at: datetime | None = None
    times_sent: int = 0
    invoice_number: str = ""
    invoice_due_on: date | None = None
    invoice_told_at: datetime | None = None
    agreed_at: datetime | None = None
    declined_at: datetime | None = None
    declined_why: str = ""
    link_version: int = 1
    due_at: datetime
    attempts: int = 0
    __table_args__ = (
        sa.CheckConstraint("ends > starts AND fee > 0 AND total >= fee", name="period_and_fee"),
        sa.CheckConstraint("(number = '') = (sent_at IS NULL)", name="sent_with_its_number"),
        sa.CheckConstraint("(state = 'accepted') = (agreed_at IS NOT NULL)", name="agreed_says_when"),
        index_of("ix_renewal_open", "state = 'proposed'", "due_at", "id"),
        index_of("ix_renewal_untold", "invoice_number <> '' AND invoice_told_at IS NULL", "due_at", "id"),
    )

    @property
    def closing(self) -> bool:
        """It was declined, and billing has not said yet that nothing was paid."""
        return self.state is RenewalState.PROPOSED and self.declined_at is not None
