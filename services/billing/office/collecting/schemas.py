"""A company's account and what staff write down of it: as JSON (integer cents), as forms (text, as it was typed)."""

import uuid
from datetime import date

from pydantic import BaseModel, Field

from billing.collecting.rules import Cheque, Collected
from billing.office.view import amount_of
from billing.payments.rules import reference_of
from kit.contracts import Bilingual, Cents, Day, PaidBack, texts
from kit.errors import InvalidInput

REFERENCE = Field(
    default="", max_length=80, description="Number of the cheque or of the transfer.", examples=["000123"]
)


class CollectPayment(BaseModel):
    """Money that a company sent."""

    method: Collected = Field(description="How it came.")
    amount: Cents = Field(description="How much, in cents.", examples=[150000])
    received_on: Day = Field(description="Day it was received.", examples=["2027-04-02"])
    reference: str = REFERENCE
    invoices: list[uuid.UUID] | None = Field(
        default=None,
        description="Ids of the invoices it pays, the oldest first; null: all that are open; none: it is kept.",
    )
    kept: Cents | None = Field(
        default=None, description="How much must be left over, in cents; null: whatever is.", examples=[0]
    )
    again: bool = Field(
        default=False, description="The same was entered before, and this is another.", examples=[False]
    )


class CorrectPayment(BaseModel):
    """The payment as it should have been entered."""

    method: Collected = Field(description="How it came.")
    amount: Cents = Field(description="How much, in cents.", examples=[89681])
    received_on: Day = Field(description="Day it was received.", examples=["2027-04-02"])
    reference: str = REFERENCE


class ReversePayment(BaseModel):
    """A cheque bounced."""

    reversed_on: Day = Field(description="Day on which its bank returned it.", examples=["2027-04-09"])
    fee: Cents = Field(
        default=0, ge=0, description="Fee to invoice for it, before taxes, in cents; 0: none.", examples=[4500]
    )


class UseCredit(BaseModel):
    """A part of the company's credit pays one of its invoices."""

    invoice_id: uuid.UUID = Field(description="Id of the invoice.")
    amount: Cents = Field(description="How much of it, in cents.", examples=[5000])


class ReturnCredit(BaseModel):
    """A part of the company's credit goes back to it, by hand."""

    amount: Cents = Field(description="How much of it, in cents.", examples=[5000])


class CreditReturned(BaseModel):
    """How a credit was returned."""

    how: PaidBack = Field(description="How it went back.")
    reference: str = REFERENCE


class OpenInvoiceView(BaseModel):
    """An invoice of which something is owed."""

    id: uuid.UUID = Field(description="Id of the invoice.")
    number: str = Field(description="Number of the invoice.", examples=["F-2027-00012"])
    issued_on: Day = Field(description="Day of issue.")
    due_on: Day = Field(description="Day until which it is payable.")
    total: Cents = Field(description="Total with taxes, in cents.", examples=[89681])
    owed: Cents = Field(description="What is still to be paid, in cents.", examples=[89681])
    activities: list[Bilingual] = Field(description="What it is for.")


class AccountPaymentView(BaseModel):
    """A payment of the company."""

    id: uuid.UUID = Field(description="Id of the payment.")
    method: str = Field(description="How it came.", examples=["cheque"])
    amount: Cents = Field(description="How much, in cents.", examples=[150000])
    unallocated: Cents = Field(description="What of it pays nothing yet, in cents.", examples=[0])
    received_on: Day = Field(description="Day it was received.")
    reference: str = Field(description="Number of the cheque or of the transfer.", examples=["000123"])
    by: str = Field(description="Who wrote it down, by name.", examples=["Élise Côté"])
    state: str = Field(description="`settled` or `reversed`.", examples=["settled"])
    reversed_on: Day | None = Field(description="Day on which it came to nothing; null: it did not.")
    reason: str = Field(description="`bounced` or `mistyped`; empty: it stands.", examples=[""])
    replaces_id: uuid.UUID | None = Field(description="Id of the one that it was entered anew for; null: of none.")


class CreditReturnView(BaseModel):
    """A credit that waits to be returned by hand."""

    id: uuid.UUID = Field(description="Id of it.")
    payment_id: uuid.UUID = Field(description="Id of the payment that left it.")
    amount: Cents = Field(description="What goes back, in cents.", examples=[5000])


class AccountView(BaseModel):
    """What a company owes, what is kept for it, and what it sent lately."""

    name: str = Field(description="The company, or the person without one.", examples=["Fonderie Noël"])
    company_key: str = Field(description="Key of the company; empty: a person has no credit.", examples=["c15"])
    owed: Cents = Field(description="What its open invoices come to, in cents.", examples=[174763])
    credit: Cents = Field(description="What is kept for it, in cents.", examples=[0])
    invoices: list[OpenInvoiceView] = Field(description="Its open invoices, the oldest first.")
    payments: list[AccountPaymentView] = Field(description="Its last payments, the newest first.")
    to_return: list[CreditReturnView] = Field(description="Credits that wait to be returned by hand.")


class ChequeForm(BaseModel):
    """Money as it was typed. `key` was minted with the form: sending it twice does it once."""

    key: uuid.UUID
    method: Collected
    amount: str = ""
    received_on: str = ""
    reference: str = ""

    def cheque(self, by: str) -> Cheque:
        """Raises InvalidInput, with each field that is wrong."""
        amount, problems = 0, dict[str, str]()
        try:
            amount = amount_of(self.amount)
        except InvalidInput as refused:
            problems |= refused.problems
        day = texts.day(self.received_on)
        if day is None:
            problems |= {"received_on": "desk.not_a_day"}
        if problems or day is None:
            raise InvalidInput(problems)
        return Cheque(self.method, amount, day, reference_of(self.reference), by)


class CollectForm(ChequeForm):
    """Form of a payment. `invoices` are those that were ticked. Not `confirmed`, it is told what it would do: `kept` is
    then how much is left over, and `again` that the one before is another."""

    order: uuid.UUID
    invoices: list[uuid.UUID] = []
    kept: int | None = None
    again: bool = False
    confirmed: bool = False


class ReversalForm(BaseModel):
    """Form of a cheque that bounced."""

    key: uuid.UUID
    reversed_on: str = ""
    fee: str = ""

    def charged(self) -> int:
        """The fee in cents; nothing when none is asked. Raises InvalidInput."""
        fee = amount_of(self.fee, "fee") if self.fee.strip() else 0
        if fee < 0:
            raise InvalidInput({"fee": "payment.bad_amount"})
        return fee

    def day(self) -> date:
        """Raises InvalidInput."""
        day = texts.day(self.reversed_on)
        if day is None:
            raise InvalidInput({"reversed_on": "desk.not_a_day"})
        return day


class CreditUseForm(BaseModel):
    """Form of a credit that pays an invoice."""

    key: uuid.UUID
    order: uuid.UUID
    invoice: uuid.UUID
    use_amount: str = ""


class CreditReturnForm(BaseModel):
    """Form of a credit that is to go back."""

    key: uuid.UUID
    order: uuid.UUID
    return_amount: str = ""


class CreditReturnedForm(BaseModel):
    """Form of a credit that went back."""

    key: uuid.UUID
    how: PaidBack
    return_reference: str = ""
