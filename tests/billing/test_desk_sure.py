"""Acts that move money say what they would do, from which amount to which, before they are done."""

from typing import Any

import pytest

from billing.orders.actions import existing
from billing.payments.actions import Received, receive
from kit.contracts import PaymentMethod, PlaceOrder
from kit.db import new_id
from tests.billing.conftest import Billing
from tests.billing.test_desk import HTML, invoiced
from tests.billing.test_refunds_at_stripe import sums

__all__ = ["invoiced"]


def asked(billing: Billing, path: str, **form: Any) -> str:
    """What is said of a form that nobody has confirmed yet."""
    answer = billing.client.post(path, data={"key": str(new_id()), **form}, headers=HTML, follow_redirects=False)
    assert answer.status_code == 200, answer.text
    return str(answer.text).replace("\u00a0", " ")


def test_payment_is_shown_before_and_after_and_recorded_once_confirmed(billing: Billing, invoiced: PlaceOrder) -> None:
    billing.as_staff("accountant")
    address, key = f"/staff/orders/{invoiced.order_id}/payments", str(new_id())
    form = {"key": key, "method": "cheque", "amount": "100,00", "received_on": "2027-02-17", "reference": "7"}
    page = asked(billing, address, **form)
    assert "Enregistrer un paiement de 100,00 $?" in page
    assert "247,20 $ → <strong>147,20 $</strong>" in page and f'value="{key}"' in page
    assert billing.order(invoiced.order_id)["paid"] == 0 and billing.invariants() == []
    done = billing.client.post(address, data=form | {"confirmed": "true"}, headers=HTML, follow_redirects=False)
    assert done.status_code == 303 and billing.order(invoiced.order_id)["paid"] == 10000


def test_return_already_made_is_shown_before_and_after(recorded: Billing, paid: PlaceOrder) -> None:
    recorded.as_staff("accountant")
    form = {"return_how": "cheque", "return_amount": "20,00", "return_reference": "004130"}
    page = asked(recorded, f"/staff/orders/{paid.order_id}/returns", **form)
    assert "Enregistrer 20,00 $ déjà retournés à l’acheteur?" in page
    assert "0,00 $ → <strong>20,00 $</strong>" in page
    assert sums(recorded, paid) == (0, 0, 0) and recorded.invariants() == []


def test_refund_by_hand_is_shown_before_and_after(billing: Billing, invoiced: PlaceOrder) -> None:
    billing.as_staff("accountant")
    address = f"/api/orders/{invoiced.order_id}"
    billing.client.post(f"{address}/payments", json={"method": "cheque", "amount": 24720, "received_on": "2027-02-17"})
    billing.client.post(f"{address}/credits", json={"amount": 10000, "reason": "Absence"})
    [refund] = billing.order(invoiced.order_id)["refunds"]
    page = asked(billing, f"/staff/refunds/{refund['id']}/done", how="transfer", refund_reference="v-9")
    assert "Enregistrer un remboursement de 100,00 $ déjà fait?" in page
    assert "100,00 $ → <strong>0,00 $</strong>" in page and "0,00 $ → <strong>100,00 $</strong>" in page
    assert billing.order(invoiced.order_id)["refunded"] == 0


@pytest.mark.parametrize("amount", ["0", "300,00", "abc"])
def test_act_that_cannot_be_done_is_refused_beside_its_field_at_once(
    billing: Billing, invoiced: PlaceOrder, amount: str
) -> None:
    billing.as_staff("accountant")
    form = {"key": str(new_id()), "method": "cheque", "amount": amount, "received_on": "2027-02-17"}
    answer = billing.client.post(f"/staff/orders/{invoiced.order_id}/payments", data=form, headers=HTML)
    assert answer.status_code in (409, 422) and 'aria-invalid="true"' in answer.text


def test_credit_of_an_order_paid_both_ways_shows_what_goes_where(recorded: Billing, paid: PlaceOrder) -> None:
    """What came by card goes back to the card, what came by cheque by hand: each with its amount."""
    recorded.as_staff("accountant")
    with recorded.service.db.write() as session:
        cheque = Received(PaymentMethod.CHEQUE, 10000, reference="7", by="Comptable")
        receive(session, [existing(session, paid.order_id)], cheque, recorded.clock())
    page = recorded.client.get(f"/staff/orders/{paid.order_id}", headers=HTML).text
    assert "Vous verrez le partage avant de confirmer" in page
    form = {"credit_amount": "150,00", "credit_reason": "Absence"}
    page = asked(recorded, f"/staff/orders/{paid.order_id}/credits", **form)
    assert "100,00 $ hors carte, à faire par vous" in page and "150,00 $ sur la carte, aussitôt" in page
