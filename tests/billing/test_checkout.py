"""A card payment from the order to the message that confirms it, against the simulated Stripe over HTTP."""

from tests.billing.conftest import Billing
from tests.billing.make import order


def test_a_card_payment_from_end_to_end(card: Billing) -> None:
    placed = order()
    answer = card.place(placed)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["total"]) == ("open", 24720)

    session_id = card.pay_page(answer.json()["pay_url"])
    assert card.stripe
    session = card.stripe.pay(session_id)
    assert session["amount_total"] == 24720

    back = card.visit(session["success_url"])
    assert back.status_code == 303
    assert back.headers["location"] == placed.return_url
    [paid] = card.registration.told("OrderPaid")
    assert (paid["order_id"], paid["amount"], paid["method"]) == (str(placed.order_id), 24720, "card")
    seen = card.order(placed.order_id)
    assert (seen["status"], seen["paid"], seen["owed"]) == ("paid", 24720, 0)
    assert [document["number"] for document in seen["documents"]] == ["F-2027-00001"]
    assert card.invariants() == []
