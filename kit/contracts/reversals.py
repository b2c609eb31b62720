"""What billing says of a payment that came to nothing."""

import uuid
from typing import ClassVar

from pydantic import Field

from kit.contracts.base import Cents, Day, Message
from kit.contracts.orders import OrderSums
from kit.contracts.paying import PaymentMethod


class PaymentReversed(Message):
    """A payment came to nothing, so that what it paid of the order is owed again: its cheque bounced, or it was typed
    wrong and comes again. Places are kept."""

    senders: ClassVar[tuple[str, ...]] = ("billing",)

    order_id: uuid.UUID = Field(description="Id of the order.")
    amount: Cents = Field(description="What it had paid of the order, in cents.", examples=[89681])
    method: PaymentMethod = Field(description="How it had come.")
    reason: str = Field(description="`bounced` or `mistyped`.", examples=["bounced"])
    reversed_on: Day = Field(description="Day on which it came to nothing.")
    by: str = Field(default="", description="Who wrote it down, by name.", examples=["Élise Côté"])
    sums: OrderSums = Field(description="What the order comes to since.")
