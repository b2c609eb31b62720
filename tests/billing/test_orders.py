"""Placing orders: the sample's totals to the cent, once and only once, and every reason to refuse."""

from datetime import date
from typing import Any

import pytest

from billing.orders import rules
from billing.orders.rules import Balance, OrderStatus
from kit.contracts import AssociationChanged, PlaceOrder
from kit.db import new_id
from kit.money import cents
from tests.billing.conftest import Billing, Start
from tests.billing.make import BUYER, association, at_once, line, order, sample

EXPECTED = [given for given in sample()["expected_orders"] if given.get("lines")]


def of_sample(given: dict[str, Any]) -> PlaceOrder:
    """An order of the sample, as registration would place it."""
    lines = [line(each["price"], each["unit"], each["quantity"], each["tax_class"]) for each in given["lines"]]
    total = cents(given["expected"]["total"])
    method = "cash" if "cash" in given else "invoice" if total else "free"
    return order(*lines, method=method, on=given["order_date"], expected_total=total)


@pytest.mark.parametrize("given", EXPECTED, ids=[given["id"] for given in EXPECTED])
def test_orders_of_the_sample_match_to_the_cent(billing: Billing, given: dict[str, Any]) -> None:
    placed = of_sample(given)
    assert billing.place(placed).status_code == 200

    seen = billing.order(placed.order_id)
    expected = {name: cents(text) for name, text in given["expected"].items()}
    assert {name: seen[name] for name in expected} == expected
    for line_seen, line_given in zip(seen["lines"], given["lines"], strict=True):
        assert line_seen["amount"] == cents(line_given["amount"])
        assert line_seen["tps"] == cents(line_given["tps_allocated"])
        assert line_seen["tvq"] == cents(line_given["tvq_allocated"])
    assert billing.invariants() == []


def test_invoiced_order_when_placed_has_its_invoice_at_once(billing: Billing) -> None:
    placed = order(method="invoice")
    answer = billing.place(placed).json()
    assert (answer["status"], answer["pay_url"]) == ("invoiced", "")

    [invoice] = billing.order(placed.order_id)["documents"]
    assert (invoice["number"], invoice["total"]) == ("F-2027-00001", 24720)
    assert (invoice["issued_on"], invoice["due_on"]) == ("2027-02-17", "2027-03-19")
    billing.work()
    [told] = billing.registration.told("OrderInvoiced")
    assert (told["number"], told["total"], told["due_on"]) == ("F-2027-00001", 24720, "2027-03-19")


def test_free_order_has_no_document_and_owes_nothing(billing: Billing) -> None:
    placed = order(line("web-0", "0.00"), method="free")
    assert billing.place(placed).json()["status"] == "paid"
    seen = billing.order(placed.order_id)
    assert (seen["documents"], seen["payments"], seen["owed"]) == ([], [], 0)
    billing.work()
    assert billing.registration.heard == []


def test_cash_order_is_rounded_and_its_taxes_are_not(billing: Billing) -> None:
    """o7 of the sample: 109.23 is collected as 109.25 (domain.md T5)."""
    placed = order(line("car-porte", "95.00"), method="cash", on=date(2027, 3, 17), by="Bénévole")
    assert billing.place(placed).json()["status"] == "paid"

    seen = billing.order(placed.order_id)
    [payment] = seen["payments"]
    assert (payment["amount"], payment["rounding"], payment["by"]) == (10925, 2, "Bénévole")
    assert (seen["tps"], seen["tvq"], seen["total"], seen["paid"], seen["owed"]) == (475, 948, 10923, 10923, 0)
    billing.work()
    [paid] = billing.registration.told("OrderPaid")
    assert (paid["amount"], paid["method"]) == (10923, "cash")
    assert billing.invariants() == []


def test_order_placed_again_changes_nothing(billing: Billing) -> None:
    placed = order(method="invoice")
    first = billing.place(placed)
    assert billing.place(placed).json() == first.json()
    assert billing.tell(placed) == ["done"]
    assert len(billing.order(placed.order_id)["documents"]) == 1


def test_order_placed_by_message_equals_one_placed_by_call(billing: Billing) -> None:
    placed = order(method="invoice")
    assert billing.tell(placed) == ["done"]
    assert billing.order(placed.order_id)["status"] == "invoiced"


@pytest.mark.parametrize(
    ("message", "status", "code"),
    [
        (order(expected_total=24719), 409, "TotalDiffers"),
        (order(line("web-0", "0.00")), 409, "NothingToPay"),
        (order(line("web-0", "0.00"), method="invoice"), 409, "NothingToPay"),
        (order(method="free"), 409, "NotFree"),
        (order(line("a", "1.00"), line("a", "1.00")), 422, "InvalidInput"),
        (order(line("a", "-1.00")), 422, "InvalidInput"),
        (order().model_copy(update={"lines": ()}), 422, "InvalidInput"),
    ],
)
def test_order_refused_leaves_nothing(billing: Billing, message: PlaceOrder, status: int, code: str) -> None:
    answer = billing.place(message)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json().get("errors") == ({"lines": "order.bad_lines"} if code == "InvalidInput" else None)
    assert billing.call("GET", f"/orders/{message.order_id}").status_code == 404


def test_order_placed_again_with_other_content_is_refused(billing: Billing) -> None:
    placed = order()
    billing.place(placed)
    other = order(line("car-m", "65.00", 3), order_id=placed.order_id)
    assert billing.place(other).json()["code"] == "OrderDiffers"
    assert billing.place(placed).status_code == 200


def test_order_whose_address_and_body_differ_is_refused(billing: Billing) -> None:
    answer = billing.call("PUT", f"/orders/{new_id()}", order().model_dump(mode="json"))
    assert answer.json()["errors"] == {"order_id": "order.other_id"}


def test_order_placed_by_another_than_registration_is_refused(billing: Billing) -> None:
    placed = order()
    answer = billing.call("PUT", f"/orders/{placed.order_id}", placed.model_dump(mode="json"), issuer="notify")
    assert answer.status_code == 403


def test_order_without_a_profile_is_not_billed_and_its_message_waits(start: Start) -> None:
    billing = start(profile=None, known=False)
    placed = order(method="invoice")
    assert billing.place(placed).status_code == 503
    assert billing.tell(placed) == ["later"]
    assert billing.tell(AssociationChanged(association=association(), version=1), placed) == ["done", "done"]


def test_profiles_of_one_day_in_any_sequence_leave_the_newest(billing: Billing) -> None:
    renamed = association(legal_name="Alliance renommée")
    newer = AssociationChanged(association=renamed, version=3)
    older = AssociationChanged(association=association(legal_name="Ancien nom"), version=2)
    assert billing.tell(newer, older) == ["done", "done"]
    billing.clock.advance(minutes=1)
    assert billing.service.association().legal_name == "Alliance renommée"


def test_order_of_a_small_supplier_has_no_tax(start: Start) -> None:
    """domain.md T9: the profile valid on the day ordered decides."""
    billing = start(profile=association(tax_registered=False))
    placed = order(method="invoice", expected_total=21500)
    assert billing.place(placed).status_code == 200
    seen = billing.order(placed.order_id)
    assert (seen["tps"], seen["tvq"], seen["total"]) == (0, 0, 21500)
    assert billing.invariants() == []


def test_order_taxed_on_its_own_day_has_documents_of_the_day_of_issue(billing: Billing) -> None:
    later = association(valid_from=date(2027, 3, 1), tax_registered=False, legal_name="Alliance renommée")
    billing.tell(AssociationChanged(association=later, version=1))
    before, after = order(method="invoice"), order(method="invoice", on=date(2027, 3, 2), expected_total=21500)
    billing.clock.advance(days=20)
    assert billing.place(before).json()["total"] == 24720
    assert billing.place(after).json()["total"] == 21500


@pytest.mark.parametrize(
    ("province", "online", "flagged"), [("ON", True, True), ("QC", True, False), ("ON", False, False)]
)
def test_online_sale_to_another_province_is_to_review(
    billing: Billing, province: str, online: bool, flagged: bool
) -> None:
    """domain.md T11, situation t11 of the sample: accepted, and shown to staff."""
    placed = order(method="invoice", online=online, buyer=BUYER.model_copy(update={"province": province}))
    assert billing.place(placed).status_code == 200
    assert billing.order(placed.order_id)["tax_review"] is flagged


def test_order_placed_twice_at_once_is_one(billing: Billing) -> None:
    placed = order(method="invoice")
    answers = at_once(*[lambda: billing.place(placed).status_code] * 4)
    assert answers == [200] * 4
    assert len(billing.order(placed.order_id)["documents"]) == 1
    assert billing.invariants() == []


@pytest.mark.parametrize(
    ("status", "sums", "after"),
    [
        (OrderStatus.OPEN, (100, 0, 0, 0, 0), OrderStatus.OPEN),
        (OrderStatus.OPEN, (100, 0, 100, 0, 0), OrderStatus.PAID),
        (OrderStatus.INVOICED, (100, 40, 60, 0, 0), OrderStatus.PAID),
        (OrderStatus.INVOICED, (100, 100, 0, 0, 0), OrderStatus.VOID),
        (OrderStatus.INVOICED, (100, 100, 50, 0, 0), OrderStatus.VOID),
        (OrderStatus.PAID, (100, 100, 100, 0, 0), OrderStatus.PAID),
        (OrderStatus.VOID, (100, 0, 100, 0, 0), OrderStatus.PAID),
        (OrderStatus.VOID, (0, 0, 0, 0, 0), OrderStatus.VOID),
    ],
)
def test_order_status_only_moves_forward(status: OrderStatus, sums: tuple[int, ...], after: OrderStatus) -> None:
    assert rules.settled_status(status, Balance(*sums)) is after


def test_balance_says_what_is_owed_and_what_is_held_too_much() -> None:
    owing, held = Balance(100, 20, 50, 0, 0), Balance(100, 80, 100, 10, 30)
    assert (owing.left, owing.retained, owing.owed, owing.excess) == (80, 50, 30, 0)
    assert (held.left, held.retained, held.owed, held.excess) == (20, 60, -40, 40)
