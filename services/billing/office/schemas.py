"""Shapes of the JSON API of orders (amounts are integer cents) and of staff's forms (text, as it was entered)."""

import uuid
from datetime import date

from pydantic import BaseModel, Field

from billing.payments.rules import ByHand
from kit.contracts import Bilingual, Cents, Day, Instant, PaidBack, texts
from kit.contracts.lists import ListPage
from kit.errors import InvalidInput


class CardOffered(BaseModel):
    """Whether a card can be taken at all."""

    offered: bool = Field(description="A card can be taken now.", examples=[True])


class RecordPayment(BaseModel):
    """A cheque or a transfer that was received."""

    method: ByHand = Field(description="How it was paid.")
    amount: Cents = Field(description="What was received, in cents.", examples=[7473])
    received_on: Day = Field(description="Day it was received.", examples=["2027-04-02"])
    reference: str = Field(
        default="", max_length=80, description="Number of the cheque or of the transfer.", examples=["004127"]
    )


class RefundPart(BaseModel):
    """Credit exactly `amount`, taxes included; what was paid above the new balance goes back."""

    amount: Cents = Field(description="What to credit, taxes included, in cents.", examples=[1000])
    reason: str = Field(
        min_length=1, max_length=300, description="Why, as the credit note says it.", examples=["One meal less"]
    )


class PaidByHand(BaseModel):
    """How a refund was paid by hand."""

    how: PaidBack = Field(description="How it was paid.")
    reference: str = Field(
        default="", max_length=80, description="Number of the cheque or of the transfer.", examples=["004130"]
    )


class OrderRow(BaseModel):
    """One order in a list."""

    id: uuid.UUID = Field(description="Id of the order: the registration's own.")
    code: str = Field(description="Code of the registration, as people read it.", examples=["CAR-7F3K"])
    activity_title: Bilingual = Field(description="Title of the activity.")
    status: str = Field(description="`open`, `invoiced`, `paid` or `void`.", examples=["invoiced"])
    method: str = Field(description="How the buyer chose to pay.", examples=["invoice"])
    placed_at: Instant = Field(description="When it was placed (UTC).", examples=["2027-03-10T15:00:00Z"])
    buyer: str = Field(description="Company, or person without one.", examples=["Fonderie Noël"])
    number: str = Field(description="Number of the invoice; empty before there is one.", examples=["F-2027-00012"])
    total: Cents = Field(description="Total with taxes, in cents.", examples=[7473])
    owed: Cents = Field(
        description="What is still to be paid, in cents; negative when too much is held.", examples=[7473]
    )
    credited: Cents = Field(description="What was credited since, with taxes, in cents.", examples=[0])
    refunded: Cents = Field(description="What went back, in cents.", examples=[0])
    due_on: Day | None = Field(description="Day until which the invoice is payable.", examples=["2027-04-09"])
    notice: str = Field(description="Number of its notice; empty: it is on none.", examples=[""])
    notice_state: str = Field(
        description="Where its notice stands: `sent`, `accepted`, `paid`, `discarded`; empty: there is none.",
        examples=[""],
    )


class OrderList(ListPage):
    """A page of orders, newest first."""

    orders: list[OrderRow] = Field(description="The orders of this page.")


class EventView(BaseModel):
    """An event of Stripe that no order explains: its type, and the id of what to look for on Stripe's dashboard."""

    id: uuid.UUID = Field(description="Id of the event here.")
    event_id: str = Field(description="Stripe's id of the event.", examples=["evt_1PqR"])
    type: str = Field(description="Stripe's type of the event.", examples=["charge.succeeded"])
    object_id: str = Field(description="Stripe's id of what it is about.", examples=["ch_3PqR"])
    created: Instant = Field(description="When it happened, says Stripe (UTC).")
    error: str = Field(description="Why it could not be worked.", examples=["NotOurs"])


class ReturnMade(BaseModel):
    """Money that went back by hand before anything here asked for it."""

    amount: Cents = Field(description="What went back, in cents.", examples=[2000])
    how: PaidBack = Field(description="How it went back.")
    reference: str = Field(
        default="", max_length=80, description="Number of the cheque or of the transfer.", examples=["004130"]
    )


class PaymentForm(BaseModel):
    """Form of a cheque or a transfer. `key` was minted with the form: sending it twice records once. Here and below:
    not `confirmed`, it is told what it would do."""

    key: uuid.UUID
    method: ByHand
    amount: str = ""
    received_on: str = ""
    reference: str = ""
    confirmed: bool = False

    def day(self) -> date:
        """Raises InvalidInput."""
        received_on = texts.day(self.received_on)
        if received_on is None:
            raise InvalidInput({"received_on": "desk.not_a_day"})
        return received_on


class CreditForm(BaseModel):
    """Form of a partial refund, named apart from the page's others. Not `confirmed`, it is told what it would do."""

    key: uuid.UUID
    credit_amount: str = ""
    credit_reason: str = ""
    confirmed: bool = False


class AcceptanceForm(BaseModel):
    """Form of a notice that was accepted."""

    key: uuid.UUID


class PaidByHandForm(BaseModel):
    """Form of a refund that was paid by hand."""

    key: uuid.UUID
    how: PaidBack
    refund_reference: str = ""
    confirmed: bool = False


class ReturnForm(BaseModel):
    """Form of money that went back by hand before anything here asked for it."""

    key: uuid.UUID
    return_how: PaidBack
    return_amount: str = ""
    return_reference: str = ""
    confirmed: bool = False
