"""An invoice paid by card, later: what its page asks, what comes meanwhile, and who gets what of the money."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.checkout import actions
from billing.checkout import flows as settlement
from billing.checkout.flows_reconcile import reconcile
from billing.invoices.rules import spread
from billing.port import DisputeSeen, DisputeStatus, EventSeen, Outcome, PageStatus, RefundSeen
from kit.contracts import PlaceOrder, RefundOrder
from kit.db import new_id
from tests.billing.conftest import Billing, Start
from tests.billing.make import at_once, credit, fee, golf_and_cohort, line, order, together
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


# What Stripe takes back of one card payment for two orders is of each of them.


@pytest.fixture
def paid_both(recorded: Billing, gateway: RecordedGateway, both: list[PlaceOrder]) -> str:
    """The payment intent of both orders' payment."""
    session_id = page_of(recorded, both[0])
    hear(recorded, *gateway.pay(session_id))
    return f"pi_{session_id}"


def told_of(billing: Billing, kind: str, payment_intent: str) -> EventSeen:
    return EventSeen(f"evt_{uuid.uuid4().hex}", kind, billing.clock(), "x", None, None, payment_intent, None)


def test_refund_at_stripe_of_all_is_of_each_order(
    recorded: Billing, gateway: RecordedGateway, both: list[PlaceOrder], paid_both: str
) -> None:
    gateway.by_hand[paid_both] = [RefundSeen("re_all", Outcome.SUCCEEDED, GOLF + COHORT)]
    event = told_of(recorded, "charge.refunded", paid_both)
    hear(recorded, event, told_of(recorded, "refund.updated", paid_both))
    assert [recorded.order(each.order_id)["refunded"] for each in both] == [GOLF, COHORT]
    gone = [RefundOrder(amendment_id=new_id(), order_id=each.order_id, reason="cancelled") for each in both]
    recorded.tell(*gone)
    recorded.work()
    assert gateway.refunds == {}, "it went back once"
    assert [recorded.order(each.order_id)["owed"] for each in both] == [0, 0]
    assert recorded.invariants() == []


def test_refund_at_stripe_takes_the_place_of_what_was_promised(
    recorded: Billing, gateway: RecordedGateway, both: list[PlaceOrder], paid_both: str
) -> None:
    recorded.tell(RefundOrder(amendment_id=new_id(), order_id=both[0].order_id, reason="cancelled"))
    gateway.by_hand[paid_both] = [RefundSeen("re_golf", Outcome.PENDING, GOLF)]
    hear(recorded, told_of(recorded, "refund.created", paid_both))
    gateway.by_hand[paid_both] = [RefundSeen("re_golf", Outcome.SUCCEEDED, GOLF)]
    hear(recorded, told_of(recorded, "refund.updated", paid_both))
    golf, cohort = (recorded.order(each.order_id) for each in both)
    assert (golf["refunded"], golf["refunding"], golf["owed"]) == (GOLF, 0, 0)
    assert (cohort["refunded"], cohort["refunds"]) == (0, [])
    assert gateway.refunds == {}
    assert recorded.invariants() == []


def test_refund_at_stripe_that_bounces_is_taken_back_of_each_order(
    recorded: Billing, gateway: RecordedGateway, both: list[PlaceOrder], paid_both: str
) -> None:
    gateway.by_hand[paid_both] = [RefundSeen("re_all", Outcome.PENDING, GOLF + COHORT)]
    hear(recorded, told_of(recorded, "refund.created", paid_both))
    assert [recorded.order(each.order_id)["refunding"] for each in both] == [GOLF, COHORT]
    gateway.by_hand[paid_both] = [RefundSeen("re_all", Outcome.FAILED, GOLF + COHORT, error="expired")]
    hear(recorded, told_of(recorded, "refund.failed", paid_both))
    assert [(one["refunding"], one["owed"]) for one in map(recorded.order, [each.order_id for each in both])] == [
        (0, 0), (0, 0),
    ]  # fmt: skip
    assert recorded.invariants() == []


def test_dispute_of_a_payment_for_two_orders_is_of_each(
    recorded: Billing, gateway: RecordedGateway, both: list[PlaceOrder], paid_both: str
) -> None:
    lost = DisputeSeen(
        "du_1", paid_both, DisputeStatus.NEEDS_RESPONSE, GOLF + COHORT, "fraudulent", None, 1, GOLF + COHORT, 1500
    )
    gateway.disputes["du_1"] = lost
    hear(recorded, told_of(recorded, "charge.dispute.created", paid_both))
    hear(recorded, told_of(recorded, "charge.dispute.updated", paid_both))
    seen = [recorded.order(each.order_id) for each in both]
    assert [one["disputed"] for one in seen] == [GOLF, COHORT]
    assert [one["disputes"][0]["fees"] for one in seen] == [1500, 0]
    assert recorded.invariants() == []
    gateway.disputes["du_1"] = DisputeSeen(
        "du_1", paid_both, DisputeStatus.WON, GOLF + COHORT, "fraudulent", None, 2, 0, 0
    )
    hear(recorded, told_of(recorded, "charge.dispute.closed", paid_both))
    seen = [recorded.order(each.order_id) for each in both]
    assert [(one["disputed"], one["owed"], one["disputes"][0]["status"]) for one in seen] == [(0, 0, "won")] * 2
    assert recorded.invariants() == []


amounts = st.lists(st.integers(0, 500), min_size=1, max_size=5)


@given(st.integers(1, 2000), amounts)
def test_money_over_orders_adds_up_and_fills_the_oldest_first(amount: int, owed: list[int]) -> None:
    parts = spread(amount, owed)
    assert sum(parts) == amount and min(parts) >= 0
    above = [part - one for part, one in zip(parts, owed, strict=True) if part > one]
    assert len(above) <= 1 and sum(above) == max(0, amount - sum(owed))
    if amount <= sum(owed):
        filled = [part == one for part, one in zip(parts, owed, strict=True)]
        begun = [i for i, part in enumerate(parts) if part]
        assert all(filled[: begun[-1]]), "nobody gets anything before those who waited longer got all"


steps = st.lists(
    st.tuples(
        st.sampled_from(["cheque", "credit", "open", "pay", "hear", "stripe"]), st.integers(0, 2), st.integers(1, 9000)
    ),
    max_size=9,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_cheques_credits_and_cards_in_any_order_add_up(
    recorded: Billing, gateway: RecordedGateway, done: list[tuple[str, int, int]]
) -> None:
    """Σ of the invoice − credit notes − payments + what went back is what is still owed, and the books agree."""
    recorded.as_staff("accountant")
    three = together(*(order(line("web", price), method="invoice") for price in ("10.10", "20.10", "30.10")))
    recorded.tell(*three)
    opened: list[str] = []
    unheard: list[EventSeen] = []
    for what, which, amount in done:
        if what == "cheque":
            cheque(recorded, three[which], amount)
        elif what == "credit":
            recorded.client.post(
                f"/api/orders/{three[which].order_id}/credits", json={"amount": amount, "reason": "geste"}
            )
        elif what == "open" and (pay_url := recorded.order(three[which].order_id)["pay_url"]):
            opened.append(recorded.visit(pay_url).headers.get("location", "/").rsplit("/", 1)[1])
        elif what == "pay":
            payable = [one for one in opened if one and gateway.pages[one].status is PageStatus.OPEN]
            unheard += [event for one in payable[:1] for event in gateway.pay(one)]
        elif what == "stripe":
            _return_at_stripe(gateway, amount)
        else:
            hear(recorded, *unheard)
    hear(recorded, *unheard)
    reconcile(recorded.service)
    recorded.work()
    for intent in {page.payment_intent for page in gateway.pages.values() if page.payment_intent}:
        hear(recorded, told_of(recorded, "charge.refunded", intent))
    assert recorded.invariants() == []
    orders = [recorded.order(each.order_id) for each in three]
    owed = sum(one["owed"] for one in orders)
    credited, paid = (sum(one[name] for one in orders) for name in ("credited", "paid"))
    back = sum(one["refunding"] + one["refunded"] for one in orders)
    assert sum(one["total"] for one in orders) - credited - paid + back == owed


def _return_at_stripe(gateway: RecordedGateway, amount: int) -> None:
    """Somebody gives a part of a card payment back at Stripe, if that much is left of it there."""
    for page in gateway.pages.values():
        if (intent := page.payment_intent) and gateway.left(intent) >= amount:
            made = RefundSeen(f"re_{uuid.uuid4().hex}", Outcome.SUCCEEDED, amount)
            gateway.by_hand.setdefault(intent, []).append(made)
            return


def test_invoice_link_for_another_method_is_refused(start: Start, gateway: RecordedGateway) -> None:
    """An order by cash is paid; a page for it never opens."""
    billing = start(gateway=gateway)
    placed = order(line("car-porte", "95.00"), method="cash")
    billing.place(placed)
    assert billing.order(placed.order_id)["pay_url"] == ""
