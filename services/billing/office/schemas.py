"""Shapes of the JSON API of orders (amounts are integer cents) and of staff's forms (as they are typed)."""

import uuid
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from billing.payments.rules import ByHand
from kit.contracts import PaidBack
from kit.errors import InvalidInput
from kit.paging import ListPage


class LineView(BaseModel):
    key: str
    label_fr: str
    label_en: str
    quantity: int
    unit_amount: int
    amount: int
    tax_class: str
    tps: int
    tvq: int
    components: dict[str, int]
    credited_quantity: int
    credited_amount: int
    credited_tps: int
    credited_tvq: int


class DocumentView(BaseModel):
    """An invoice or, with negative amounts, a credit note."""

    kind: Literal["invoice", "credit_note"]
    number: str
    issued_on: date
    due_on: date | None = None
    subtotal: int
    tps: int
    tvq: int
    total: int
    reason: str = ""


class PaymentView(BaseModel):
    id: uuid.UUID
    method: str
    amount: int
    rounding: int
    refunded: int
    received_on: date
    reference: str
    by: str


class RefundView(BaseModel):
    id: uuid.UUID
    amount: int
    rounding: int
    method: str
    status: str
    reason: str
    requested_at: datetime
    finished_at: datetime | None
    how: str | None
    reference: str
    by: str


class OrderView(BaseModel):
    """What is owed and paid. `owed` is negative when too much is held; `taxable` is what the taxes are computed on."""

    id: uuid.UUID
    status: str
    closing: bool
    method: str
    code: str
    activity_key: str
    ordered_on: date
    due_on: date | None
    tax_review: bool
    subtotal: int
    taxable: int
    tps: int
    tvq: int
    total: int
    credited: int
    left: int
    paid: int
    refunding: int
    refunded: int
    owed: int
    pay_url: str
    lines: list[LineView]
    documents: list[DocumentView]
    payments: list[PaymentView]
    refunds: list[RefundView]


class CardOffered(BaseModel):
    """Whether a card can be taken at all."""

    offered: bool


class RecordPayment(BaseModel):
    """A cheque or a transfer that was received."""

    method: ByHand
    amount: int
    received_on: date
    reference: str = Field(default="", max_length=80)


class RefundPart(BaseModel):
    """Credit exactly `amount`, taxes included; what was paid above the new balance goes back."""

    amount: int
    reason: str = Field(min_length=1, max_length=300)


class PaidByHand(BaseModel):
    """How a refund was paid by hand."""

    how: PaidBack
    reference: str = Field(default="", max_length=80)


class OrderRow(BaseModel):
    """One order in a list."""

    id: uuid.UUID
    code: str
    status: str
    method: str
    placed_at: datetime
    buyer: str
    number: str
    total: int
    owed: int
    due_on: date | None


class OrderList(ListPage):
    """A page of orders, newest first."""

    orders: list[OrderRow]


class EventView(BaseModel):
    """What Stripe told and no order explains: its type, and the id of what to look for on Stripe's dashboard."""

    id: uuid.UUID
    event_id: str
    type: str
    object_id: str
    created: datetime
    error: str


class PaymentForm(BaseModel):
    """Form of a cheque or a transfer. `key` was minted with the form: sending it twice records once."""

    key: uuid.UUID
    method: ByHand
    amount: str = Field(default="", max_length=30)
    received_on: str = Field(default="", max_length=10)
    reference: str = Field(default="", max_length=80)

    def day(self) -> date:
        """Raises InvalidInput."""
        try:
            return date.fromisoformat(self.received_on)
        except ValueError:
            raise InvalidInput({"received_on": "desk.not_a_day"}) from None


class CreditForm(BaseModel):
    """Form of a partial refund; `key` becomes the amendment's id. Names differ from the other form of the page."""

    key: uuid.UUID
    credit_amount: str = Field(default="", max_length=30)
    credit_reason: str = Field(default="", max_length=300)


class PaidByHandForm(BaseModel):
    """Form of a refund that was paid by hand."""

    key: uuid.UUID
    how: PaidBack
    refund_reference: str = Field(default="", max_length=80)
