"""The page staff start from, with what billing and notify say of what waits there."""

from typing import Any

from tests.fakes.house import House
from tests.journeys.signing import sign_up
from tests.journeys.test_office import BY_INVOICE, only_registration, staff


def tasks(house: House, role: str) -> dict[str, dict[str, Any]]:
    answer = house.clients["registration"].get("/api/staff/home", headers=staff(house, role))
    assert answer.status_code == 200, answer.text
    return {task["key"]: task for task in answer.json()["tasks"]}


def test_accountant_sees_what_is_overdue_then_what_goes_back(house: House) -> None:
    sign_up(house.visitor(), "caricatures-2027", BY_INVOICE)
    house.settle()
    registration = only_registration(house)
    assert "overdue" not in tasks(house, "accountant")
    house.clock.advance(days=60)
    late = tasks(house, "accountant")["overdue"]
    assert (late["count"], late["amount"]) == (1, 9773) and late["address"].endswith("/staff/orders?status=owed")
    assert "overdue" not in tasks(house, "coordinator"), "it is the accountant's"
    cheque = {"method": "cheque", "amount": 9773, "received_on": house.clock().date().isoformat()}
    headers = staff(house, "accountant")
    billing, address = house.clients["billing"], f"/api/orders/{registration}"
    assert billing.post(f"{address}/payments", json=cheque, headers=headers).is_success
    credit = {"amount": 5000, "reason": "Absence"}
    assert billing.post(f"{address}/credits", json=credit, headers=headers).is_success
    house.settle()
    found = tasks(house, "accountant")
    assert "overdue" not in found and (found["refunds"]["count"], found["refunds"]["amount"]) == (1, 5000)
    page = house.clients["registration"].get("/staff/home", headers=headers).text.replace("\u00a0", " ")
    assert "1 remboursement hors carte à faire, 50,00 $" in page and "Rembourser" in page


def test_accountant_sees_a_payment_that_came_back(house: House) -> None:
    """A cheque that the bank returned: what was bought stays, and somebody must ask for the money again."""
    sign_up(house.visitor(), "caricatures-2027", BY_INVOICE)
    house.settle()
    registration = only_registration(house)
    headers, billing = staff(house, "accountant"), house.clients["billing"]
    cheque = {"method": "cheque", "amount": 9773, "received_on": house.clock().date().isoformat()}
    assert billing.post(f"/api/orders/{registration}/payments", json=cheque, headers=headers).is_success
    assert "uncredited" not in tasks(house, "accountant")
    back = {"amount": 9773, "how": "cheque", "reference": "Retourné"}
    assert billing.post(f"/api/orders/{registration}/returns", json=back, headers=headers).is_success
    house.settle()
    found = tasks(house, "accountant")["uncredited"]
    assert (found["count"], found["amount"]) == (1, 9773) and found["address"].endswith("?status=uncredited")
    assert "uncredited" not in tasks(house, "coordinator"), "it is the accountant's"
    page = house.clients["registration"].get("/staff/home", headers=headers).text.replace("\u00a0", " ")
    assert "1 paiement revenu, 97,73 $" in page and "reste valable" in page
    assert house.invariants() == []
