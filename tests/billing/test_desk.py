"""Staff's pages and their JSON twins: every cent shown, every gesture once, every refusal beside its field."""

import re
from typing import Any

import pytest

from billing.office import view as rules
from kit.contracts import PlaceOrder, RefundOrder
from kit.db import new_id
from kit.errors import InvalidInput
from tests.billing.conftest import Billing
from tests.billing.make import BUYER, at_once, credit, line, order

HTML = {"Accept": "text/html"}


@pytest.fixture
def invoiced(billing: Billing) -> PlaceOrder:
    placed = order(method="invoice")
    billing.place(placed)
    billing.as_staff("accountant")
    return placed


def page(billing: Billing, path: str) -> str:
    answer = billing.client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def post(billing: Billing, path: str, **form: Any) -> Any:
    fields = {"key": str(new_id()), "confirmed": "true", **form}
    return billing.client.post(path, data=fields, headers=HTML, follow_redirects=False)


def test_cheque_form_sent_twice_is_recorded_once(billing: Billing, invoiced: PlaceOrder) -> None:
    address = f"/staff/orders/{invoiced.order_id}"
    shown = page(billing, address)
    assert 'value="247,20"' in shown
    form = {"method": "cheque", "amount": "100,00", "received_on": "2027-02-16", "reference": "000123"}
    key = re.search(r'name="key" value="([^"]+)"', shown)
    assert key
    for _ in range(2):
        answer = post(billing, f"{address}/payments", **form, key=key[1])
        assert (answer.status_code, answer.headers["location"]) == (303, f"{address}?done=payment")
    seen = billing.order(invoiced.order_id)
    assert (seen["paid"], seen["owed"], seen["status"]) == (10000, 14720, "invoiced")
    [payment] = seen["payments"]
    assert (payment["reference"], payment["by"]) == ("000123", "accountant of the tests")
    assert "Le paiement est enregistré." in page(billing, f"{address}?done=payment")
    assert "Le paiement est enregistré." not in page(billing, f"{address}?done=whatever")

    post(billing, f"{address}/payments", method="transfer", amount="147.20", received_on="2027-02-17")
    assert billing.order(invoiced.order_id)["status"] == "paid"
    billing.work()
    [paid] = billing.registration.told("OrderPaid")
    assert (paid["method"], paid["by"], paid["amount"]) == ("transfer", "accountant of the tests", 24720)
    assert billing.invariants() == []


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"amount": "247,21"}, "plus que le solde"),
        ({"amount": "0"}, "plus grand que zéro"),
        ({"amount": "beaucoup"}, "Écrivez un montant"),
        ({"amount": "1,005"}, "Écrivez un montant"),
        ({"received_on": "2027-02-18"}, "ne peut pas être à venir"),
        ({"received_on": ""}, "Choisissez une date"),
    ],
)
def test_payment_refused_comes_back_with_what_was_entered(
    billing: Billing, invoiced: PlaceOrder, form: dict[str, str], sentence: str
) -> None:
    typed = {"method": "cheque", "amount": "247,20", "received_on": "2027-02-17", "reference": "chèque 17"} | form
    answer = post(billing, f"/staff/orders/{invoiced.order_id}/payments", **typed)
    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    assert "chèque 17" in answer.text
    assert billing.order(invoiced.order_id)["paid"] == 0


@pytest.mark.parametrize(
    ("form", "told", "field"),
    [
        ("payments", 2, {"method": "cheque", "amount": "247,20", "received_on": "2027-02-17", "reference": "é" * 81}),
        # Nothing came yet: the form of returns is not on the page, and the sentence stands in the summary alone.
        ("returns", 1, {"return_how": "cheque", "return_amount": "1,00", "return_reference": "é" * 81}),
    ],
)
def test_reference_too_long_is_refused_with_its_limit_and_stays(
    billing: Billing, invoiced: PlaceOrder, form: str, told: int, field: dict[str, str]
) -> None:
    answer = post(billing, f"/staff/orders/{invoiced.order_id}/{form}", **field)
    assert answer.status_code == 422 and answer.text.count("80 caractères au plus") == told
    assert answer.text.count('value="' + "é" * 81) == told - 1
    assert billing.order(invoiced.order_id)["paid"] == 0


def test_refund_in_part_by_hand_follows_a_cheque(billing: Billing, invoiced: PlaceOrder) -> None:
    address = f"/staff/orders/{invoiced.order_id}"
    assert "le solde diminue de ce montant" in page(billing, address)
    post(billing, f"{address}/payments", method="cheque", amount="247,20", received_on="2027-02-17")
    assert "restera à rembourser hors carte" in page(billing, address)
    assert (
        post(
            billing, f"{address}/credits", credit_amount="50,00", credit_reason="Geste commercial", confirmed=True
        ).status_code
        == 303
    )
    seen = billing.order(invoiced.order_id)
    [refund] = seen["refunds"]
    note = seen["documents"][1]
    assert (note["subtotal"], note["tps"], note["tvq"], note["total"]) == (-4349, -217, -434, -5000)
    assert (refund["status"], refund["amount"]) == ("to_pay_by_hand", 5000)
    shown = page(billing, address)
    assert "À rembourser\xa0: 50,00\xa0$" in shown
    assert "Geste commercial" in shown
    assert (
        post(billing, f"/staff/refunds/{refund['id']}/done", how="transfer", refund_reference="v-9").status_code == 303
    )
    again = post(billing, f"/staff/refunds/{refund['id']}/done", how="transfer")
    assert (again.status_code, "n’attend pas" in again.text) == (409, True)
    assert billing.order(invoiced.order_id)["refunded"] == 5000
    assert "Remboursé hors carte" in page(billing, address)
    assert billing.invariants() == []


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"credit_amount": "247,21"}, "plus que ce qui reste"),
        ({"credit_amount": "-1"}, "plus grand que zéro"),
        ({"credit_reason": "  "}, "Indiquez le motif"),
        ({"credit_reason": "é" * 301}, "300 caractères au plus"),
    ],
)
def test_credit_refused_says_why(billing: Billing, invoiced: PlaceOrder, form: dict[str, str], sentence: str) -> None:
    typed = {"credit_amount": "10", "credit_reason": "x"} | form
    answer = post(billing, f"/staff/orders/{invoiced.order_id}/credits", **typed)
    assert answer.text.count(sentence) == 2  # Summed up at the top, and beside its field.
    assert billing.order(invoiced.order_id)["credited"] == 0


def test_order_page_in_every_state_reads_in_both_languages(billing: Billing, invoiced: PlaceOrder) -> None:
    free, waiting, closed = order(line("web", "0.00"), method="free"), order(), order()
    walk_in = order(line("car-porte", "95.00"), method="cash")
    abroad = order(method="invoice", online=True, buyer=BUYER.model_copy(update={"province": "ON", "company": ""}))
    for placed in (free, waiting, walk_in, abroad):
        billing.place(placed)
    billing.close(closed.order_id)
    billing.tell(
        credit(invoiced, ("car-n", 1)), RefundOrder(amendment_id=new_id(), order_id=walk_in.order_id, reason="no_room")
    )
    for placed in (invoiced, free, waiting, closed, walk_in, abroad):
        for lang in ("fr", "en"):
            page(billing, f"/staff/orders/{placed.order_id}?lang={lang}")
    page(billing, f"/staff/orders/{walk_in.order_id}?done=a-word-of-ours-no-more")
    assert "check which taxes apply" in page(billing, f"/staff/orders/{abroad.order_id}?lang=en")
    assert "Il n’y avait plus de place" in page(billing, f"/staff/orders/{walk_in.order_id}?lang=fr")


def test_order_list_is_searched_narrowed_and_paged(billing: Billing, invoiced: PlaceOrder) -> None:
    other = order(method="invoice", buyer=BUYER.model_copy(update={"company": "Fromagerie Saint-Brume inc."}))
    billing.place(other)
    billing.place(order(line("web", "0.00"), method="free"))
    billing.tell(credit(other, ("car-n", 1)))

    def codes(**query: str) -> set[str]:
        found = billing.client.get("/api/orders", params=query).json()["orders"]
        return {row["code"] for row in found}

    assert codes(search="st-brume FROMAGERIE") == {other.code}
    assert codes(search=invoiced.code.lower()) == {invoiced.code}
    assert codes(search="f-2027-00001") == {invoiced.code}
    assert codes(search="NC-2027-00001") == {other.code}
    assert codes(search="BC-77") >= {invoiced.code, other.code}
    assert codes(search="introuvable%") == set()
    assert codes(status="owed") == {invoiced.code, other.code}
    assert len(codes(status="paid")) == 1
    assert len(codes()) == 3
    for words, said in (("brume", "Fromagerie Saint-Brume"), ("introuvable", "Aucun résultat")):
        away = billing.client.post("/staff/orders", data={"search": words, "status": "owed"}, follow_redirects=False)
        assert words not in away.headers["location"] and "status=owed" in away.headers["location"]
        assert said in page(billing, away.headers["location"])


def test_order_closed_before_it_was_placed_is_listed_among_the_void_only(
    billing: Billing, invoiced: PlaceOrder
) -> None:
    never = order()
    billing.close(never.order_id)

    def listed(**query: str) -> list[str]:
        return [row["id"] for row in billing.client.get("/api/orders", params=query).json()["orders"]]

    assert listed() == [str(invoiced.order_id)]
    assert listed(status="void") == [str(never.order_id)]


def test_order_list_pages_follow_each_other(billing: Billing, monkeypatch: pytest.MonkeyPatch) -> None:
    billing.as_staff("director")
    placed = [order(line("web", "0.00"), method="free") for _ in range(52)]
    assert billing.tell(*placed[:26]) == ["done"] * 26
    assert billing.tell(*placed[26:]) == ["done"] * 26
    first = billing.client.get("/api/orders").json()
    second = billing.client.get("/api/orders", params={"after": first["next"]}).json()
    assert [row["code"] for row in first["orders"] + second["orders"]] == [each.code for each in reversed(placed)]
    assert (second["next"], first["total"], second["total"]) == (None, 52, 52)
    assert billing.client.get("/api/orders", params={"before": second["previous"]}).json() == first
    assert f"after={first['next']}" in page(billing, "/staff/orders")
    assert f"before={second['previous']}" in page(billing, f"/staff/orders?after={first['next']}")


def test_order_list_when_empty_says_so(billing: Billing) -> None:
    billing.as_staff("coordinator")
    assert "Aucune commande pour le moment" in page(billing, "/staff/orders")


def test_order_pages_by_role_show_and_accept_what_it_may_do(billing: Billing, invoiced: PlaceOrder) -> None:
    address = f"/staff/orders/{invoiced.order_id}"
    billing.as_staff("door")
    assert billing.client.get(address, headers=HTML).status_code == 403
    billing.as_staff("coordinator")
    shown = page(billing, address)
    assert ("Enregistrer un paiement" in shown, "Rembourser une partie" in shown) == (True, False)
    assert post(billing, f"{address}/credits", credit_amount="1", credit_reason="x").status_code == 403
    billing.client.cookies.clear()
    away = billing.client.get(address, headers=HTML, follow_redirects=False)
    assert away.headers["location"].startswith("http://registration.example.org/staff/sign-in")
    assert billing.client.get("/api/orders").status_code == 401


def test_order_api_sent_twice_does_the_same_once(billing: Billing, invoiced: PlaceOrder) -> None:
    address = f"/api/orders/{invoiced.order_id}"
    body = {"method": "cheque", "amount": 24720, "received_on": "2027-02-17", "reference": "1"}
    first = billing.client.post(f"{address}/payments", json=body, headers={"Idempotency-Key": "k1"})
    again = billing.client.post(f"{address}/payments", json=body, headers={"Idempotency-Key": "k1"})
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    part = {"amount": 9773, "reason": "Absence"}
    answer = billing.client.post(f"{address}/credits", json=part, headers={"Idempotency-Key": "k2"}).json()
    assert (answer["credited"], answer["refunding"]) == (9773, 9773)
    assert billing.client.get(address).json()["refunds"][0]["amount"] == 9773
    refused = billing.client.post(f"{address}/payments", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "AlreadyPaid")


@pytest.mark.parametrize(("field", "value"), [("amount", "100"), ("amount", True), ("received_on", 1234567)])
def test_payment_of_no_amount_or_on_no_day_is_refused(
    billing: Billing, invoiced: PlaceOrder, field: str, value: object
) -> None:
    body = {"method": "cheque", "amount": 100, "received_on": "2027-02-17", field: value}
    answer = billing.client.post(f"/api/orders/{invoiced.order_id}/payments", json=body)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_payment_of_an_order_that_is_closed_or_not_billed_is_refused(billing: Billing, invoiced: PlaceOrder) -> None:
    waiting, closed = order(), order()
    billing.place(waiting)
    billing.close(closed.order_id)
    body = {"method": "cheque", "amount": 100, "received_on": "2027-02-17"}
    for placed, code in ((waiting, "OrderNotBilled"), (closed, "OrderClosed"), (order(), "NotFound")):
        answer = billing.client.post(f"/api/orders/{placed.order_id}/payments", json=body)
        assert answer.json()["code"] == code


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("97,73", 9773),
        ("97.73", 9773),
        ("1\xa0304,83\xa0$", 130483),
        ("$1304.83", 130483),
        ("$1,304.83", 130483),
        ("12,001,304.8", 1200130480),
        ("5", 500),
        ("-1", -100),
    ],
)
def test_amount_as_people_write_it_is_read(text: str, cents: int) -> None:
    assert rules.amount_of(text) == cents


@pytest.mark.parametrize(
    "text", ["", "abc", "1,2,3", "1,30.48", "1,304", "1.304,83", "0,001", "NaN", "Infinity", "1e3000"]
)
def test_amount_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        rules.amount_of(text)


def test_payment_form_double_clicked_records_once_and_shows_the_order(billing: Billing, invoiced: PlaceOrder) -> None:
    form = {"key": str(new_id()), "method": "cheque", "amount": "100", "received_on": "2027-02-17", "reference": "1"}
    form |= {"confirmed": "true"}
    address = f"/staff/orders/{invoiced.order_id}/payments"
    answers = at_once(*[lambda: billing.client.post(address, data=form, follow_redirects=False)] * 4)
    assert [answer.status_code for answer in answers] == [303] * 4
    assert billing.order(invoiced.order_id)["paid"] == 10000
