"""Between registration and billing: what is ordered, what became of it."""

import uuid
from datetime import date, datetime
from typing import Literal

from pydantic import Field

from kit.contracts.base import Bilingual, Contract, Message
from kit.contracts.paying import OrderMethod, PaymentMethod, RefundMethod
from kit.money import TaxClass


class OrderLine(Contract):
    """One line: `unit_amount` in cents before tax; `components` says what a unit is made of (golf, meals), in cents."""

    key: str
    label: Bilingual
    quantity: int = Field(ge=1)
    unit_amount: int
    tax_class: TaxClass
    gl_account: str
    components: dict[str, int] = {}


class Buyer(Contract):
    """Who owes: name and address on the order. `company` is empty for a person buying for themselves."""

    company: str = ""
    company_key: str = ""
    name: str
    email: str
    address: str = ""
    city: str = ""
    province: str = "QC"
    postal_code: str = ""
    po_number: str = ""


class PlaceOrder(Message):
    """Body of `PUT /orders/{id}` for a card, and the message that follows a free or invoiced registration.

    `ordered_on` is the local day that taxes are computed for; `expected_total` is what the person was shown.
    `hold_until`: when the places behind it are given back unless it is paid; none when they are not held.
    """

    order_id: uuid.UUID
    code: str
    activity_key: str
    activity_title: Bilingual
    timezone: str
    ordered_on: date
    method: OrderMethod
    lang: Literal["fr", "en"]
    lines: tuple[OrderLine, ...]
    buyer: Buyer
    expected_total: int
    return_url: str
    online: bool = False
    by: str = ""
    hold_until: datetime | None = None


class PlacedAnswer(Contract):
    """What billing answers to `PUT /orders/{id}`. `pay_url` is where the browser goes to pay by card, if it can."""

    order_id: uuid.UUID
    status: str
    total: int
    pay_url: str = ""


class CloseAnswer(Contract):
    """What billing answers to `POST /orders/{id}/close`: `void` frees the places, `unknown` keeps them."""

    order_id: uuid.UUID
    state: Literal["void", "paid", "unknown"]


class CreditLine(Contract):
    """So many units of a line, taken back."""

    key: str
    quantity: int = Field(ge=1)


class CreditOrder(Message):
    """Credit lines of an order. `keep_percent` is what the cancellation rule keeps; what was paid above the new
    balance is refunded. `amendment_id` makes it happen once."""

    amendment_id: uuid.UUID
    order_id: uuid.UUID
    lines: tuple[CreditLine, ...]
    keep_percent: int = Field(default=0, ge=0, le=100)
    reason: str
    by: str = ""


class RefundOrder(Message):
    """Take back everything: the payment came and there was no room any more."""

    amendment_id: uuid.UUID
    order_id: uuid.UUID
    reason: str
    by: str = ""


class OrderPaid(Message):
    """The order is paid in full. `method` is how; `by` is the staff member who recorded it, if any."""

    order_id: uuid.UUID
    paid_at: datetime
    amount: int
    method: PaymentMethod
    by: str = ""


class OrderInvoiced(Message):
    """An invoice was issued for the order."""

    order_id: uuid.UUID
    number: str
    total: int
    issued_on: date
    due_on: date


class OrderCredited(Message):
    """A credit note was issued: amounts are negative cents. `left` is what the order comes to now; `refund` is what
    is being returned."""

    order_id: uuid.UUID
    amendment_id: uuid.UUID
    number: str
    subtotal: int
    tps: int
    tvq: int
    total: int
    left: int
    refund: int
    reason: str
    by: str = ""


class OrderRefunded(Message):
    """Money went back (or could not: `succeeded` is False and staff must look)."""

    order_id: uuid.UUID
    refund_id: uuid.UUID
    amount: int
    method: RefundMethod
    succeeded: bool
    reason: str
