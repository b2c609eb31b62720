"""What waits for a person at a sibling: registration shows it to staff on the page they start from."""

from pydantic import Field

from kit.contracts.base import Cents, Contract, Count


class MoneyTasks(Contract):
    """What waits for the accountant."""

    overdue: Count = Field(description="Invoices whose day is past and that are not paid.", examples=[5])
    overdue_amount: Cents = Field(description="What they come to, in cents.", examples=[149468])
    refunds: Count = Field(description="Refunds that are to be made by hand.", examples=[1])
    refunds_amount: Cents = Field(description="What they come to, in cents.", examples=[7473])
    uncredited: Count = Field(
        default=0, description="Paid orders whose money went back without a credit note.", examples=[1]
    )
    uncredited_amount: Cents = Field(default=0, description="What they come to, in cents.", examples=[89681])


class MailTasks(Contract):
    """What waits for whoever writes to people."""

    failed: Count = Field(description="Messages that did not arrive.", examples=[2])
