"""What billing tells of one order to whoever shows it: its documents, payments and refunds. Amounts are cents."""

from datetime import date, datetime

from pydantic import Field

from kit.contracts.base import Contract, Count


class StatedDocument(Contract):
    """An invoice or a credit note (its total is negative)."""

    kind: str
    number: str
    issued_on: date
    total: int


class StatedPayment(Contract):
    """Money received; `by` is who recorded it, empty for a card."""

    method: str
    received_on: date
    by: str
    amount: int


class StatedRefund(Contract):
    """Money that goes, or went, back."""

    status: str
    requested_at: datetime
    by: str
    amount: int


class StatedDispute(Contract):
    """A payment that its card holder contests; `withdrawn` is what the bank took for it and has not given back."""

    status: str
    opened_at: datetime
    withdrawn: int


class OrderStatement(Contract):
    """The part of `GET /orders/{id}` that registration shows. `owed` is negative when too much is held.

    `balance` is what the buyer is asked to pay now: nothing once the order was paid, whatever went back since.
    `credited` is what credit notes took off, `refunded` what went back and is not on its way any more.
    """

    owed: int
    balance: int
    credited: int
    refunded: int
    documents: tuple[StatedDocument, ...]
    payments: tuple[StatedPayment, ...]
    refunds: tuple[StatedRefund, ...]
    disputes: tuple[StatedDispute, ...] = ()


class Unsettled(Contract):
    """What is still open about the orders of one activity."""

    refunds: Count = Field(description="Refunds under way, or that wait for somebody.", examples=[0])
    disputes: Count = Field(description="Disputes that are not closed.", examples=[0])
