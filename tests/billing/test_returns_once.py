"""Money that goes back by hand goes back once, and buyers are forgotten when their term is over."""

from sqlmodel import select

from billing import jobs
from billing.orders.models import Buyer
from tests.billing.conftest import Billing
from tests.billing.make import credit, line, order
from tests.billing.test_returns_by_hand import book


def test_return_by_hand_takes_the_place_of_one_that_waits_to_be_paid_by_hand(recorded: Billing) -> None:
    """The accountant writes the cheque and books it as a return: the same money must not be asked of her again."""
    walk_in = order(line("car-porte", "95.00"), line("b", "95.00"), method="cash")
    recorded.place(walk_in)
    recorded.tell(credit(walk_in, ("b", 1)))
    [waiting] = recorded.order(walk_in.order_id)["refunds"]
    assert waiting["status"] == "to_pay_by_hand"
    status = book(recorded, walk_in, f"{waiting['amount'] / 100:.2f}".replace(".", ","))
    seen = recorded.order(walk_in.order_id)
    still = [one for one in seen["refunds"] if one["status"] == "to_pay_by_hand"]
    assert status == 409 or not still, (status, seen["refunds"], seen["refunded"])


def test_cash_over_two_payments_is_rounded_as_one_sum(recorded: Billing) -> None:
    placed = order(line("a", "100.00"), method="invoice")
    recorded.place(placed)
    recorded.as_staff("accountant")
    for amount in (5706, 5792):
        body = {"method": "cheque", "amount": amount, "received_on": "2027-02-17", "reference": "x"}
        answer = recorded.client.post(f"/api/orders/{placed.order_id}/payments", json=body)
        assert answer.status_code < 300, answer.text
    assert book(recorded, placed, "113,94", "cash") == 303
    seen = recorded.order(placed.order_id)["refunds"]
    assert sum(one["amount"] + one["rounding"] for one in seen) == 11395, seen


def test_buyer_of_an_order_nobody_paid_is_forgotten(recorded: Billing) -> None:
    placed, invoiced = order(), order(method="invoice")
    recorded.place(placed)
    recorded.place(invoiced)
    assert recorded.close(placed.order_id) == "void"
    recorded.clock.advance(days=800)
    jobs.housekeeping(recorded.service)
    with recorded.service.db.read() as session:
        names = session.exec(select(Buyer.name)).all()
    assert sorted(name != "" for name in names) == [False, True], "who owes is known as long as the books are"
