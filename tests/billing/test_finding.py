"""Orders found for staff who look for something from any page."""

from typing import Any

import pytest

from kit.contracts import Buyer
from tests.billing.conftest import Billing
from tests.billing.make import order


def found(billing: Billing, words: str, most: int = 5) -> list[dict[str, Any]]:
    answer = billing.call("POST", "/orders/found", {"words": words, "most": most})
    assert answer.status_code == 200, answer.text
    return answer.json()["orders"]  # type: ignore[no-any-return]


def test_orders_are_found_by_number_code_buyer_and_purchase_order(billing: Billing) -> None:
    buyer = Buyer(company="Fonderie Noël", name="Zoé Roy", email="zoe@example.org", po_number="BC-4471")
    placed = order(method="invoice", buyer=buyer)
    other = order(method="invoice")
    assert {billing.place(placed).status_code, billing.place(other).status_code} == {200}
    whole = billing.order(placed.order_id)
    number = next(document["number"] for document in whole["documents"])
    for words in (number, number.lower(), placed.code, "fonderie noel", "roy zoe", "4471"):
        assert str(placed.order_id) in [one["id"] for one in found(billing, words)], words
    assert {one["id"] for one in found(billing, number[:-2])} == {str(placed.order_id), str(other.order_id)}
    one = found(billing, number)[0]
    assert (one["number"], one["buyer"], one["total"]) == (number, "Fonderie Noël", whole["total"])
    assert len(found(billing, number[:-2], most=1)) == 1


@pytest.mark.parametrize("words", ["", "   ", "%", "_", "zzqx", "\\"])
def test_words_that_fit_nothing_find_no_order(billing: Billing, words: str) -> None:
    billing.place(order(method="invoice"))
    assert found(billing, words) == []


def test_orders_are_found_for_registration_alone(billing: Billing) -> None:
    answer = billing.call("POST", "/orders/found", {"words": "roy", "most": 5}, issuer="notify")
    assert answer.status_code == 403
