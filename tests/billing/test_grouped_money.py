"""Money for an invoice over several orders: who gets what of it, what goes back of which, and what staff see."""

import re
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.refunds.actions_hand import HandReturn, book_return
from kit.contracts import PaidBack, PlaceOrder, RefundOrder
from kit.db import new_id
from tests.billing.conftest import Billing
from tests.billing.make import at_once, credit, golf_and_cohort, line, order, together

GOLF, COHORT = 193158, 103478


@pytest.fixture
def placed(billing: Billing) -> list[PlaceOrder]:
    """The golf (1931.58) and the cohort (1034.78) on one invoice, and the accountant signed in."""
    both = golf_and_cohort()
    assert billing.tell(*both) == ["done", "done"]
    assert [each.expected_total for each in both] == [GOLF, COHORT]
    billing.as_staff("accountant")
    return both


def cheque(billing: Billing, of: PlaceOrder, amount: int) -> Any:
    body = {"method": "cheque", "amount": amount, "received_on": "2027-02-17", "reference": "1044"}
    return billing.client.post(f"/api/orders/{of.order_id}/payments", json=body)


def states(billing: Billing, placed: list[PlaceOrder]) -> list[tuple[str, int, int]]:
    seen = [billing.order(each.order_id) for each in placed]
    return [(one["status"], one["paid"], one["owed"]) for one in seen]


def test_cheque_for_the_whole_invoice_pays_all_its_orders(billing: Billing, placed: list[PlaceOrder]) -> None:
    """Whichever of its orders it is recorded on."""
    assert cheque(billing, placed[1], GOLF + COHORT).status_code == 200
    assert states(billing, placed) == [("paid", GOLF, 0), ("paid", COHORT, 0)]
    [golf], [cohort] = (billing.order(each.order_id)["payments"] for each in placed)
    assert golf["id"] == cohort["id"] and golf["amount"] == GOLF + COHORT
    assert (golf["allocated"], cohort["allocated"]) == (GOLF, COHORT)
    billing.work()
    told = billing.registration.told("OrderPaid")
    assert [(one["order_id"], one["amount"]) for one in told] == [
        (str(placed[0].order_id), GOLF), (str(placed[1].order_id), COHORT),
    ]  # fmt: skip
    assert len(billing.rows("SELECT DISTINCT posting_id FROM contract_ledger WHERE memo = 'payment'")) == 1
    assert billing.invariants() == []


def test_part_of_the_invoice_settles_its_orders_oldest_first(billing: Billing, placed: list[PlaceOrder]) -> None:
    assert cheque(billing, placed[1], GOLF + 10000).status_code == 200
    assert states(billing, placed) == [("paid", GOLF, 0), ("invoiced", 10000, COHORT - 10000)]
    billing.work()
    [part] = billing.registration.told("OrderPartlyPaid")
    assert (part["order_id"], part["amount"]) == (str(placed[1].order_id), 10000)
    # The golf is paid; what is left of its invoice may still be recorded there.
    too_much = cheque(billing, placed[0], COHORT - 9999)
    assert (too_much.status_code, too_much.json()["code"]) == (409, "Overpaid")
    assert cheque(billing, placed[0], COHORT - 10000).status_code == 200
    assert states(billing, placed) == [("paid", GOLF, 0), ("paid", COHORT, 0)]
    assert cheque(billing, placed[0], 1).json()["code"] == "AlreadyPaid"
    assert billing.invariants() == []


def test_order_taken_back_before_payment_leaves_the_rest_owed(billing: Billing, placed: list[PlaceOrder]) -> None:
    assert billing.tell(credit(placed[0], ("golf", 6))) == ["done"]
    assert [one[0] for one in states(billing, placed)] == ["void", "invoiced"]
    assert [one["number"] for one in billing.order(placed[0].order_id)["documents"]] == [
        "F-2027-00001", "NC-2027-00001",
    ]  # fmt: skip
    [note] = billing.rows("SELECT invoice_number, order_id FROM contract_invoices WHERE kind = 'credit_note'")
    assert note.invoice_number == "F-2027-00001"
    assert cheque(billing, placed[0], COHORT).status_code == 200
    assert states(billing, placed) == [("void", 0, 0), ("paid", COHORT, 0)]
    assert cheque(billing, placed[0], 1).json()["code"] == "AlreadyPaid"
    assert billing.invariants() == []


def test_invoice_of_which_all_is_taken_back_is_closed(billing: Billing, placed: list[PlaceOrder]) -> None:
    gone = [RefundOrder(amendment_id=new_id(), order_id=each.order_id, reason="cancelled") for each in placed]
    assert billing.tell(*gone) == ["done", "done"]
    assert cheque(billing, placed[0], 1).json()["code"] == "OrderClosed"
    assert billing.invariants() == []


def test_credit_after_payment_gives_back_what_its_order_got(billing: Billing, placed: list[PlaceOrder]) -> None:
    cheque(billing, placed[0], GOLF + 10000)
    billing.tell(RefundOrder(amendment_id=new_id(), order_id=placed[1].order_id, reason="cancelled"))
    golf, cohort = (billing.order(each.order_id) for each in placed)
    assert golf["refunds"] == [] and golf["left"] == GOLF
    [back] = cohort["refunds"]
    assert (back["amount"], back["status"]) == (10000, "to_pay_by_hand")
    paid = billing.client.post(f"/api/refunds/{back['id']}/done", json={"how": "cheque"})
    assert paid.status_code == 200, paid.text
    assert billing.order(placed[1].order_id)["refunded"] == 10000
    assert billing.invariants() == []


def test_money_of_another_order_of_the_invoice_does_not_go_back(billing: Billing, placed: list[PlaceOrder]) -> None:
    cheque(billing, placed[0], GOLF + 10000)
    body = {"amount": 10001, "how": "cheque"}
    refused = billing.client.post(f"/api/orders/{placed[1].order_id}/returns", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "ReturnTooLarge")
    body["amount"] = 10000
    assert billing.client.post(f"/api/orders/{placed[1].order_id}/returns", json=body).status_code == 200
    assert billing.invariants() == []


def test_money_returned_of_both_orders_at_once_is_counted_twice(billing: Billing, placed: list[PlaceOrder]) -> None:
    """Their payment is one row: who comes second reads what the first took of it."""
    assert cheque(billing, placed[0], GOLF + COHORT).status_code == 200
    made = HandReturn(1000, PaidBack.CHEQUE, "1051", "Comptable fictive")
    answers: list[int] = []

    def return_too() -> None:
        body = {"amount": 500, "how": "cheque"}
        answers.append(billing.client.post(f"/api/orders/{placed[1].order_id}/returns", json=body).status_code)

    meanwhile = threading.Thread(target=return_too)
    with billing.service.db.write() as session:
        book_return(session, placed[0].order_id, made, billing.clock())
        meanwhile.start()
        meanwhile.join(0.5)
        assert meanwhile.is_alive()
    meanwhile.join()
    assert answers == [200]
    assert billing.rows("SELECT DISTINCT refunded FROM contract_payments")[0].refunded == 1500
    assert billing.invariants() == []


def test_two_cheques_at_once_on_two_orders_never_pay_too_much(billing: Billing, placed: list[PlaceOrder]) -> None:
    answers = at_once(*[lambda one=one: cheque(billing, one, 200000).status_code for one in [*placed, *placed]])
    assert sorted(answers) == [200, 409, 409, 409]
    assert billing.invariants() == []


amounts = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4000)), max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts, amounts)
def test_cheques_and_credits_in_any_order_add_up(
    billing: Billing, before: list[tuple[int, int]], after: list[tuple[int, int]]
) -> None:
    billing.as_staff("accountant")
    three = together(*(order(line("web", price), method="invoice") for price in ("10.10", "20.10", "30.10")))
    billing.tell(*three)
    for which, amount in before:
        cheque(billing, three[which], amount)
    for which, amount in after:
        body = {"amount": amount, "reason": "geste"}
        billing.client.post(f"/api/orders/{three[which].order_id}/credits", json=body)
        cheque(billing, three[which], amount)
    assert billing.invariants() == []
    orders = [billing.order(each.order_id) for each in three]
    [invoice] = orders[0]["documents"][:1]
    owed = sum(one["owed"] for one in orders)
    credited, paid = (sum(one[name] for one in orders) for name in ("credited", "paid"))
    back = sum(one["refunding"] + one["refunded"] for one in orders)
    assert invoice["total"] - credited - paid + back == owed


def test_pages_show_an_invoice_with_its_orders(billing: Billing, placed: list[PlaceOrder]) -> None:
    page = billing.client.get(f"/staff/orders/{placed[1].order_id}", headers={"Accept": "text/html"}).text
    assert "GOLF-1" in page and "Tournoi de golf" in page and f"/staff/orders/{placed[0].order_id}" in page
    assert re.search(r'name="amount"[^>]*value="2966,36"', page), "a cheque is for the whole invoice"
    found = billing.client.get("/api/orders", params={"search": "F-2027-00001"}).json()["orders"]
    assert {one["code"] for one in found} == {"GOLF-1", "RELEVE-1"}
    assert {one["number"] for one in found} == {"F-2027-00001"}
    tasks = billing.call("GET", "/tasks").json()
    assert tasks["overdue"] == 0
    billing.clock.advance(days=31)
    tasks = billing.call("GET", "/tasks").json()
    assert (tasks["overdue"], tasks["overdue_amount"]) == (1, GOLF + COHORT)


def test_page_says_what_a_cheque_does_to_the_whole_invoice(billing: Billing, placed: list[PlaceOrder]) -> None:
    form = {"key": str(new_id()), "method": "cheque", "amount": "2 966,36", "received_on": "2027-02-17"}
    address = f"/staff/orders/{placed[1].order_id}/payments"
    asked = billing.client.post(address, data=form, headers={"Accept": "text/html"})
    assert asked.status_code == 200 and "2 966,36" in asked.text.replace("\xa0", " ").replace("\u202f", " ")
    done = billing.client.post(address, data=form | {"confirmed": "true"}, follow_redirects=False)
    assert done.status_code == 303
    page = billing.client.get(f"/staff/orders/{placed[0].order_id}", headers={"Accept": "text/html"}).text
    assert "d’un paiement de" in page
