"""Notices of what somebody may owe: a membership's fee is asked for before anybody agreed to owe it."""

from enum import StrEnum

from billing.orders.rules import OrderStatus
from kit.contracts import OrderMethod, PlaceOrder
from kit.errors import InvalidInput, Refusal


class NoticeState(StrEnum):
    """A notice is *sent*, then *accepted* (it is invoiced), *paid* or *discarded*."""

    SENT = "sent"
    ACCEPTED = "accepted"
    PAID = "paid"
    DISCARDED = "discarded"


class NoticeAnswered(Refusal):
    """The notice is accepted, paid or discarded already: nothing is left to accept."""


def asked_by(message: PlaceOrder) -> None:
    """Raises InvalidInput for an order on notice that is none: only what is payable by invoice, and by itself."""
    alone = not message.group and message.amends is None
    if message.on_notice and not (alone and message.method is OrderMethod.INVOICE):
        raise InvalidInput({"on_notice": "order.bad_notice"})


def state_of(status: OrderStatus, invoiced: bool) -> NoticeState:
    """Where the notice of an order stands: what becomes of the order says it."""
    if status is OrderStatus.OPEN:
        return NoticeState.SENT
    if status is OrderStatus.PAID:
        return NoticeState.PAID
    # An invoice that was taken back whole was accepted once.
    return NoticeState.ACCEPTED if invoiced else NoticeState.DISCARDED


def acceptable(status: OrderStatus, closing: bool) -> None:
    """Raises NoticeAnswered."""
    if status is not OrderStatus.OPEN or closing:
        raise NoticeAnswered()
