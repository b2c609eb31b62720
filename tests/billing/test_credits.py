"""Credits: each correction happens once, to the cent, with its document, and what was paid too much goes back."""

import pytest

from kit.contracts import PlaceOrder, RefundOrder
from kit.db import new_id
from tests.billing.conftest import Billing
from tests.billing.make import credit, line, order


def test_cancellation_of_the_guest_is_refunded_to_the_cent(recorded: Billing, paid: PlaceOrder) -> None:
    """o4-credit of the sample: −85.00 −4.25 −8.48 = −97.73, 149.47 left."""
    recorded.clock.advance(days=19)
    assert recorded.tell(credit(paid, ("car-n", 1), by="Coordonnatrice")) == ["done"]
    seen = recorded.order(paid.order_id)
    note = seen["documents"][1]
    assert (note["number"], note["issued_on"]) == ("NC-2027-00001", "2027-03-08")
    assert (note["subtotal"], note["tps"], note["tvq"], note["total"]) == (-8500, -425, -848, -9773)
    assert (seen["left"], seen["refunding"], seen["refunded"], seen["owed"]) == (14947, 9773, 0, 0)
    assert recorded.service.pending()["refunds_in_flight"] == 1
    assert recorded.invariants() == []

    recorded.work()
    seen = recorded.order(paid.order_id)
    assert (seen["status"], seen["refunding"], seen["refunded"], seen["owed"]) == ("paid", 0, 9773, 0)
    [told] = recorded.registration.told("OrderCredited")
    assert (told["total"], told["left"], told["refund"], told["by"]) == (-9773, 14947, 9773, "Coordonnatrice")
    [back] = recorded.registration.told("OrderRefunded")
    assert (back["amount"], back["method"], back["succeeded"]) == (9773, "card", True)
    assert recorded.invariants() == []


def test_policy_that_keeps_half_credits_the_other_half(recorded: Billing, paid: PlaceOrder) -> None:
    recorded.tell(credit(paid, ("car-n", 1), keep=50))
    note = recorded.order(paid.order_id)["documents"][1]
    assert (note["subtotal"], note["tps"], note["tvq"]) == (-4250, -213, -424)
    assert recorded.invariants() == []


def test_policy_that_keeps_all_writes_nothing_and_takes_the_unit(recorded: Billing, paid: PlaceOrder) -> None:
    assert recorded.tell(credit(paid, ("car-n", 1), keep=100)) == ["done"]
    seen = recorded.order(paid.order_id)
    assert (len(seen["documents"]), seen["credited"], seen["lines"][1]["credited_quantity"]) == (1, 0, 1)
    assert recorded.tell(credit(paid, ("car-n", 1))) == ["refused"]


def test_correction_sent_twice_happens_once(recorded: Billing, paid: PlaceOrder) -> None:
    message = credit(paid, ("car-m", 1))
    assert recorded.tell(message, message) == ["done", "done"]
    assert recorded.tell(message) == ["done"]
    everything = RefundOrder(amendment_id=new_id(), order_id=paid.order_id, reason="cancelled")
    assert recorded.tell(everything, everything) == ["done", "done"]
    recorded.work()
    seen = recorded.order(paid.order_id)
    assert (seen["left"], seen["refunded"], len(seen["documents"])) == (0, 24720, 3)
    assert recorded.invariants() == []


def test_units_named_twice_are_one_credit(recorded: Billing, paid: PlaceOrder) -> None:
    recorded.tell(credit(paid, ("car-m", 1), ("car-m", 1)))
    seen = recorded.order(paid.order_id)
    assert (seen["lines"][0]["credited_quantity"], seen["documents"][1]["subtotal"]) == (2, -13000)


@pytest.mark.parametrize("lines", [(("car-n", 2),), (("car-x", 1),)])
def test_credit_of_what_is_not_on_the_order_is_refused(
    recorded: Billing, paid: PlaceOrder, lines: tuple[tuple[str, int], ...]
) -> None:
    assert recorded.tell(credit(paid, *lines)) == ["refused"]
    assert recorded.order(paid.order_id)["credited"] == 0


def test_credit_of_what_was_not_billed_is_refused(recorded: Billing) -> None:
    waiting, closed, nobodys = order(), order(), order()
    recorded.place(waiting)
    recorded.place(closed)
    recorded.close(closed.order_id)
    assert recorded.tell(credit(waiting, ("car-n", 1)), credit(closed, ("car-n", 1))) == ["refused", "refused"]
    assert recorded.tell(credit(nobodys, ("car-n", 1))) == ["refused"]


def test_free_place_cancelled_has_no_document(recorded: Billing) -> None:
    free = order(line("web-0", "0.00"), method="free")
    recorded.place(free)
    assert recorded.tell(credit(free, ("web-0", 1))) == ["done"]
    assert recorded.order(free.order_id)["documents"] == []


def test_unpaid_invoice_is_credited_and_nothing_goes_back(recorded: Billing) -> None:
    invoiced = order(method="invoice")
    recorded.place(invoiced)
    recorded.tell(credit(invoiced, ("car-n", 1)))
    seen = recorded.order(invoiced.order_id)
    assert (seen["status"], seen["owed"], seen["refunds"]) == ("invoiced", 14947, [])
    recorded.tell(RefundOrder(amendment_id=new_id(), order_id=invoiced.order_id, reason="cancelled"))
    seen = recorded.order(invoiced.order_id)
    assert (seen["status"], seen["owed"], seen["refunds"]) == ("void", 0, [])
    assert recorded.invariants() == []


def test_refund_of_several_payments_starts_with_the_newest(recorded: Billing) -> None:
    invoiced = order(method="invoice")
    recorded.place(invoiced)
    recorded.as_staff("accountant")
    for amount in (20000, 4720):
        body = {"method": "cheque", "amount": amount, "received_on": "2027-02-17", "reference": f"chèque {amount}"}
        assert recorded.client.post(f"/api/orders/{invoiced.order_id}/payments", json=body).status_code == 200
        recorded.clock.advance(minutes=1)
    recorded.tell(credit(invoiced, ("car-n", 1)))
    assert sorted(refund["amount"] for refund in recorded.order(invoiced.order_id)["refunds"]) == [5053, 4720][::-1]
    assert recorded.invariants() == []


def test_credit_down_to_what_was_paid_makes_the_order_paid(recorded: Billing) -> None:
    invoiced = order(method="invoice")
    recorded.place(invoiced)
    recorded.as_staff("accountant")
    body = {"method": "transfer", "amount": 14947, "received_on": "2027-02-17"}
    recorded.client.post(f"/api/orders/{invoiced.order_id}/payments", json=body)
    recorded.tell(credit(invoiced, ("car-n", 1)))
    assert recorded.order(invoiced.order_id)["status"] == "paid"
    recorded.work()
    [told] = recorded.registration.told("OrderPaid")
    assert (told["amount"], told["method"]) == (14947, "transfer")
