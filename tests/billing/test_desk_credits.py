"""A credit note made by staff: first what it will do, then the act."""

import re

from kit.contracts import PlaceOrder
from tests.billing.conftest import Billing
from tests.billing.test_desk import invoiced, page, post

__all__ = ["invoiced"]


def test_credit_says_what_it_will_do_before_it_is_made(billing: Billing, invoiced: PlaceOrder) -> None:
    address = f"/staff/orders/{invoiced.order_id}"
    assert "Émettre une note de crédit" in page(billing, address) and "Rembourser une partie" not in page(
        billing, address
    )
    asked = post(
        billing, f"{address}/credits", credit_amount="47,20", credit_reason="Geste commercial", confirmed="false"
    )
    assert asked.status_code == 200 and "Émettre une note de crédit de 47,20\u00a0$?" in asked.text
    assert "247,20\u00a0$ → <strong>200,00\u00a0$</strong>" in asked.text and "Geste commercial" in asked.text
    assert billing.order(invoiced.order_id)["credited"] == 0
    [key] = re.findall(r'name="key" value="([^"]+)">[^>]*name="credit_amount"', asked.text.split('id="credit"')[1])
    sure = {"credit_amount": "47,20", "credit_reason": "Geste commercial", "confirmed": "true", "key": key}
    assert post(billing, f"{address}/credits", **sure).status_code == 303
    assert billing.order(invoiced.order_id)["credited"] == 4720
    post(billing, f"{address}/payments", method="cheque", amount="200,00", received_on="2027-02-17")
    asked = post(billing, f"{address}/credits", credit_amount="50", credit_reason="x", confirmed="false")
    assert "Remboursement</dt><dd><strong>50,00\u00a0$" in asked.text and "hors carte" in asked.text


def test_credit_that_cannot_be_made_is_refused_beside_its_field_before_it_is_asked(
    billing: Billing, invoiced: PlaceOrder
) -> None:
    address = f"/staff/orders/{invoiced.order_id}/credits"
    for amount in ("0", "1 000,00", "abc"):
        refused = post(billing, address, credit_amount=amount, credit_reason="Geste commercial", confirmed="false")
        assert refused.status_code in (409, 422) and f'value="{amount}"' in refused.text
    assert billing.order(invoiced.order_id)["credited"] == 0
