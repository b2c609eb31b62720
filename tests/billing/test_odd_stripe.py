"""Stripe, or whoever speaks in its place, says what nobody expects: a clear no, never a crash and never silence."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stripe as sdk

from billing.checkout.flows_reconcile import reconcile
from billing.gateway import Gateway, StripeDown
from billing.payments.actions import locked
from billing.port import PageLine, PageRequest, Reading
from billing.readings import session_params
from kit.clock import utc_now
from kit.db import new_id
from kit.errors import NotFound
from tests.billing.conftest import Billing, begun
from tests.billing.make import order
from tests.billing.test_webhooks import SECRET, event, kept, send
from tests.fakes.stripe_gateway import RecordedGateway

ODD_EVENTS = {
    "no JSON": "{",
    "a list": "[]",
    "no data": json.dumps({"id": "evt_1", "type": "charge.refunded", "created": 1}),
    "data that is a text": json.dumps({"id": "evt_1", "type": "x", "created": 1, "data": {"object": "x"}}),
    "a moment after all calendars": event().replace("1800000000", "1" + "0" * 30),
    "an id that is a list": event().replace('"evt_1"', "[]"),
    "brackets without end": "[" * 100_000,
}


@pytest.mark.parametrize("body", ODD_EVENTS.values(), ids=ODD_EVENTS)
def test_webhook_well_signed_that_is_no_event_is_refused(card: Billing, body: str) -> None:
    assert send(card, body) == 400 and kept(card) == []


def test_webhook_signed_in_the_future_is_refused(card: Billing) -> None:
    ahead = sdk.WebhookSignature.generate_signature_header(event(), SECRET, int(time.time()) + 86_400)
    assert send(card, event(), **{"Stripe-Signature": ahead}) == 400
    soon = sdk.WebhookSignature.generate_signature_header(event(), SECRET, int(time.time()) + 60)
    assert send(card, event(), **{"Stripe-Signature": soon}) == 200


SESSION = {"id": "cs_1", "object": "checkout.session", "status": "open", "url": "https://pay.example.org/cs_1"}
SESSION |= {"client_reference_id": "", "payment_intent": None, "payment_status": "unpaid", "amount_total": 1}
ODD_PAGES = {
    "a list": "[]",
    "a page of a proxy": "<html>Bad gateway</html>",
    "half of it": json.dumps(SESSION)[:40],
    "a status nobody knows": json.dumps(SESSION | {"status": "dreaming"}),
    "an address that is a script": json.dumps(SESSION | {"url": "javascript:alert(1)"}),
    "no address": json.dumps(SESSION | {"url": None}),
    "ten megabytes": json.dumps({"id": "x" * 10_000_000}),
}


@pytest.fixture
def odd() -> Iterator[tuple[str, list[str]]]:
    """A server that answers everything with one text (`-> address` sends elsewhere): its address, and a list of that
    text and then of the paths it was asked for."""
    body: list[str] = [""]

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body.append(self.path.partition("?")[0])
            content = body[0].encode()
            if body[0].startswith("-> "):
                self.send_response(302)
                self.send_header("Location", body[0].removeprefix("-> "))
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", body
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("answer", ODD_PAGES.values(), ids=ODD_PAGES)
def test_page_that_stripe_answers_oddly_is_stripe_being_down(odd: tuple[str, list[str]], answer: str) -> None:
    base, body = odd
    body[0] = answer
    page = PageRequest(
        "key", new_id(), "fr", "a@example.org", [PageLine("Place", 1000, 1)], utc_now(), "https://a.ca", "https://b.ca"
    )
    with pytest.raises(StripeDown):
        Gateway("sk_test_1", base, "").open_page(page)


def test_line_longer_than_stripe_takes_says_that_it_goes_on() -> None:
    lines = [PageLine("x" * 250, 1000, 1), PageLine("x" * 251, 1000, 1)]
    page = PageRequest("key", new_id(), "fr", "", lines, utc_now(), "https://a.ca", "https://b.ca")
    names = [item["price_data"]["product_data"]["name"] for item in session_params(page)["line_items"]]
    assert names == ["x" * 250, "x" * 249 + "…"]


def test_stripe_that_sends_us_elsewhere_is_stripe_being_down(odd: tuple[str, list[str]]) -> None:
    """What was asked, the key with it, goes to no other address."""
    base, body = odd
    body[0] = f"-> {base}/elsewhere"
    with pytest.raises(StripeDown):
        Gateway("sk_test_1", base, "").read_page("cs_1")
    assert body[1:] == ["/v1/checkout/sessions/cs_1"]


def test_page_in_plain_http_is_refused_unless_stripe_is_the_simulator() -> None:
    assert Gateway("sk_test_1", "http://127.0.0.1:8010", "")._may_be_plain("http://127.0.0.1:8080/c/pay/cs_1")
    assert not Gateway("sk_test_1", "", "")._may_be_plain("http://pay.example.org/cs_1")
    assert not Gateway("sk_test_1", "http://127.0.0.1:8010", "")._may_be_plain("javascript:alert(1)")


def test_order_of_a_day_before_all_rates_is_refused(card: Billing) -> None:
    placed = order().model_dump(mode="json") | {"ordered_on": "2000-01-01"}
    answer = card.call("PUT", f"/orders/{placed['order_id']}", placed)
    assert answer.status_code == 422 and set(answer.json()["errors"]) == {"ordered_on"}


def unreadable(gateway: RecordedGateway, *pages: str) -> None:
    """Stripe answers 500 for these pages, and well for all others."""
    real = gateway.read_page

    def read_page(session_id: str) -> Reading:
        if session_id in pages:
            raise StripeDown()
        return real(session_id)

    gateway.read_page = read_page  # type: ignore[method-assign]


def test_reconciler_skips_a_page_that_stripe_cannot_read(recorded: Billing, gateway: RecordedGateway) -> None:
    """Five are paid and no webhook came; the second cannot be read."""
    visits = [begun(recorded) for _ in range(5)]
    for _, _, session_id in visits:
        gateway.pay(session_id)
    gateway.told.clear()
    unreadable(gateway, visits[1][2])
    reconcile(recorded.service)
    assert [recorded.order(order_id)["status"] for order_id, _, _ in visits] == ["paid", "open", "paid", "paid", "paid"]


def test_reconciler_stops_after_three_in_a_row_and_goes_on_from_there(
    recorded: Billing, gateway: RecordedGateway
) -> None:
    visits = [begun(recorded) for _ in range(5)]
    for _, _, session_id in visits:
        gateway.pay(session_id)
    gateway.told.clear()
    unreadable(gateway, *(session_id for _, _, session_id in visits[:3]))
    reconcile(recorded.service)
    assert {recorded.order(order_id)["status"] for order_id, _, _ in visits} == {"open"}
    reconcile(recorded.service)
    assert [recorded.order(order_id)["status"] for order_id, _, _ in visits] == ["open", "open", "open", "paid", "paid"]


def test_reconciler_reads_events_before_pages(recorded: Billing, gateway: RecordedGateway) -> None:
    _, _, session_id = begun(recorded)
    gateway.calls.clear()
    reconcile(recorded.service)
    assert gateway.calls == ["events", "read_page"] and session_id in gateway.pages


def test_payment_intent_that_no_book_holds_is_not_found(recorded: Billing) -> None:
    with pytest.raises(NotFound), recorded.service.db.write() as session:
        locked(session, "pi_of_somebody_else")
