"""An invoice paid by card, later: what its page asks, what comes meanwhile, and who gets what of the money."""

from typing import Any

import pytest
import sqlalchemy as sa

from billing.checkout import actions
from billing.checkout import flows as settlement
from billing.checkout.flows_reconcile import reconcile
from billing.port import EventSeen, PageStatus
from kit.contracts import PlaceOrder, RefundOrder
from kit.db import new_id
from tests.billing.conftest import Billing, Start
from tests.billing.make import at_once, credit, fee, golf_and_cohort, line, order
from tests.fakes.stripe_gateway import RecordedGateway, down
from tests.fakes.stripe_server import StripeServer

GOLF, COHORT, TOTAL = 193158, 103478, 24720


@pytest.fixture
def invoiced(recorded: Billing) -> PlaceOrder:
    """o4 of the sample by invoice, 247.20, and the accountant signed in."""
    placed = order(method="invoice")
    assert recorded.tell(placed) == ["done"]
    recorded.as_staff("accountant")
    return placed


@pytest.fixture
def both(recorded: Billing) -> list[PlaceOrder]:
    """The golf (1931.58) and the cohort (1034.78) on one invoice, and the accountant signed in."""
    placed = golf_and_cohort()
    assert recorded.tell(*placed) == ["done", "done"]
    recorded.as_staff("accountant")
    return placed


def cheque(billing: Billing, of: PlaceOrder, amount: int) -> Any:
    body = {"method": "cheque", "amount": amount, "received_on": "2027-02-17", "reference": "1044"}
    return billing.client.post(f"/api/orders/{of.order_id}/payments", json=body)


def page_of(billing: Billing, of: PlaceOrder) -> str:
    """Go to the payment page of its invoice; the id of its session."""
    return billing.pay_page(billing.order(of.order_id)["pay_url"])


def document(billing: Billing, of: PlaceOrder) -> str:
    return next(one["url"] for one in billing.order(of.order_id)["papers"] if one["kind"] == "invoice")


def states(billing: Billing, *placed: PlaceOrder) -> list[tuple[str, int, int]]:
    seen = [billing.order(each.order_id) for each in placed]
    return [(one["status"], one["paid"], one["owed"]) for one in seen]


def hear(billing: Billing, *events: EventSeen) -> None:
    with billing.service.db.write() as session:
        for event in events:
            actions.store_event(session, event, billing.clock())
    billing.work()


def test_invoice_is_paid_on_a_page_that_asks_its_balance_on_one_line(
    card: Billing, stripe: StripeServer, webhooks: None
) -> None:
    placed = order(method="invoice")
    card.tell(placed)
    card.as_staff("accountant")
    assert cheque(card, placed, 10000).status_code == 200
    asked = card.visit(document(card, placed))
    assert "147,20" in asked.text and "Payer par carte" in asked.text
    session = stripe.pay(page_of(card, placed))
    [only] = stripe.client().v1.checkout.sessions.line_items.list(session["id"]).data
    assert (only.description, only.amount_total) == ("Solde de la facture F-2027-00001", TOTAL - 10000)
    assert session["amount_total"] == TOTAL - 10000
    back = card.visit(session["success_url"])
    assert back.status_code == 303 and back.headers["location"] == document(card, placed) + "?payment=received"
    assert "Payée" in card.visit(document(card, placed)).text
    card.work()
    assert states(card, placed) == [("paid", TOTAL, 0)]
    assert [told["amount"] for told in card.registration.told("OrderPaid")] == [TOTAL]
    assert card.invariants() == []


def test_invoice_over_two_orders_is_paid_by_one_card_oldest_first(
    recorded: Billing, gateway: RecordedGateway, both: list[PlaceOrder]
) -> None:
    """From the link of whichever of its orders; one page for both."""
    assert cheque(recorded, both[0], 100000).status_code == 200
    session_id = page_of(recorded, both[1])
    assert page_of(recorded, both[0]) == session_id
    assert gateway.pages[session_id].amount == GOLF + COHORT - 100000
    hear(recorded, *gateway.pay(session_id))
    assert states(recorded, *both) == [("paid", GOLF, 0), ("paid", COHORT, 0)]
    by_card = [recorded.order(each.order_id)["payments"][-1] for each in both]
    assert by_card[0]["id"] == by_card[1]["id"]
    assert [one["allocated"] for one in by_card] == [GOLF - 100000, COHORT]
    assert len(recorded.rows("SELECT DISTINCT posting_id FROM contract_ledger WHERE memo = 'payment'")) == 2
    assert recorded.invariants() == []


def test_page_of_an_invoice_paid_by_cheque_is_ended(
    recorded: Billing, gateway: RecordedGateway, both: list[PlaceOrder]
) -> None:
    session_id, pay_url = page_of(recorded, both[0]), recorded.order(both[1].order_id)["pay_url"]
    assert cheque(recorded, both[1], GOLF + COHORT).status_code == 200
    assert gateway.pages[session_id].status is PageStatus.EXPIRED
    refused = recorded.visit(pay_url)
    assert refused.status_code == 409 and "Cette facture est déjà payée" in refused.text
    assert document(recorded, both[0]) in refused.text and both[0].return_url not in refused.text
    assert recorded.order(both[0].order_id)["pay_url"] == ""
    assert recorded.invariants() == []


def test_page_ended_by_the_reconciler_while_stripe_was_down(
    recorded: Billing, gateway: RecordedGateway, invoiced: PlaceOrder
) -> None:
    session_id = page_of(recorded, invoiced)
    gateway.before = down
    assert cheque(recorded, invoiced, TOTAL).status_code == 200, "a cheque waits for nobody"
    gateway.before = lambda _call: None
    assert gateway.pages[session_id].status is PageStatus.OPEN
    reconcile(recorded.service)
    assert gateway.pages[session_id].status is PageStatus.EXPIRED


def test_card_paid_while_the_cheque_was_recorded_goes_back(
    recorded: Billing, gateway: RecordedGateway, both: list[PlaceOrder]
) -> None:
    """The page was paid a moment before it could be ended; its webhook comes late, and twice."""
    session_id = page_of(recorded, both[0])
    events = gateway.pay(session_id)
    gateway.before = down
    assert cheque(recorded, both[0], GOLF + 10000).status_code == 200
    gateway.before = lambda _call: None
    hear(recorded, *events, *events)
    assert [one[0] for one in states(recorded, *both)] == ["paid", "paid"]
    refunds = [refund for each in both for refund in recorded.order(each.order_id)["refunds"]]
    assert sum(refund["amount"] for refund in refunds) == GOLF + 10000
    assert {(refund["status"], refund["reason"]) for refund in refunds} == {("succeeded", "paid_twice")}
    assert sum(recorded.order(each.order_id)["owed"] for each in both) == 0
    assert recorded.invariants() == []


def test_credit_note_between_opening_and_paying_goes_back(
    recorded: Billing, gateway: RecordedGateway, invoiced: PlaceOrder
) -> None:
    session_id = page_of(recorded, invoiced)
    recorded.tell(credit(invoiced, ("car-n", 1)))
    hear(recorded, *gateway.pay(session_id))
    seen = recorded.order(invoiced.order_id)
    assert (seen["status"], seen["paid"], seen["credited"], seen["refunded"], seen["owed"]) == (
        "paid", TOTAL, 9773, 9773, 0,
    )  # fmt: skip
    assert recorded.invariants() == []


def test_next_visit_after_a_credit_note_asks_what_is_left(
    recorded: Billing, gateway: RecordedGateway, invoiced: PlaceOrder
) -> None:
    first = page_of(recorded, invoiced)
    recorded.tell(credit(invoiced, ("car-n", 1)))
    second = page_of(recorded, invoiced)
    assert second != first and gateway.pages[second].amount == TOTAL - 9773
    assert gateway.pages[first].status is PageStatus.EXPIRED
    assert [one.amount for one in recorded.rows("SELECT amount FROM checkout ORDER BY n")] == [TOTAL, TOTAL - 9773]


def test_invoice_credited_whole_is_not_payable_and_says_so(
    recorded: Billing, gateway: RecordedGateway, invoiced: PlaceOrder
) -> None:
    pay_url, session_id = recorded.order(invoiced.order_id)["pay_url"], page_of(recorded, invoiced)
    recorded.tell(RefundOrder(amendment_id=new_id(), order_id=invoiced.order_id, reason="cancelled"))
    refused = recorded.visit(pay_url)
    assert refused.status_code == 409 and "Il n’y a rien à payer" in refused.text
    assert "There is nothing to pay" in recorded.visit(pay_url + "?lang=en").text
    assert "Payer par carte" not in recorded.visit(document(recorded, invoiced)).text
    assert gateway.pages[session_id].status is PageStatus.EXPIRED


def test_cheque_recorded_while_stripe_makes_the_page_gives_no_page(
    recorded: Billing, gateway: RecordedGateway, invoiced: PlaceOrder
) -> None:
    pay_url = recorded.order(invoiced.order_id)["pay_url"]
    gateway.after = lambda call: cheque(recorded, invoiced, 1000) if call == "open_page" else None
    assert recorded.visit(pay_url).status_code == 503
    gateway.after = lambda _call: None
    session_id = recorded.pay_page(pay_url)
    assert gateway.pages[session_id].amount == TOTAL - 1000
    hear(recorded, *gateway.pay(session_id))
    assert states(recorded, invoiced) == [("paid", TOTAL, 0)]


def test_visits_at_once_to_one_invoice_are_one_page(card: Billing, stripe: StripeServer) -> None:
    placed = golf_and_cohort()
    card.tell(*placed)
    links = [card.order(each.order_id)["pay_url"] for each in placed]
    pages = at_once(*[lambda link=link: card.visit(link) for link in links * 2])
    assert {page.status_code for page in pages} == {303}
    assert len({page.headers["location"] for page in pages}) == 1
    [_] = {asked["idempotency_key"] for asked in stripe.requests("/v1/checkout/sessions", "POST")}


def test_cheque_and_card_at_once_leave_nothing_owed_and_nothing_kept(
    recorded: Billing, gateway: RecordedGateway, both: list[PlaceOrder]
) -> None:
    gateway.pay(page_of(recorded, both[0]))
    settle = lambda: settlement.settle(recorded.service, both[1].order_id)  # noqa: E731
    at_once(settle, lambda: cheque(recorded, both[0], GOLF + COHORT), settle)
    recorded.work()
    assert [one[0] for one in states(recorded, *both)] == ["paid", "paid"]
    assert sum(one[2] for one in states(recorded, *both)) == 0
    assert recorded.invariants() == []


def test_card_is_not_offered_without_a_key(billing: Billing) -> None:
    placed = order(method="invoice")
    billing.tell(placed)
    assert billing.order(placed.order_id)["pay_url"] == ""
    assert "Payer par carte" not in billing.visit(document(billing, placed)).text


def test_invoice_below_what_a_card_pays_shows_no_button(recorded: Billing, invoiced: PlaceOrder) -> None:
    pay_url = recorded.order(invoiced.order_id)["pay_url"]
    assert cheque(recorded, invoiced, TOTAL - 49).status_code == 200
    assert "Payer par carte" not in recorded.visit(document(recorded, invoiced)).text
    refused = recorded.visit(pay_url)
    assert refused.status_code == 409 and "trop petit" in refused.text


def test_order_that_waits_for_its_invoice_has_no_page(recorded: Billing) -> None:
    """The other order of its invoice has not come yet."""
    first, _second = golf_and_cohort()
    recorded.tell(first)
    assert recorded.order(first.order_id)["pay_url"] == ""


def test_notice_accepted_is_then_paid_as_an_invoice(recorded: Billing, gateway: RecordedGateway) -> None:
    asked = fee()
    pay_url = recorded.place(asked).json()["pay_url"]
    first = recorded.pay_page(pay_url)
    recorded.as_staff("accountant")
    accepted = recorded.client.post(f"/api/orders/{asked.order_id}/acceptance")
    assert accepted.status_code in (200, 201), accepted.text
    assert recorded.pay_page(pay_url) == first, "it asks the same"
    hear(recorded, *gateway.pay(first))
    assert states(recorded, asked) == [("paid", 37500, 0)]
    assert recorded.invariants() == []


def test_file_of_an_invoice_says_where_it_is_paid_by_card(recorded: Billing, invoiced: PlaceOrder) -> None:
    [paper] = recorded.order(invoiced.order_id)["papers"]
    question = {"kind": "invoice", "id": paper["id"]}
    told = recorded.call("POST", "/papers/file", question, issuer="notify").json()
    assert told["pay_url"] == recorded.order(invoiced.order_id)["pay_url"] != ""
    cheque(recorded, invoiced, TOTAL)
    assert recorded.call("POST", "/papers/file", question, issuer="notify").json()["pay_url"] == ""


def test_page_of_the_release_before_asks_the_total(recorded: Billing, gateway: RecordedGateway) -> None:
    """Beside this release the one before may open a page, and writes no amount."""
    placed = order()
    session_id = recorded.pay_page(recorded.place(placed).json()["pay_url"])
    with recorded.service.db.write() as session:
        session.execute(sa.text("UPDATE checkout SET amount = 0"))
    assert recorded.pay_page(recorded.order(placed.order_id)["pay_url"]) == session_id
    hear(recorded, *gateway.pay(session_id))
    assert states(recorded, placed) == [("paid", TOTAL, 0)]


def test_invoice_link_for_another_method_is_refused(start: Start, gateway: RecordedGateway) -> None:
    """An order by cash is paid; a page for it never opens."""
    billing = start(gateway=gateway)
    placed = order(line("car-porte", "95.00"), method="cash")
    billing.place(placed)
    assert billing.order(placed.order_id)["pay_url"] == ""
