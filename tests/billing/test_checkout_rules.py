"""When a payment page opens, goes on or ends, which of Stripe’s readings are believed: to the second, to the cent."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from billing.checkout import rules
from billing.checkout.rules import CheckoutStatus
from billing.orders.rules import OrderClosed, OrderStatus
from billing.payments.rules import AlreadyPaid
from billing.port import BelowCardMinimum, CardNotOffered, PageStatus, Reading
from kit.errors import Refusal

NOW = datetime(2027, 2, 17, 15, 0, 0, 250_000, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ORDER = uuid.UUID("018f0000-0000-7000-8000-000000000001")
PAID = Reading("cs_1", PageStatus.COMPLETE, "https://stripe.test", str(ORDER), True, 9773, 9773, "cad", "pi_1")


@pytest.mark.parametrize(
    ("status", "closing", "by_card", "refusal"),
    [
        (OrderStatus.PAID, True, True, AlreadyPaid),
        (OrderStatus.VOID, False, True, OrderClosed),
        (OrderStatus.OPEN, True, True, OrderClosed),
        (OrderStatus.OPEN, False, False, CardNotOffered),
        (OrderStatus.VOID, True, False, OrderClosed),
    ],
)
def test_page_of_an_order_that_waits_for_no_card_is_refused(
    status: OrderStatus, closing: bool, by_card: bool, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        rules.may_pay(status, closing, by_card, 50)


def test_page_of_an_open_order_by_card_may_open() -> None:
    rules.may_pay(OrderStatus.OPEN, False, True, 50)


@pytest.mark.parametrize("by_card", [False, True])
def test_page_of_an_invoice_may_open_whatever_was_agreed_on(by_card: bool) -> None:
    rules.may_pay(OrderStatus.INVOICED, False, by_card, 50)
    with pytest.raises(BelowCardMinimum):
        rules.may_pay(OrderStatus.INVOICED, False, by_card, 49)


@pytest.mark.parametrize(
    ("hold", "page"),
    [(-5, 32), (30, 32), (31, 33), (24 * 60 - 4, 24 * 60 - 2), (48 * 60, 24 * 60 - 2)],
)
def test_page_ends_after_the_hold_within_what_stripe_accepts(hold: int, page: int) -> None:
    """In minutes from now; Stripe knows whole seconds."""
    assert rules.ends_at(NOW, NOW + hold * 60 * SECOND) == NOW.replace(microsecond=0) + page * 60 * SECOND


def test_page_without_a_hold_is_as_short_as_stripe_accepts() -> None:
    assert rules.ends_at(NOW, None) == NOW.replace(microsecond=0) + 32 * 60 * SECOND


@pytest.mark.parametrize(
    ("status", "age", "goes_on"),
    [
        (CheckoutStatus.OPENING, 59, True),
        (CheckoutStatus.OPENING, 60, False),
        (CheckoutStatus.OPEN, 1919, True),
        (CheckoutStatus.OPEN, 1920, False),
        (CheckoutStatus.COMPLETE, 1, False),
        (CheckoutStatus.EXPIRED, 1, False),
        (CheckoutStatus.ABANDONED, 1, False),
    ],
)
def test_visit_goes_on_until_its_last_second(status: CheckoutStatus, age: int, goes_on: bool) -> None:
    assert rules.reusable(status, NOW, NOW + 1920 * SECOND, NOW + age * SECOND) is goes_on


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({}, ""),
        ({"order_id": str(uuid.UUID(int=0)), "currency": "usd"}, "order"),
        ({"currency": "usd", "amount": 1}, "currency"),
        ({"amount": 9772}, "amount"),
        ({"received": 9774}, "amount"),
    ],
)
def test_reading_that_differs_from_the_order_is_not_believed(changed: dict[str, Any], problem: str) -> None:
    assert rules.problem(replace(PAID, **changed), ORDER, 9773) == problem


@pytest.mark.parametrize(
    ("status", "paid", "final"),
    [
        (PageStatus.EXPIRED, False, CheckoutStatus.EXPIRED),
        (PageStatus.COMPLETE, True, CheckoutStatus.COMPLETE),
        (PageStatus.COMPLETE, False, None),
        (PageStatus.OPEN, False, None),
    ],
)
def test_visit_is_finished_once_its_page_expired_or_was_paid(
    status: PageStatus, paid: bool, final: CheckoutStatus | None
) -> None:
    assert rules.finished(replace(PAID, status=status, paid=paid)) is final
