"""Between registration and billing: what is ordered, what became of it."""

import uuid
from typing import ClassVar, Literal

from pydantic import Field

from kit.contracts.base import Bilingual, Cents, Contract, Count, Day, Instant, Message
from kit.contracts.papers import PaperQuestion
from kit.contracts.paying import OrderMethod, PaymentMethod, RefundMethod
from kit.money import RATES, TaxClass

# How many orders may go on one invoice.
GROUP = 100


class OrderLine(Contract):
    """One line: `unit_amount` in cents before tax; `components` says what a unit is made of (golf, meals), in cents."""

    key: str = Field(description="Key of the line: product and price.", examples=["car:member"])
    label: Bilingual = Field(description="What it is called on the invoice.")
    quantity: Count = Field(ge=1, description="Units.", examples=[1])
    unit_amount: Cents = Field(description="One unit before tax, in cents; negative for a rebate.", examples=[6500])
    tax_class: TaxClass = Field(description="How it is taxed.")
    gl_account: str = Field(description="Account of the general ledger.", examples=["4010"])
    components: dict[str, Cents] = Field(
        default={}, description="What a unit is made of (golf, meals), in cents.", examples=[{"meals": 6500}]
    )


class Buyer(Contract):
    """Who owes: name and address on the order. `company` is empty for a person buying for themselves."""

    company: str = Field(
        default="", description="Company; empty for a person buying for themselves.", examples=["Fonderie Noël"]
    )
    company_key: str = Field(default="", description="Key of the member company, if it is one.", examples=["c04"])
    name: str = Field(description="Name of the person.", examples=["Chloé Roy"])
    email: str = Field(description="E-mail address that documents go to.", examples=["chloe@example.org"])
    address: str = Field(default="", description="Street and number.", examples=["12, rue Racine Est"])
    city: str = Field(default="", description="City.", examples=["Chicoutimi"])
    province: str = Field(default="QC", description="Province: two letters.", examples=["QC"])
    postal_code: str = Field(default="", description="Postal code.", examples=["G7H 1P8"])
    po_number: str = Field(default="", description="The buyer's purchase order number.", examples=["PO-1044"])


class ReceivedPayment(Contract):
    """The whole of an order that staff had in hand when they placed it, by a way that needs no rounding."""

    method: Literal[PaymentMethod.CHEQUE, PaymentMethod.TRANSFER, PaymentMethod.READER] = Field(
        description="How it came."
    )
    reference: str = Field(
        default="", max_length=80, description="Number of the cheque or of the slip; empty: none.", examples=["1044"]
    )


class PlaceOrder(Message):
    """Body of `PUT /orders/{id}` for a card, and the message that follows a free or invoiced registration.

    `ordered_on` is the local day that taxes are computed for; `expected_total` is what the person was shown.
    `hold_until`: when the places behind it are given back unless it is paid; none when they are not held.
    """

    senders: ClassVar[tuple[str, ...]] = ("registration",)

    order_id: uuid.UUID = Field(description="Id of the order: the registration's own.")
    code: str = Field(description="Code of the registration, as people read it.", examples=["CAR-7F3K"])
    activity_key: str = Field(description="Key of the activity.", examples=["caricatures-2027"])
    activity_title: Bilingual = Field(description="Title of the activity.")
    timezone: str = Field(description="Time zone of the activity.", examples=["America/Toronto"])
    ordered_on: Day = Field(
        ge=RATES[0].since, description="Local day that taxes are computed for.", examples=["2027-03-10"]
    )
    method: OrderMethod = Field(description="How the buyer chose to pay.")
    lang: Literal["fr", "en"] = Field(description="Language the person reads: `fr` or `en`.", examples=["fr"])
    lines: tuple[OrderLine, ...] = Field(description="What is ordered.")
    buyer: Buyer = Field(description="Who owes.")
    expected_total: Cents = Field(description="What the person was shown, with taxes, in cents.", examples=[7473])
    return_url: str = Field(
        description="Where the browser goes after paying.", examples=["https://inscriptions.example.org/r/"]
    )
    online: bool = Field(default=False, description="Somebody waits on a page for the answer.", examples=[True])
    by: str = Field(default="", description="Who did it, by name; empty: by itself.", examples=["Élise Côté"])
    hold_until: Instant | None = Field(
        default=None, description="When the places behind it are given back unless it is paid (UTC); null: not held."
    )
    received: ReceivedPayment | None = Field(
        default=None, description="What staff had received, when `method` is `received`; null: nothing."
    )
    amends: uuid.UUID | None = Field(
        default=None, description="Id of the order that this one adds to; null: it stands by itself."
    )
    group: tuple[uuid.UUID, ...] = Field(
        default=(),
        max_length=GROUP,
        description="Ids of all the orders that go on one invoice, this one among them: each of them is placed with the"
        " same list and the same buyer. Empty: the order has an invoice of its own.",
    )
    on_notice: bool = Field(
        default=False,
        description="Nobody agreed to owe it yet: it has a notice, and an invoice once it is paid or accepted.",
        examples=[False],
    )


class BuyerCorrected(Message):
    """Staff put right whom an order is made out to. It counts from now on; the documents issued stay as they are."""

    senders: ClassVar[tuple[str, ...]] = ("registration",)

    order_id: uuid.UUID = Field(description="Id of the order.")
    name: str = Field(description="Name of the person.", examples=["Chloé Roy"])
    email: str = Field(description="E-mail address that documents go to.", examples=["chloe@example.org"])
    company: str | None = Field(
        default=None, description="Company; empty for a person; null: as it was.", examples=["Fonderie Noël"]
    )
    po_number: str | None = Field(
        default=None, description="The buyer's purchase order number; null: as it was.", examples=["PO-1044"]
    )


class OwnerChanged(Message):
    """Orders are another company's: the one that theirs was merged into. What was printed stays as it is."""

    senders: ClassVar[tuple[str, ...]] = ("registration",)

    orders: tuple[uuid.UUID, ...] = Field(description="Ids of the orders; one that is not known says nothing.")
    company_key: str = Field(description="Key of the member company that they are of.", examples=["c04"])


class PlacedAnswer(Contract):
    """What billing answers to `PUT /orders/{id}`. `pay_url` is where the browser goes to pay by card, if it can."""

    order_id: uuid.UUID = Field(description="Id of the order.")
    status: str = Field(description="`open`, `invoiced`, `paid` or `void`.", examples=["open"])
    total: Cents = Field(description="Total with taxes, in cents.", examples=[7473])
    pay_url: str = Field(
        default="",
        description="Where the browser pays by card; empty when it cannot.",
        examples=["https://billing.example.org/pay/"],
    )
    notice: str = Field(
        default="", description="Number of its notice; empty: it is on none.", examples=["AC-2027-00012"]
    )


class CloseAnswer(Contract):
    """What billing answers to `POST /orders/{id}/close`: `void` frees the places, `unknown` keeps them."""

    order_id: uuid.UUID = Field(description="Id of the order.")
    state: Literal["void", "paid", "unknown"] = Field(description="`void` frees the places, `unknown` keeps them.")


class CreditLine(Contract):
    """So many units of a line, taken back."""

    key: str = Field(description="Key of the line.", examples=["car:member"])
    quantity: Count = Field(ge=1, description="Units taken back.", examples=[1])


class CreditOrder(Message):
    """Credit lines of an order. `keep_percent` is what the cancellation rule keeps; what was paid above the new
    balance is refunded. `amendment_id` makes it happen once."""

    senders: ClassVar[tuple[str, ...]] = ("registration",)

    amendment_id: uuid.UUID = Field(description="Id of this change: it happens once.")
    order_id: uuid.UUID = Field(description="Id of the order.")
    lines: tuple[CreditLine, ...] = Field(description="What is taken back.")
    keep_percent: Count = Field(
        default=0, ge=0, le=100, description="Part that the cancellation rule keeps, in percent.", examples=[0]
    )
    reason: str = Field(description="Why.", examples=["cancelled"])
    by: str = Field(default="", description="Who did it, by name; empty: by itself.", examples=["Élise Côté"])


class RefundOrder(Message):
    """Take back everything: the payment came and there was no room any more."""

    senders: ClassVar[tuple[str, ...]] = ("registration",)

    amendment_id: uuid.UUID = Field(description="Id of this change: it happens once.")
    order_id: uuid.UUID = Field(description="Id of the order.")
    reason: str = Field(description="Why.", examples=["no room"])
    by: str = Field(default="", description="Who did it, by name; empty: by itself.", examples=["Élise Côté"])


class OrderSums(Contract):
    """What an order comes to after a change. Each sum is the whole of it, so that hearing it twice changes nothing;
    `revision` grows with each change, so that what was said before counts no more, whenever it is heard."""

    revision: Count = Field(description="Number of the change; the highest counts.", ge=1, examples=[2])
    credited: Cents = Field(description="What credit notes took off, in cents.", examples=[0])
    received: Cents = Field(description="What was received, in cents.", examples=[7473])
    refunded: Cents = Field(description="What went back, in cents.", examples=[0])
    balance: Cents = Field(description="What the buyer is asked to pay now, in cents.", examples=[0])


PAPERS = Field(default=(), description="Its documents, which go with the letter that tells of it.")
SUMS = Field(default=None, description="What the order comes to since; null: said by a release before.")


class OrderPaid(Message):
    """The order is paid in full. `method` is how; `by` is the staff member who recorded it, if any."""

    senders: ClassVar[tuple[str, ...]] = ("billing",)

    order_id: uuid.UUID = Field(description="Id of the order.")
    paid_at: Instant = Field(description="When it was paid in full (UTC).")
    amount: Cents = Field(description="What was received, in cents.", examples=[7473])
    method: PaymentMethod = Field(description="How it was paid.")
    by: str = Field(default="", description="Who did it, by name; empty: by itself.", examples=["Élise Côté"])
    sums: OrderSums | None = SUMS
    papers: tuple[PaperQuestion, ...] = PAPERS


class OrderPartlyPaid(Message):
    """A part of an invoice was paid: something is still owed."""

    senders: ClassVar[tuple[str, ...]] = ("billing",)

    order_id: uuid.UUID = Field(description="Id of the order.")
    amount: Cents = Field(description="What was received, in cents.", examples=[5000])
    method: PaymentMethod = Field(description="How it was paid.")
    by: str = Field(default="", description="Who did it, by name; empty: by itself.", examples=["Élise Côté"])
    sums: OrderSums = Field(description="What the order comes to since.")


class OrderInvoiced(Message):
    """An invoice was issued for the order, or for several at once: then each of them is told of."""

    senders: ClassVar[tuple[str, ...]] = ("billing",)

    order_id: uuid.UUID = Field(description="Id of the order.")
    number: str = Field(description="Number of the invoice.", examples=["F-2027-00012"])
    total: Cents = Field(description="Total of the invoice with taxes, in cents.", examples=[7473])
    issued_on: Day = Field(description="Day of issue.")
    due_on: Day = Field(description="Day until which it is payable.")
    covers: tuple[uuid.UUID, ...] = Field(default=(), description="Ids of all orders it covers; empty: this one alone.")
    papers: tuple[PaperQuestion, ...] = PAPERS


class OrderCredited(Message):
    """A credit note was issued: amounts are negative cents. `left` is what the order comes to now; `refund` is what
    is being returned."""

    senders: ClassVar[tuple[str, ...]] = ("billing",)

    order_id: uuid.UUID = Field(description="Id of the order.")
    amendment_id: uuid.UUID = Field(description="Id of the change that caused it.")
    number: str = Field(description="Number of the credit note.", examples=["NC-2027-00003"])
    subtotal: Cents = Field(description="Sum of the lines before tax, in cents.", examples=[6500])
    tps: Cents = Field(description="GST (TPS), in cents.", examples=[325])
    tvq: Cents = Field(description="QST (TVQ), in cents.", examples=[648])
    total: Cents = Field(description="Total with taxes, in cents.", examples=[7473])
    left: Cents = Field(description="What the order comes to now, in cents.", examples=[0])
    refund: Cents = Field(description="What is being returned, in cents.", examples=[7473])
    reason: str = Field(description="Why.", examples=["cancelled"])
    by: str = Field(default="", description="Who did it, by name; empty: by itself.", examples=["Élise Côté"])
    sums: OrderSums | None = SUMS
    papers: tuple[PaperQuestion, ...] = PAPERS


class OrderRefunded(Message):
    """Money went back (or could not: `succeeded` is False and staff must look)."""

    senders: ClassVar[tuple[str, ...]] = ("billing",)

    order_id: uuid.UUID = Field(description="Id of the order.")
    refund_id: uuid.UUID = Field(description="Id of the refund.")
    amount: Cents = Field(description="What went back, in cents.", examples=[7473])
    method: RefundMethod = Field(description="By card, or by hand.")
    succeeded: bool = Field(description="False: it could not be done, and staff must look.", examples=[True])
    reason: str = Field(description="Why.", examples=["cancelled"])
    sums: OrderSums | None = SUMS


class CreditQuestion(Contract):
    """What `CreditOrder` would do to an order now, asked before it is done."""

    lines: tuple[CreditLine, ...] = Field(description="What would be taken back.")
    keep_percent: Count = Field(
        default=0, ge=0, le=100, description="Part that the cancellation rule keeps, in percent.", examples=[0]
    )


class CreditQuote(Contract):
    """What a credit would come to: the credit note, what goes back of it, and what is left to pay. Positive cents."""

    total: Cents = Field(description="The credit note with taxes, in cents.", examples=[7473])
    refund: Cents = Field(description="What goes back to the buyer, in cents.", examples=[7473])
    by_card: Cents = Field(description="The part of it that goes back to a card, in cents.", examples=[7473])
    balance: Cents = Field(description="What is still to pay then, in cents.", examples=[0])

    @property
    def by_hand(self) -> int:
        """The part of the refund that staff make by hand."""
        return self.refund - self.by_card
