"""A card payment against the simulated Stripe over HTTP: the way there, the way back, and everything in between."""

import threading
import uuid

from billing.checkout import flows as settlement
from billing.checkout.flows_reconcile import reconcile
from billing.checkout.queries import checkouts_of
from tests.billing.conftest import Billing, Start, begun
from tests.billing.make import at_once, golf_and_cohort, line, order
from tests.fakes.stripe_server import StripeServer


def test_card_payment_from_page_to_return_confirms_the_order(card: Billing, stripe: StripeServer) -> None:
    placed = order()
    answer = card.place(placed)
    assert (answer.json()["status"], answer.json()["total"]) == ("open", 24720)

    session = stripe.pay(card.pay_page(answer.json()["pay_url"]))
    assert session["amount_total"] == 24720

    back = card.visit(session["success_url"])
    assert (back.status_code, back.headers["location"]) == (303, f"{placed.return_url}?payment=received")
    [paid] = card.registration.told("OrderPaid")
    assert (paid["order_id"], paid["amount"], paid["method"]) == (str(placed.order_id), 24720, "card")
    seen = card.order(placed.order_id)
    assert (seen["status"], seen["paid"], seen["owed"]) == ("paid", 24720, 0)
    assert [document["number"] for document in seen["documents"]] == ["F-2027-00001"]
    assert card.invariants() == []


def test_webhook_without_a_return_confirms_the_payment(card: Billing, stripe: StripeServer, webhooks: None) -> None:
    order_id, _, session_id = begun(card)
    stripe.pay(session_id)
    stripe.settled()
    card.work()
    assert card.order(order_id)["status"] == "paid"
    assert len(card.registration.told("OrderPaid")) == 1
    assert card.service.pending() == {
        "outbox": 0, "inbox": 0, "dead": 0, "holds_overdue": 0, "refunds_in_flight": 0, "unreconciled": 0,
    }  # fmt: skip


def test_reconciler_without_a_webhook_finds_the_payment(card: Billing, stripe: StripeServer) -> None:
    order_id, _, session_id = begun(card)
    stripe.pay(session_id, later=True)
    reconcile(card.service)
    card.work()
    assert card.order(order_id)["status"] == "paid"
    assert len(card.registration.told("OrderPaid")) == 1


def test_events_with_nothing_open_are_still_read_again(card: Billing, stripe: StripeServer) -> None:
    """A refund that bounced tells of itself by an event only; its webhook may be lost too."""
    order_id, _, session_id = begun(card)
    stripe.pay(session_id, later=True)
    settlement.settle(card.service, order_id)
    reconcile(card.service)
    assert card.service.pending()["inbox"] > 0
    card.work()
    assert card.service.pending()["inbox"] == 0
    reconcile(card.service)
    assert card.service.pending()["inbox"] == 0


def test_visit_that_goes_on_shows_the_same_page(card: Billing, stripe: StripeServer) -> None:
    _, pay_url, session_id = begun(card)
    assert card.pay_page(pay_url) == session_id
    assert at_once(*[lambda: card.pay_page(pay_url)] * 3) == [session_id] * 3


def test_card_declined_may_try_again_on_the_same_page(card: Billing, stripe: StripeServer, webhooks: None) -> None:
    order_id, pay_url, session_id = begun(card)
    stripe.decline(session_id)
    stripe.settled()
    card.work()
    assert card.order(order_id)["status"] == "open"
    assert card.pay_page(pay_url) == session_id
    stripe.pay(session_id)
    stripe.settled()
    card.work()
    assert card.order(order_id)["status"] == "paid"
    assert card.invariants() == []


def test_page_expired_is_followed_by_another(card: Billing, stripe: StripeServer) -> None:
    order_id, pay_url, first = begun(card)
    card.clock.advance(minutes=33)
    second = card.pay_page(pay_url)
    assert second != first
    keys = [asked["idempotency_key"] for asked in stripe.requests("/v1/checkout/sessions", "POST")]
    assert keys == [f"order-{order_id}-session-1", f"order-{order_id}-session-2"]


def test_stripe_answer_cut_on_the_way_is_asked_again_with_its_key(card: Billing, stripe: StripeServer) -> None:
    placed = order()
    pay_url = card.place(placed).json()["pay_url"]
    stripe.switch(cut={"path": "/v1/checkout/sessions", "method": "POST"})
    calm = card.visit(pay_url)
    assert calm.status_code == 503
    assert "Vos places sont gardées" in calm.text
    assert placed.return_url in calm.text
    session_id = card.pay_page(pay_url)
    keys = {asked["idempotency_key"] for asked in stripe.requests("/v1/checkout/sessions", "POST")}
    assert keys == {f"order-{placed.order_id}-session-1"}
    stripe.pay(session_id)
    assert settlement.settle(card.service, placed.order_id) == "paid"


def test_stripe_answer_cut_long_ago_is_given_up(card: Billing, stripe: StripeServer) -> None:
    """Nobody was sent to that page; its key could only be refused now."""
    placed = order()
    pay_url = card.place(placed).json()["pay_url"]
    stripe.switch(refuse={"path": "/v1/checkout/sessions", "method": "POST", "how": "close"})
    assert card.visit(pay_url).status_code == 503
    card.clock.advance(minutes=5)
    assert card.service.pending()["unreconciled"] == 0
    reconcile(card.service)
    session_id = card.pay_page(pay_url)
    assert stripe.requests("/v1/checkout/sessions", "POST")[-1]["idempotency_key"].endswith("session-2")
    stripe.pay(session_id)
    assert settlement.settle(card.service, placed.order_id) == "paid"
    assert card.close(placed.order_id) == "paid"


def test_stripe_failure_repeated_does_not_lock_the_buyer_out(card: Billing, stripe: StripeServer) -> None:
    placed = order()
    pay_url = card.place(placed).json()["pay_url"]
    stripe.switch(refuse={"path": "/v1/checkout/sessions", "method": "POST", "how": "500-kept"})
    assert card.visit(pay_url).status_code == 503
    assert card.visit(pay_url).status_code == 503  # The same key repeats the failure: now we know it is spent.
    assert card.pay_page(pay_url)


def test_return_with_stripe_down_still_goes_on(card: Billing, stripe: StripeServer) -> None:
    order_id, pay_url, session_id = begun(card)
    session = stripe.pay(session_id, later=True)
    stripe.switch(refuse={"path": "/v1", "how": "500", "next": "all"})
    back = card.visit(session["success_url"])
    assert back.status_code == 303
    assert card.order(order_id)["status"] == "open"
    assert card.visit(pay_url).status_code == 503
    stripe.reset()


def test_return_with_registration_down_still_goes_on(card: Billing, stripe: StripeServer) -> None:
    order_id, _, session_id = begun(card)
    card.registration.down = True
    assert card.visit(stripe.pay(session_id)["success_url"]).status_code == 303
    assert card.order(order_id)["status"] == "paid"
    card.registration.down = False
    card.clock.advance(minutes=1)
    card.work()
    assert len(card.registration.told("OrderPaid")) == 1


def test_page_that_cannot_open_says_why_with_the_way_back(card: Billing, stripe: StripeServer) -> None:
    _, pay_url, session_id = begun(card)
    stripe.pay(session_id)
    paid = card.visit(pay_url)
    assert paid.status_code == 409
    assert "Cette inscription est déjà payée" in paid.text
    other_id, other_url, _ = begun(card)
    assert card.close(other_id) == "void"
    closed = card.visit(other_url)
    assert closed.status_code == 409
    assert "Votre réservation a expiré" in closed.text
    assert "Your hold expired" in card.visit(other_url + "?lang=en").text


def test_card_without_a_key_or_for_another_method_is_not_offered(start: Start, stripe: StripeServer) -> None:
    without, with_key = start(), start(stripe)
    assert without.call("GET", "/card").json() == {"offered": False}
    assert with_key.call("GET", "/card").json() == {"offered": True}
    placed = order()
    assert without.place(placed).json()["pay_url"] == ""
    refused = without.visit(_link(without, placed.order_id))
    assert (refused.status_code, "n’est pas offert" in refused.text) == (409, True)
    waiting, _other = golf_and_cohort()  # The other order of its invoice has not come.
    with_key.tell(waiting)
    assert with_key.visit(_link(with_key, waiting.order_id)).status_code == 409


def _link(billing: Billing, order_id: uuid.UUID) -> str:
    with billing.service.db.read() as session:
        return settlement.link(billing.service, "pay", settlement.order(session, order_id))


def test_link_opens_its_own_order_only(card: Billing) -> None:
    (first, url, _), (second, *_) = begun(card), begun(card)
    assert card.visit(url.replace(str(first), str(second))).status_code == 404
    assert card.visit(url[:-1]).status_code == 404
    assert card.visit(url.replace(str(first), "018f0000-0000-7000-8000-000000000000")).status_code == 404
    card.close("018f0000-0000-7000-8000-000000000000")
    assert card.visit(url.replace(str(first), "018f0000-0000-7000-8000-000000000000")).status_code == 404


def test_page_refused_by_stripe_is_a_pause_to_the_buyer(card: Billing, stripe: StripeServer) -> None:
    """Stripe takes no million: whatever its reason, the buyer is told calmly and we try anew next time."""
    placed = order(line("grand", "1000000.00"))
    pay_url = card.place(placed).json()["pay_url"]
    assert [card.visit(pay_url).status_code for _ in range(2)] == [503, 503]
    assert len(stripe.requests("/v1/checkout/sessions", "POST")) == 2


def test_pages_both_paid_keep_one_payment(card: Billing, stripe: StripeServer) -> None:
    """The first page's session is kept alive beside a second one, as after a race of two browsers."""
    order_id, pay_url, first = begun(card)
    with card.service.db.write() as session:
        # Our row says that its page ends now, Stripe knows better: clocks differ.
        [visit] = checkouts_of(session, order_id)
        visit.expires_at = card.clock()
    second = card.pay_page(pay_url)
    assert second != first
    stripe.pay(first)
    stripe.pay(second)
    settlement.settle(card.service, order_id)
    card.work()
    seen = card.order(order_id)
    assert (seen["status"], seen["paid"], seen["refunded"], seen["owed"]) == ("paid", 49440, 24720, 0)
    [refund] = seen["refunds"]
    assert (refund["status"], refund["amount"], refund["reason"]) == ("succeeded", 24720, "paid_twice")
    assert len(card.registration.told("OrderPaid")) == 1
    assert card.invariants() == []


def test_pages_opened_at_once_are_one(card: Billing, stripe: StripeServer) -> None:
    placed = order()
    pay_url = card.place(placed).json()["pay_url"]
    pages = at_once(*[lambda: card.visit(pay_url)] * 4)
    assert {page.status_code for page in pages} == {303}
    assert len({page.headers["location"] for page in pages}) == 1
    assert len({asked["idempotency_key"] for asked in stripe.requests("/v1/checkout/sessions", "POST")}) == 1


def test_stripe_hanging_does_not_take_every_thread(card: Billing, stripe: StripeServer) -> None:
    """While a page's making hangs, another order is placed and read."""
    placed = order()
    pay_url = card.place(placed).json()["pay_url"]
    stripe.block("/v1/checkout/sessions")
    waiting = threading.Thread(target=card.visit, args=(pay_url,))
    waiting.start()
    stripe.wait_blocked()
    other = order(method="invoice")
    assert card.place(other).status_code == 200
    assert card.order(placed.order_id)["status"] == "open"
    stripe.release()
    waiting.join()
