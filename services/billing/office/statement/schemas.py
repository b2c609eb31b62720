"""An order and all that happened to it, as the JSON API shows it. Amounts are integer cents."""

import uuid
from typing import Literal

from pydantic import BaseModel, Field

from billing.documents.rules import PaperKind
from kit.contracts import Bilingual, Cents, Count, Day, Instant


class LineView(BaseModel):
    """One line of an order, and what was taken back of it."""

    key: str = Field(description="Key of the line: product and price.", examples=["car:member"])
    label_fr: str = Field(description="What it is called, in French.", examples=["Place, cocktail"])
    label_en: str = Field(description="What it is called, in English.", examples=["Cocktail, one place"])
    quantity: Count = Field(description="Units ordered.", examples=[1])
    unit_amount: Cents = Field(description="One unit before tax, in cents.", examples=[6500])
    amount: Cents = Field(description="All units before tax, in cents.", examples=[6500])
    tax_class: str = Field(description="How it is taxed: `taxable`, `exempt`, `zero_rated`…", examples=["taxable"])
    tps: Cents = Field(description="GST (TPS), in cents.", examples=[325])
    tvq: Cents = Field(description="QST (TVQ), in cents.", examples=[648])
    components: dict[str, Cents] = Field(
        description="What a unit is made of (golf, meals), in cents.", examples=[{"meals": 6500}]
    )
    credited_quantity: Count = Field(description="Units taken back since.", examples=[0])
    credited_amount: Cents = Field(description="What was taken back before tax, in cents.", examples=[0])
    credited_tps: Cents = Field(description="GST (TPS) taken back, in cents.", examples=[0])
    credited_tvq: Cents = Field(description="QST (TVQ) taken back, in cents.", examples=[0])


class DocumentView(BaseModel):
    """An invoice or, with negative amounts, a credit note."""

    kind: Literal["invoice", "credit_note"] = Field(description="An invoice, or a credit note with negative amounts.")
    number: str = Field(description="Number of the document.", examples=["F-2027-00012"])
    issued_on: Day = Field(description="Day of issue, where the activity is.")
    due_on: Day | None = Field(
        default=None, description="Day until which it is payable; null for a credit note.", examples=["2027-07-10"]
    )
    subtotal: Cents = Field(description="Sum of the lines before tax, in cents.", examples=[6500])
    tps: Cents = Field(description="GST (TPS), in cents.", examples=[325])
    tvq: Cents = Field(description="QST (TVQ), in cents.", examples=[648])
    total: Cents = Field(description="Total with taxes, in cents.", examples=[7473])
    reason: str = Field(default="", description="Why a credit note was issued; empty for an invoice.", examples=[""])


class PaperView(BaseModel):
    """A document as a page and a file."""

    kind: PaperKind = Field(description="What it is.", examples=["invoice"])
    id: uuid.UUID = Field(description="Its id.")
    number: str = Field(description="Its number; empty for a receipt.", examples=["F-2027-00012"])
    on: Day = Field(description="Day of issue, or of payment.")
    total: Cents = Field(description="What it comes to, in cents; negative for a credit note.", examples=[7473])
    url: str = Field(description="Its page, whose address is secret.", examples=["https://example.org/billing/papers/"])


class PaymentView(BaseModel):
    """Money received."""

    id: uuid.UUID = Field(description="Id of the payment.")
    method: str = Field(description="How it was paid: card, cheque, transfer or cash.", examples=["cheque"])
    amount: Cents = Field(description="What was received, in cents.", examples=[7473])
    allocated: Cents = Field(
        description="How much of it pays this order, in cents: the others of its invoice get the rest.", examples=[7473]
    )
    rounding: Cents = Field(description="What rounding to five cents added or took, for cash, in cents.", examples=[0])
    refunded: Cents = Field(description="How much of it went back, in cents.", examples=[0])
    received_on: Day = Field(description="Day it was received.")
    reference: str = Field(description="Number of the cheque or of the transfer.", examples=["004127"])
    by: str = Field(description="Who did it, by name; empty: by itself.", examples=["Élise Côté"])


class RefundView(BaseModel):
    """Money that goes back."""

    id: uuid.UUID = Field(description="Id of the refund.")
    amount: Cents = Field(description="What goes back, in cents.", examples=[7473])
    rounding: Cents = Field(description="What rounding to five cents added or took, for cash, in cents.", examples=[0])
    method: str = Field(description="`card` goes back by Stripe, `manual` is paid by hand.", examples=["manual"])
    status: str = Field(description="Where the refund stands.", examples=["succeeded"])
    reason: str = Field(description="Why money goes back.", examples=["cancelled"])
    requested_at: Instant = Field(description="When it was asked for (UTC).")
    finished_at: Instant | None = Field(description="When it was done (UTC); null until then.")
    how: str | None = Field(description="How it was paid by hand; null for a card.", examples=["cheque"])
    reference: str = Field(description="Number of the cheque or of the transfer.", examples=["004130"])
    by: str = Field(description="Who did it, by name; empty: by itself.", examples=["Élise Côté"])


class DisputeView(BaseModel):
    """A payment that its card holder contests at the bank."""

    id: uuid.UUID = Field(description="Id of the dispute.")
    stripe_dispute: str = Field(description="Stripe's id of the dispute.", examples=["du_1PqR"])
    status: str = Field(description="`needs_response`, `under_review`, `won` or `lost`.", examples=["needs_response"])
    amount: Cents = Field(description="What is contested, in cents.", examples=[7473])
    withdrawn: Cents = Field(description="What the bank took and has not given back, in cents.", examples=[7473])
    fees: Cents = Field(description="What Stripe charged for it, in cents.", examples=[1500])
    opened_at: Instant = Field(description="When we learned of it (UTC).")
    evidence_due_at: Instant | None = Field(description="Until when an answer is taken (UTC); null: none is.")
    closed_at: Instant | None = Field(description="When the bank decided (UTC); null until then.")


class TogetherView(BaseModel):
    """An order of an invoice that covers several. A payment of the invoice settles them in this order."""

    id: uuid.UUID = Field(description="Id of the order: the registration's own.")
    code: str = Field(description="Code of the registration, as people read it.", examples=["CAR-7F3K"])
    activity_title: Bilingual = Field(description="Title of the activity.")
    status: str = Field(description="`invoiced`, `paid` or `void`.", examples=["invoiced"])
    total: Cents = Field(description="Total with taxes, in cents.", examples=[7473])
    owed: Cents = Field(description="What is still to be paid of it, in cents.", examples=[7473])


class NoticeView(BaseModel):
    """What an order would come to, told before anybody agreed to owe it. It is no invoice."""

    number: str = Field(description="Number of the notice.", examples=["AC-2027-00012"])
    state: str = Field(description="`sent`, `accepted`, `paid` or `discarded`.", examples=["sent"])
    issued_on: Day = Field(description="Day of issue.")
    due_on: Day = Field(description="Day until which it is payable.")
    total: Cents = Field(description="Total with taxes, in cents.", examples=[37500])
    accepted_at: Instant | None = Field(description="When staff wrote down that it was accepted (UTC); null: not so.")
    accepted_by: str = Field(description="Who wrote it down, by name.", examples=["Élise Côté"])
    discarded_at: Instant | None = Field(description="When it came to nothing (UTC); null: it did not.")


class OrderView(BaseModel):
    """What is owed and paid. `owed` is negative when too much is held; `taxable` is what the taxes are computed on."""

    id: uuid.UUID = Field(description="Id of the order: the registration's own.")
    status: str = Field(description="`open`, `invoiced`, `paid` or `void`.", examples=["invoiced"])
    closing: bool = Field(description="Its hold ended: no payment page opens any more.", examples=[False])
    method: str = Field(description="How the buyer chose to pay: card, invoice, cash or free.", examples=["invoice"])
    code: str = Field(description="Code of the registration, as people read it.", examples=["CAR-7F3K"])
    activity_key: str = Field(description="Key of the activity.", examples=["caricatures-2027"])
    ordered_on: Day = Field(
        description="Day the taxes are computed for, where the activity is.", examples=["2027-03-10"]
    )
    due_on: Day | None = Field(description="Day until which the invoice is payable.", examples=["2027-04-09"])
    tax_review: bool = Field(
        description="The taxes need a person's eye: the buyer is elsewhere or the rate changed.", examples=[False]
    )
    subtotal: Cents = Field(description="Sum of the lines before tax, in cents.", examples=[6500])
    taxable: Cents = Field(description="What the taxes are computed on, in cents.", examples=[6500])
    tps: Cents = Field(description="GST (TPS), in cents.", examples=[325])
    tvq: Cents = Field(description="QST (TVQ), in cents.", examples=[648])
    total: Cents = Field(description="Total with taxes, in cents.", examples=[7473])
    credited: Cents = Field(description="What was credited since, with taxes, in cents.", examples=[0])
    left: Cents = Field(description="What the order comes to after credits, in cents.", examples=[7473])
    paid: Cents = Field(description="What was received, in cents.", examples=[0])
    refunding: Cents = Field(description="What is on its way back, in cents.", examples=[0])
    refunded: Cents = Field(description="What went back, in cents.", examples=[0])
    disputed: Cents = Field(description="What banks of card holders took of it, in cents.", examples=[0])
    owed: Cents = Field(
        description="What is still to be paid, in cents; negative when too much is held.", examples=[7473]
    )
    balance: Cents = Field(
        description="What the buyer is asked to pay now, in cents: nothing once it was paid, whatever went back since.",
        examples=[7473],
    )
    pay_url: str = Field(description="Where a browser pays by card; empty when it cannot.", examples=[""])
    lines: list[LineView] = Field(description="What was ordered.")
    documents: list[DocumentView] = Field(description="The invoice and its credit notes.")
    papers: list[PaperView] = Field(description="Every document of it as a page and a file, the oldest first.")
    payments: list[PaymentView] = Field(description="What was received.")
    refunds: list[RefundView] = Field(description="What went back, or is on its way.")
    disputes: list[DisputeView] = Field(description="Payments that card holders contest at their banks.")
    together: list[TogetherView] = Field(
        description="All orders of its invoice, itself among them, the oldest first; empty when it is the only one."
    )
    notice: NoticeView | None = Field(description="Its notice; null when it is on none.")
