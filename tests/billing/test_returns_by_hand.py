"""Money that the accountant gave back before anything asked for it, and what she does when Stripe was not heard."""

from kit.contracts import PlaceOrder
from kit.db import new_id
from tests.billing.conftest import Billing
from tests.billing.make import credit, line, order
from tests.billing.test_disputes import contest, owed, page
from tests.billing.test_refunds_at_stripe import PAID, by_hand, cancel, look, sums, tell
from tests.fakes.stripe_gateway import RecordedGateway, down, refusing


def book(billing: Billing, placed: PlaceOrder, amount: str, how: str = "cheque") -> int:
    """As the accountant writes it on the order page; the status of the answer."""
    billing.as_staff("accountant")
    form = {"key": str(new_id()), "return_how": how, "return_amount": amount, "return_reference": "004130"}
    form |= {"confirmed": "true"}
    answer = billing.client.post(f"/staff/orders/{placed.order_id}/returns", data=form, follow_redirects=False)
    return int(answer.status_code)


def test_return_by_cheque_is_in_the_books_and_caps_what_a_cancellation_returns(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    assert book(recorded, paid, "20,00") == 303
    assert sums(recorded, paid) == (0, 2000, 2000) and recorded.invariants() == []
    shown = page(recorded, f"/staff/orders/{paid.order_id}")
    assert "Fait hors carte, sans note de crédit" in shown and "004130" in shown
    assert f"/staff/orders/{paid.order_id}" in page(recorded, "/staff/orders?status=uncredited")
    cancel(recorded, paid)
    recorded.work()
    assert list(gateway.amounts.values()) == [PAID - 2000]
    assert sums(recorded, paid) == (0, PAID, 0) and recorded.invariants() == []


def test_return_by_hand_above_what_is_left_is_refused_beside_its_field(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    by_hand(recorded, gateway, paid, 20_000)
    look(recorded, paid)
    assert book(recorded, paid, "47,21") == 409 and book(recorded, paid, "0") == 422
    assert book(recorded, paid, "47,20") == 303
    assert sums(recorded, paid)[1] == PAID and recorded.invariants() == []


def test_return_by_hand_takes_the_place_of_what_the_card_was_promised(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    """Stripe is down for days; the accountant writes a cheque."""
    gateway.before = down
    cancel(recorded, paid)
    recorded.work()
    assert book(recorded, paid, "247,20") == 303
    gateway.before = lambda _call: None
    recorded.clock.advance(days=1)
    recorded.work()
    assert gateway.amounts == {} and sums(recorded, paid) == (0, PAID, 0) and recorded.invariants() == []


def test_return_in_cash_is_rounded_to_five_cents_and_balances(recorded: Billing, paid: PlaceOrder) -> None:
    assert book(recorded, paid, "20,02", "cash") == 303
    assert recorded.order(paid.order_id)["refunds"][0]["rounding"] == -2 and recorded.invariants() == []


def test_return_is_booked_by_a_program_once(recorded: Billing, paid: PlaceOrder) -> None:
    recorded.as_staff("accountant")
    body, headers = {"amount": 2000, "how": "transfer", "reference": "T-1"}, {"Idempotency-Key": str(new_id())}
    for _ in range(2):
        answer = recorded.client.post(f"/api/orders/{paid.order_id}/returns", json=body, headers=headers)
        assert answer.status_code == 200 and answer.json()["refunded"] == 2000
    recorded.as_staff("coordinator")
    assert recorded.client.post(f"/api/orders/{paid.order_id}/returns", json=body).status_code == 403


def test_stripe_read_again_from_the_order_page_finds_what_no_event_told(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    by_hand(recorded, gateway, paid, 2000)
    gateway.disputes["du_1"] = contest(recorded, paid, amount=5000)
    recorded.as_staff("accountant")
    for _ in range(2):
        answer = recorded.client.post(f"/staff/orders/{paid.order_id}/stripe-reading", follow_redirects=False)
        assert answer.status_code == 303
    assert sums(recorded, paid) == (0, 2000, 7000) and owed(recorded, paid)[0] == 5000
    assert recorded.invariants() == []
    answer = recorded.client.post(f"/api/orders/{paid.order_id}/stripe-reading")
    assert answer.status_code == 200 and len(answer.json()["disputes"]) == 1
    gateway.before = down
    assert recorded.client.post(f"/api/orders/{paid.order_id}/stripe-reading").status_code == 503


def test_money_returned_by_cheque_and_then_at_stripe_is_shown_within_minutes(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    """No book can hold it; the accountant sees it on the order and on the list, and says that she looked."""
    assert book(recorded, paid, "247,20") == 303
    seen = by_hand(recorded, gateway, paid, 2000)
    tell(recorded, gateway, paid, seen, "refund.created")
    assert "Somme remboursée deux fois" in page(recorded, f"/staff/orders/{paid.order_id}")
    shown = page(recorded, "/staff/orders")
    assert "Remboursé deux fois" in shown
    [event] = recorded.client.get("/api/stripe-events").json()
    assert recorded.client.post(f"/api/stripe-events/{event['id']}/looked-at").json() == []
    assert "Remboursé deux fois" not in page(recorded, "/staff/orders") and recorded.invariants() == []


def test_order_wholly_refunded_says_so_in_the_list(recorded: Billing, paid: PlaceOrder) -> None:
    cancel(recorded, paid)
    assert ">Remboursée<" not in page(recorded, "/staff/orders"), "it is on its way"
    recorded.work()
    shown = page(recorded, "/staff/orders")
    assert "Remboursée" in shown and "247,20\u00a0$ remboursés" in shown
    [row] = recorded.client.get("/api/orders").json()["orders"]
    assert (row["credited"], row["refunded"], row["owed"]) == (PAID, PAID, 0)


def test_order_refunded_in_part_is_still_paid(recorded: Billing, paid: PlaceOrder) -> None:
    recorded.tell(credit(paid, ("car-n", 1)))
    recorded.work()
    shown = page(recorded, "/staff/orders")
    assert "Remboursée" not in shown and "97,73\u00a0$ remboursés" in shown


def test_order_too_small_for_a_card_says_so_on_the_way_to_pay(recorded: Billing) -> None:
    """Stripe takes no less than 0.50: 0.43 and its taxes make 0.49."""
    placed = order(line("mini", "0.43"))
    pay_url = recorded.place(placed).json()["pay_url"]
    assert placed.expected_total == 49
    answer = recorded.visit(pay_url)
    assert answer.status_code == 409 and "moins de 0,50\u00a0$" in answer.text and placed.return_url in answer.text
    enough = order(line("mini", "0.44"))
    assert enough.expected_total >= 50 and recorded.pay_page(recorded.place(enough).json()["pay_url"])


def test_column_of_payments_counts_a_refund_that_failed_for_nothing(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    """It is named with its amount; the sum of the column is what is kept."""
    gateway.before = lambda call: refusing("expired_card")(call) if call == "refund" else None
    cancel(recorded, paid)
    recorded.work()
    shown = page(recorded, f"/staff/orders/{paid.order_id}").split('id="payments"', 1)[1].split("</section>", 1)[0]
    assert "Remboursement (247,20\u00a0$)" in shown and "\u2212247,20" not in shown
    assert f"/staff/orders/{paid.order_id}" in page(recorded, "/staff/orders?status=refunds")
