"""Notices of what nobody agreed to owe yet: numbered by themselves, invoiced once paid or accepted, else discarded."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from billing.checkout import flows as settlement
from kit.contracts import PlaceOrder
from kit.db import new_id
from tests.billing.conftest import Billing, Start
from tests.billing.make import association, at_once, fee, order, together
from tests.fakes.stripe_gateway import RecordedGateway

# 30 June's renewals of forty companies, by number of employees.
FEES = ["375.00"] * 26 + ["600.00"] * 6 + ["950.00"] * 4 + ["225.00"] * 4


def sent(billing: Billing, placed: PlaceOrder) -> str:
    answer = billing.place(placed)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["notice"])


def notices(billing: Billing) -> list[tuple[str, str]]:
    rows = billing.rows("SELECT number, state FROM contract_notices ORDER BY sequence")
    return [(row.number, row.state) for row in rows]


def cheque(billing: Billing, placed: PlaceOrder, amount: int) -> Any:
    body = {"method": "cheque", "amount": amount, "received_on": "2027-02-17"}
    return billing.client.post(f"/api/orders/{placed.order_id}/payments", json=body)


def test_notice_is_numbered_by_itself_and_is_no_invoice(billing: Billing) -> None:
    placed = fee()
    answer = billing.place(placed).json()
    assert (answer["status"], answer["total"], answer["notice"]) == ("open", 37500, "AC-2027-00001")
    seen = billing.order(placed.order_id)
    assert (seen["tps"], seen["tvq"], seen["documents"]) == (0, 0, [])
    assert (seen["notice"]["state"], seen["notice"]["due_on"]) == ("sent", "2027-03-19")
    assert billing.place(placed).json() == answer
    assert billing.rows("SELECT document FROM contract_ledger") == []
    assert billing.invariants() == []


@pytest.mark.parametrize("wrong", ["card", "group", "amends"])
def test_notice_of_anything_else_is_refused(billing: Billing, wrong: str) -> None:
    changes: dict[str, dict[str, Any]] = {"card": {"method": "card"}, "amends": {"amends": new_id()}}
    placed = fee(**changes.get(wrong, {}))
    if wrong == "group":
        placed = together(placed, order(method="invoice"))[0]
    refused = billing.place(placed)
    assert (refused.status_code, refused.json()["errors"]) == (422, {"on_notice": "order.bad_notice"})


def test_notice_paid_by_card_is_invoiced_and_paid(recorded: Billing, gateway: RecordedGateway) -> None:
    placed = fee()
    pay_url = recorded.place(placed).json()["pay_url"]
    gateway.pay(recorded.pay_page(pay_url))
    assert settlement.settle(recorded.service, placed.order_id) == "paid"
    seen = recorded.order(placed.order_id)
    assert [one["number"] for one in seen["documents"]] == ["F-2027-00001"]
    assert (seen["notice"]["state"], seen["pay_url"]) == ("paid", "")
    recorded.work()
    assert [kind for kind, _ in recorded.registration.heard] == ["OrderInvoiced", "OrderPaid"]
    assert recorded.invariants() == []


def test_notice_paid_by_cheque_is_invoiced_even_in_part(billing: Billing) -> None:
    billing.as_staff("accountant")
    whole, part = fee(), fee("950.00")
    for placed in (whole, part):
        sent(billing, placed)
    assert cheque(billing, whole, 37501).json()["code"] == "Overpaid"
    assert billing.rows("SELECT number FROM contract_invoices") == []
    assert cheque(billing, part, 45000).status_code == 200
    assert cheque(billing, whole, 37500).status_code == 200
    assert notices(billing) == [("AC-2027-00001", "paid"), ("AC-2027-00002", "accepted")]
    assert billing.order(part.order_id)["owed"] == 50000
    assert cheque(billing, part, 50000).status_code == 200
    assert notices(billing)[1] == ("AC-2027-00002", "paid")
    assert billing.invariants() == []


def test_notice_accepted_is_invoiced_once(billing: Billing) -> None:
    placed = fee()
    sent(billing, placed)
    billing.clock.advance(days=20)
    billing.as_staff("accountant")
    address = f"/api/orders/{placed.order_id}/acceptance"
    key = {"Idempotency-Key": str(new_id())}
    accepted = billing.client.post(address, headers=key)
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["notice"]["state"] == "accepted"
    assert accepted.json()["notice"]["accepted_by"] == "accountant of the tests"
    # Its terms count from the day it was agreed to.
    assert [(one["number"], one["due_on"]) for one in accepted.json()["documents"]] == [("F-2027-00001", "2027-04-08")]
    assert billing.client.post(address, headers=key).json() == accepted.json()
    again = billing.client.post(address)
    assert (again.status_code, again.json()["code"]) == (409, "NoticeAnswered")
    assert billing.close(placed.order_id) == "paid"
    assert billing.invariants() == []


def test_order_without_a_notice_is_agreed_to_by_nobody(billing: Billing) -> None:
    placed = order(method="card")
    assert billing.place(placed).status_code == 200
    billing.as_staff("accountant")
    for order_id in (placed.order_id, new_id()):
        refused = billing.client.post(f"/api/orders/{order_id}/acceptance")
        assert (refused.status_code, refused.json()["code"]) == (404, "NotFound")
    assert billing.rows("SELECT number FROM contract_invoices") == []


def test_notice_closed_is_discarded_and_leaves_no_hole(billing: Billing) -> None:
    first, second = fee(), fee()
    assert [sent(billing, one) for one in (first, second)] == ["AC-2027-00001", "AC-2027-00002"]
    assert billing.close(first.order_id) == "void"
    assert billing.close(first.order_id) == "void"
    billing.as_staff("accountant")
    refused = billing.client.post(f"/api/orders/{first.order_id}/acceptance")
    assert (refused.status_code, refused.json()["code"]) == (409, "NoticeAnswered")
    assert cheque(billing, first, 37500).json()["code"] == "OrderClosed"
    assert billing.client.post(f"/api/orders/{second.order_id}/acceptance").status_code == 200
    assert notices(billing) == [("AC-2027-00001", "discarded"), ("AC-2027-00002", "accepted")]
    assert [row.number for row in billing.rows("SELECT number FROM contract_invoices")] == ["F-2027-00001"]
    assert billing.invariants() == []


def test_notice_accepted_and_closed_at_once_ends_in_one_way(billing: Billing) -> None:
    billing.as_staff("accountant")
    for _ in range(6):
        placed = fee()
        sent(billing, placed)
        address = f"/api/orders/{placed.order_id}/acceptance"
        closed, accepted = at_once(
            lambda one=placed: billing.close(one.order_id), lambda url=address: billing.client.post(url).status_code
        )
        assert (closed, accepted) in [("void", 409), ("paid", 200)]
    assert billing.invariants() == []


def test_forty_renewals_leave_no_hole_in_the_invoices(billing: Billing) -> None:
    """26 × 375, 6 × 600, 4 × 950 and 4 × 225 come to 18 050.00, without taxes; 38 pay and 2 do not."""
    placed = [fee(amount) for amount in FEES]
    for one in placed:
        sent(billing, one)
    [sums] = billing.rows("SELECT COUNT(*) AS n, SUM(total) AS total, SUM(tps + tvq) AS taxes FROM contract_notices")
    assert (sums.n, sums.total, sums.taxes) == (40, 1_805_000, 0)
    assert billing.rows("SELECT number FROM contract_invoices") == []
    billing.as_staff("accountant")
    silent = (placed[7], placed[30])
    for one in placed:
        if one not in silent:
            assert cheque(billing, one, one.expected_total).status_code == 200
    assert [billing.close(one.order_id) for one in silent] == ["void", "void"]
    numbers = [row.number for row in billing.rows("SELECT number FROM contract_invoices ORDER BY sequence")]
    assert numbers == [f"F-2027-{n:05d}" for n in range(1, 39)]
    states = [state for _, state in notices(billing)]
    assert (states.count("paid"), states.count("discarded")) == (38, 2)
    assert [number for number, _ in notices(billing)] == [f"AC-2027-{n:05d}" for n in range(1, 41)]
    assert billing.invariants() == []


def test_notice_series_is_the_associations(start: Start) -> None:
    billing = start(profile=association(notice_series="COT"))
    assert sent(billing, fee()) == "COT-2027-00001"
    assert billing.invariants() == []


@pytest.mark.parametrize("change", ["UPDATE notice SET total = total", "DELETE FROM notice"])
def test_notice_sent_cannot_be_changed_in_the_database(billing: Billing, change: str) -> None:
    sent(billing, fee())
    with pytest.raises(DBAPIError, match="never changed"), billing.service.db.write() as session:
        session.execute(sa.text(change))


def test_notices_are_listed_found_and_accepted_on_pages(billing: Billing) -> None:
    asked, gone = fee(), fee()
    for one in (asked, gone, order(method="invoice")):
        billing.place(one)
    billing.close(gone.order_id)
    billing.as_staff("accountant")
    html = {"Accept": "text/html"}
    page = billing.client.get("/staff/orders", params={"status": "notices"}, headers=html).text
    assert page.count("Avis envoyé") == page.count("Avis annulé") == 1
    assert "AC-2027-00001" in page and "F-2027-00001" not in page
    rows = billing.client.get("/api/orders", params={"search": "AC-2027-00002"}).json()["orders"]
    assert [(one["notice"], one["notice_state"]) for one in rows] == [("AC-2027-00002", "discarded")]
    found = billing.call("POST", "/orders/found", {"words": "AC-2027", "most": 5}).json()["orders"]
    assert {one["number"] for one in found} == {"AC-2027-00001", "AC-2027-00002"}
    sheet = billing.client.get("/api/orders/export", params={"status": "notices", "format": "csv"}).text
    assert "AC-2027-00001" in sheet and "AC-2027-00002" in sheet
    address = f"/staff/orders/{asked.order_id}"
    assert "Accepter et facturer" in billing.client.get(address, headers=html).text
    done = billing.client.post(f"{address}/acceptance", data={"key": str(new_id())}, follow_redirects=False)
    assert done.status_code == 303
    page = billing.client.get(done.headers["location"], headers=html).text
    assert "la facture est émise" in page and "F-2027-00002" in page and "Accepter et facturer" not in page
    # A double click shows what the first did.
    key = {"key": str(new_id())}
    refused = billing.client.post(f"{address}/acceptance", data=key, headers=html, follow_redirects=False)
    assert refused.status_code == 409
    billing.as_staff("coordinator")
    assert billing.client.post(f"/api/orders/{asked.order_id}/acceptance").status_code == 403
