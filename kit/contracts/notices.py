"""Between registration and billing: notices of what nobody agreed to owe yet, such as the fee of a membership."""

import uuid
from typing import ClassVar

from pydantic import Field

from kit.contracts.base import Contract, Message


class NoticeAccepted(Message):
    """Its buyer agrees to owe what a notice asks for: it is invoiced. One that was paid or accepted already stays."""

    senders: ClassVar[tuple[str, ...]] = ("registration",)

    order_id: uuid.UUID = Field(description="Id of the order.")
    by: str = Field(default="", description="Who said so, by name; empty: the buyer.", examples=["Élise Côté"])


class NoticeSeen(Contract):
    """The notice of an order."""

    number: str = Field(description="Number of the notice.", examples=["AC-2027-00012"])


class OrderSeen(Contract):
    """What registration reads of an order on notice."""

    status: str = Field(description="`open`, `invoiced`, `paid` or `void`.", examples=["open"])
    pay_url: str = Field(
        description="Where a browser pays by card; empty when it cannot.", examples=["https://billing.example.org/pay/"]
    )
    notice: NoticeSeen | None = Field(description="Its notice; null when it is on none.")
