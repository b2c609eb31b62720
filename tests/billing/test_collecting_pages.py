"""« Encaisser » as staff use it: the page, its forms, and the same for programs."""

import re
import uuid
from typing import Any

import httpx
import pytest

from kit.contracts import PlaceOrder
from tests.billing.conftest import Billing, Start
from tests.billing.make import association
from tests.billing.test_collecting import C15, cheque, invoiced, kept, owed, payments, sound, took

HTML = {"Accept": "text/html"}


def post(billing: Billing, path: str, **fields: Any) -> httpx.Response:
    fields.setdefault("key", str(uuid.uuid4()))
    return billing.client.post(path, data=fields, headers=HTML, follow_redirects=False)  # type: ignore[return-value]


def page(billing: Billing, placed: PlaceOrder) -> str:
    billing.as_staff("accountant")
    return billing.client.get(f"/staff/payments/new?order={placed.order_id}", headers=HTML).text


def ticked(html: str) -> list[str]:
    return re.findall(r'name="invoices" value="([0-9a-f-]+)"[^>]* checked', html)


def form(placed: PlaceOrder, amount: str, **more: Any) -> dict[str, Any]:
    given = {"order": str(placed.order_id), "method": "cheque", "amount": amount, "received_on": "2027-02-17"}
    return given | {"reference": "000123"} | more


def plain(html: str) -> str:
    return html.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("amount", ["1 500,00 $", "1500.00", "1,500.00", "1\u00a0500,00\u00a0$"])
def test_payment_typed_any_way_is_shown_then_written_once(billing: Billing, amount: str) -> None:
    first, second = invoiced(billing, "780.00", "740.00")
    html = page(billing, first)
    fields = form(first, amount, invoices=ticked(html), key=str(uuid.uuid4()))
    assert len(ticked(html)) == 2
    asked = post(billing, "/staff/payments/new", **fields)
    assert asked.status_code == 200
    assert "1 500,00 $" in plain(asked.text)
    assert "850,82 $ → <strong>247,63 $</strong>" in plain(asked.text)
    assert owed(billing, first, second) == [89681, 85082]
    confirmed = fields | {"kept": "0", "confirmed": "true"}
    for _ in range(2):
        done = post(billing, "/staff/payments/new", **confirmed)
        assert (done.status_code, done.headers["location"].rsplit("=", 1)[1]) == (303, "payment")
    assert (owed(billing, first, second), len(payments(billing))) == ([0, 24763], 1)
    sound(billing)


@pytest.mark.parametrize(
    ("amount", "on", "sentence"),
    [
        ("-5,00", "2027-02-17", "plus grand que zéro"),
        ("12,345", "2027-02-17", "Écrivez un montant"),
        ("100,00", "2027-02-18", "ne peut pas être à venir"),
        ("abc", "", "Écrivez un montant"),
    ],
)
def test_payment_typed_badly_is_refused_beside_its_field(billing: Billing, amount: str, on: str, sentence: str) -> None:
    [placed] = invoiced(billing)
    page(billing, placed)
    refused = post(billing, "/staff/payments/new", **form(placed, amount, received_on=on))
    assert refused.status_code == 422
    assert sentence in refused.text
    assert payments(billing) == []


def test_same_cheque_is_warned_of_and_confirmed_from_the_page(billing: Billing) -> None:
    first, second = invoiced(billing, "780.00", "780.00")
    page(billing, first)
    took(billing, first, cheque(89681))
    fields = form(second, "896,81", invoices=ticked(page(billing, second)), key=str(uuid.uuid4()))
    assert "déjà inscrit" in post(billing, "/staff/payments/new", **fields).text
    unread = post(billing, "/staff/payments/new", **fields, kept="0", confirmed="true")
    assert (unread.status_code, "déjà inscrit" in unread.text) == (409, True)
    assert owed(billing, second) == [89681]
    done = post(billing, "/staff/payments/new", **fields, kept="0", again="true", confirmed="true")
    assert (done.status_code, owed(billing, second)) == (303, [0])


def test_account_is_found_by_company_or_invoice_number(billing: Billing) -> None:
    [placed] = invoiced(billing)
    page(billing, placed)
    for words in ("kénogami", "F-2027-00001"):
        found = post(billing, "/staff/payments/found", search=words)
        assert f"/staff/payments/new?order={placed.order_id}" in found.text
    assert "Aucune entreprise" in post(billing, "/staff/payments/found", search="nulle part").text
    assert billing.client.get("/staff/payments/new", headers=HTML).status_code == 200


def test_credit_is_used_returned_and_listed_from_the_page(billing: Billing) -> None:
    [placed] = invoiced(billing)
    took(billing, placed, cheque(100000))
    [other] = invoiced(billing, "50.00")
    html = page(billing, other)
    [invoice] = ticked(html)
    used = post(billing, "/staff/credits/uses", order=str(other.order_id), invoice=invoice, use_amount="57,49")
    assert (used.status_code, owed(billing, other), kept(billing)) == (303, [0], 10319 - 5749)
    fields = {"order": str(other.order_id), "return_amount": "45,70", "key": str(uuid.uuid4())}
    for _ in range(2):  # A double click.
        assert post(billing, "/staff/credits/returns", **fields).status_code == 303
    again = post(billing, "/staff/credits/returns", order=str(other.order_id), return_amount="45,70")
    assert (again.status_code, "crédit qui reste" in again.text) == (409, True)
    assert "45,70" in plain(billing.client.get("/staff/orders?status=refunds", headers=HTML).text)
    told = billing.call("GET", "/tasks").json()
    assert (told["refunds"], told["refunds_amount"]) == (1, 4570)
    [(waits,)] = billing.rows("SELECT id FROM credit_return")
    done = post(billing, f"/staff/credits/returns/{uuid.UUID(str(waits))}/done", how="transfer", return_reference="T-9")
    assert (done.status_code, billing.call("GET", "/tasks").json()["refunds"]) == (303, 0)
    sound(billing)


def test_cheque_that_bounces_from_the_page_leaves_one_task(billing: Billing) -> None:
    [placed] = invoiced(billing)
    paid = took(billing, placed, cheque(89681))
    page(billing, placed)
    shown = billing.client.get(f"/staff/payments/{paid}", headers=HTML).text
    assert "Chèque sans provision" in shown
    wrong = post(billing, f"/staff/payments/{paid}/reversal", reversed_on="2027-02-18")
    assert (wrong.status_code, "ne peut pas être à venir" in wrong.text) == (422, True)
    assert post(billing, f"/staff/payments/{paid}/reversal", reversed_on="2027-02-17").status_code == 303
    told = billing.call("GET", "/tasks").json()
    assert (told["bounced"], told["bounced_amount"], owed(billing, placed)) == (1, 89681, [89681])
    order_page = billing.client.get(f"/staff/orders/{placed.order_id}", headers=HTML).text
    assert "Sans provision" in order_page
    assert "Sans provision" in billing.client.get(f"/staff/payments/{paid}", headers=HTML).text
    assert placed.code in billing.client.get("/staff/orders?status=bounced", headers=HTML).text
    took(billing, placed, cheque(89681, "000130"))
    assert billing.call("GET", "/tasks").json()["bounced"] == 0
    sound(billing)


def test_entry_is_corrected_from_the_page(billing: Billing) -> None:
    [placed] = invoiced(billing)
    paid = took(billing, placed, cheque(89618))
    page(billing, placed)
    fields = {"method": "cheque", "amount": "896.81", "received_on": "2027-02-17", "reference": "000123"}
    assert post(billing, f"/staff/payments/{paid}/correction", **fields).status_code == 303
    assert (owed(billing, placed), len(payments(billing))) == ([0], 2)
    again = post(billing, f"/staff/payments/{paid}/correction", **fields)
    assert (again.status_code, "déjà annulé" in again.text) == (409, True)
    sound(billing)


def test_coordinator_enters_a_payment_and_moves_no_credit(billing: Billing) -> None:
    [placed] = invoiced(billing)
    paid = took(billing, placed, cheque(100000))
    billing.as_staff("coordinator")
    assert "Encaisser" in billing.client.get(f"/staff/payments/new?order={placed.order_id}", headers=HTML).text
    assert post(billing, f"/staff/payments/{paid}/reversal", reversed_on="2027-02-17").status_code == 403
    assert post(billing, "/staff/credits/returns", order=str(placed.order_id), return_amount="1").status_code == 403


def test_account_for_programs_goes_through_it_all(billing: Billing) -> None:
    first, _ = invoiced(billing, "780.00", "740.00")
    billing.as_staff("accountant")
    address = f"/api/accounts/{first.order_id}"
    account = billing.client.get(address).json()
    assert (account["name"], account["owed"], account["credit"]) == (C15.company, 174763, 0)
    invoices = [each["id"] for each in account["invoices"]]
    body: dict[str, Any] = {"method": "cheque", "amount": 100000, "received_on": "2027-02-17", "reference": "000123"}
    account = billing.client.post(f"{address}/payments", json=body | {"invoices": invoices[:1]}).json()
    assert (account["owed"], account["credit"]) == (85082, 10319)
    assert billing.client.post(f"{address}/payments", json=body).json()["code"] == "EnteredBefore"
    use = {"invoice_id": invoices[1], "amount": 10000}
    assert billing.client.post(f"{address}/credit-uses", json=use).json()["owed"] == 75082
    account = billing.client.post(f"{address}/credit-returns", json={"amount": 319}).json()
    [waits] = account["to_return"]
    done = billing.client.post(f"/api/credit-returns/{waits['id']}/done", json={"how": "cash"}).json()
    assert (done["to_return"], done["credit"]) == ([], 0)
    [paid] = done["payments"]
    refused = billing.client.post(f"/api/payments/{paid['id']}/reversal", json={"reversed_on": "2027-02-17"})
    assert refused.json()["code"] == "PaymentReturned"
    body |= {"amount": 75082, "reference": "000124"}
    [paid, _] = billing.client.post(f"{address}/payments", json=body).json()["payments"]
    body |= {"reference": "000125"}
    [right, *_] = billing.client.post(f"/api/payments/{paid['id']}/correction", json=body).json()["payments"]
    assert right["replaces_id"] == paid["id"]
    answer = billing.client.post(f"/api/payments/{right['id']}/reversal", json={"reversed_on": "2027-02-17"}).json()
    assert (answer["owed"], answer["payments"][0]["reason"]) == (75082, "bounced")
    sound(billing)


@pytest.mark.parametrize(("taxable", "total"), [(True, 5174), (False, 4500)])
def test_fee_of_a_cheque_that_bounced_is_an_invoice_of_its_own(start: Start, taxable: bool, total: int) -> None:
    billing = start(profile=association(returned_cheque_taxable=taxable))
    [placed] = invoiced(billing)
    paid = took(billing, placed, cheque(89681))
    page(billing, placed)
    wrong = post(billing, f"/staff/payments/{paid}/reversal", reversed_on="2027-02-17", fee="-1")
    assert (wrong.status_code, owed(billing, placed)) == (422, [0])
    fields = {"reversed_on": "2027-02-17", "fee": "45,00", "key": str(uuid.uuid4())}
    for _ in range(2):
        assert post(billing, f"/staff/payments/{paid}/reversal", **fields).status_code == 303
    account = billing.client.get(f"/api/accounts/{placed.order_id}").json()
    assert [each["owed"] for each in account["invoices"]] == [89681, total]
    [(order_id,)] = billing.rows("SELECT fee_order_id FROM reversal")
    shown = billing.client.get(f"/staff/orders/{uuid.UUID(str(order_id))}", headers=HTML).text
    assert ("Frais pour chèque sans provision" in shown, "/staff/registrations/" in shown) == (True, False)
    sound(billing)
