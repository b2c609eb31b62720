"""Letters about money: invoices, payments, and what goes back."""

from typing import Literal

from pydantic import Field, computed_field

from kit.contracts.base import Contract, Day
from kit.contracts.letters.base import ActivityLetter, Amount, Name, Positive, Prose, Said, Text, Url
from kit.contracts.paying import PaymentMethod, RefundMethod


class InvoicedActivity(Contract):
    """Another activity of an invoice that is for several."""

    title: Said = Field(description="Its title.", examples=["Cohorte de la relève"])
    when: Text = Field(description="When it is, in words.", examples=["15 septembre 2027"])
    place: Text = Field(description="Where it is, on one line.", examples=["Chicoutimi"])
    personal_url: Url = Field(description="Its page.", examples=["https://inscriptions.example.org/r/"])


class InvoiceIssued(ActivityLetter):
    """To the billing contact. How to pay comes from the association's profile."""

    kind: Literal["invoice_issued"] = "invoice_issued"
    number: Said = Field(description="Number of the invoice.", examples=["F-2027-00031"])
    total: Amount = Field(description="With taxes, in cents.", examples=[88531])
    due_on: Day = Field(description="Day it is due.", examples=["2027-03-19"])
    company: Name = Field(description="Company it is made out to.", examples=["Usinage Valbrume inc."])
    po_number: Name = Field(description="Its purchase order; empty: none.", examples=["BC-4410"])
    personal_url: Url = Field(description="The contact's page.", examples=["https://inscriptions.example.org/r/"])
    terms_fr: Prose = Field(
        description="The French terms, or their address, for who reads English (domain.md L1).", examples=[""]
    )
    others: tuple[InvoicedActivity, ...] = Field(
        default=(), description="The other activities that the invoice is for; empty: it is for this one alone."
    )

    @computed_field(description="Titles of all its activities.")  # type: ignore[prop-decorator]
    @property
    def activities(self) -> str:
        return ", ".join([self.activity_title, *(one.title for one in self.others)])


class PaymentReceived(ActivityLetter):
    """To the contact: an invoice was paid."""

    kind: Literal["payment_received"] = "payment_received"
    number: Text = Field(description="Number of the invoice.", examples=["F-2027-00031"])
    amount: Positive = Field(description="What was received, in cents.", examples=[88531])
    method: PaymentMethod = Field(description="How it was paid.")
    personal_url: Url = Field(description="The contact's page.", examples=["https://inscriptions.example.org/r/"])


class RefundMade(ActivityLetter):
    """To the contact: money went back."""

    kind: Literal["refund_made"] = "refund_made"
    code: Said = Field(description="Code of the registration.", examples=["GOLF7K3Q"])
    amount: Positive = Field(description="What goes back, in cents.", examples=[9773])
    how: RefundMethod = Field(description="To the card, or by hand.")
    personal_url: Url = Field(description="The contact's page.", examples=["https://inscriptions.example.org/r/"])


class CreditIssued(ActivityLetter):
    """To the contact: a credit note was issued."""

    kind: Literal["credit_issued"] = "credit_issued"
    number: Said = Field(description="Number of the credit note.", examples=["NC-2027-00003"])
    invoice_number: Text = Field(description="Number of the invoice it corrects.", examples=["F-2027-00031"])
    amount: Positive = Field(description="What it comes to with taxes, in cents.", examples=[9773])
    refund: Amount = Field(description="What will go back, in cents.", examples=[9773])
    balance: Amount = Field(description="What is still to pay, in cents.", examples=[0])
    by_card: bool = Field(description="It was paid by card: what goes back goes there.", examples=[True])
    personal_url: Url = Field(description="The contact's page.", examples=["https://inscriptions.example.org/r/"])


class NoRoomRefunded(ActivityLetter):
    """To the contact who paid after the hold had ended: there was no room left, or the activity (or the registration
    that it added to) was cancelled meanwhile. Everything goes back."""

    kind: Literal["no_room_refunded"] = "no_room_refunded"
    code: Said = Field(description="Code of the registration.", examples=["GOLF7K3Q"])
    amount: Positive = Field(description="What goes back, in cents.", examples=[88531])
    why: Literal["no_room", "activity_cancelled", "registration_cancelled"] = Field(
        default="no_room", description="Why nobody could be registered.", examples=["no_room"]
    )


PaymentLetter = InvoiceIssued | PaymentReceived | CreditIssued | RefundMade | NoRoomRefunded
