"""Between registration and billing: notices of what nobody agreed to owe yet, such as the fee of a membership."""

import uuid
from typing import ClassVar

from pydantic import Field

from kit.contracts.base import Cents, Contract, Day, Message
from kit.contracts.papers import Kind


class NoticeAccepted(Message):
    """Its buyer agrees to owe what a notice asks for: it is invoiced. One that was paid or accepted already stays."""

    senders: ClassVar[tuple[str, ...]] = ("registration",)

    order_id: uuid.UUID = Field(description="Id of the order.")
    by: str = Field(default="", description="Who said so, by name; empty: the buyer.", examples=["Élise Côté"])


class NoticeSeen(Contract):
    """The notice of an order."""

    number: str = Field(description="Number of the notice.", examples=["AC-2027-00012"])


class PaperSeen(Contract):
    """A document of an order, as its buyer may open it."""

    kind: Kind = Field(description="What it is.", examples=["invoice"])
    number: str = Field(description="Its number; empty for a receipt.", examples=["F-2027-00012"])
    on: Day = Field(description="Day of issue, or of payment.")
    total: Cents = Field(description="What it comes to, in cents; negative for a credit note.", examples=[7473])
    url: str = Field(description="Its page, whose address is secret.", examples=["https://billing.example.org/papers/"])


class OrderSeen(Contract):
    """What registration reads of an order."""

    status: str = Field(description="`open`, `invoiced`, `paid` or `void`.", examples=["open"])
    pay_url: str = Field(
        description="Where a browser pays by card; empty when it cannot.", examples=["https://billing.example.org/pay/"]
    )
    notice: NoticeSeen | None = Field(description="Its notice; null when it is on none.")
    papers: tuple[PaperSeen, ...] = Field(default=(), description="Its documents, the oldest first.")
