"""Money that staff had in hand when they placed an order: booked with it, once, by the way it came."""

from typing import Any

import pytest

from kit.contracts.orders import ReceivedPayment
from tests.billing.conftest import Billing
from tests.billing.make import order


def received(way: str, **changes: Any) -> Any:
    had = ReceivedPayment.model_validate({"method": way, "reference": "1044"})
    return order(method="received", received=had, by="Élise Côté", **changes)


@pytest.mark.parametrize("way", ["cheque", "transfer", "reader"])
def test_received_order_is_paid_and_invoiced_at_once(billing: Billing, way: str) -> None:
    placed = received(way)
    for _ in range(2):
        assert billing.place(placed).json()["status"] == "paid"
    found = billing.order(placed.order_id)
    [payment] = found["payments"]
    assert (payment["method"], payment["amount"], payment["reference"]) == (way, 24720, "1044")
    assert [document["number"] for document in found["documents"]] == ["F-2027-00001"]
    assert billing.invariants() == []


def test_received_order_that_does_not_say_how_is_refused(billing: Billing) -> None:
    had = ReceivedPayment.model_validate({"method": "cheque"})
    for placed in (order(method="received"), order(method="invoice", received=had)):
        refused = billing.place(placed)
        assert (refused.status_code, refused.json()["errors"]) == (422, {"received": "order.bad_received"})
    assert billing.invariants() == []
