"""A simulator on a real port, a webhook receiver beside it, and Stripe's own client."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stripe

from tests.fakes.stripe_server import StripeServer, until


class Receiver:
    """Takes webhooks, checks their signature with the SDK, and answers the status it is told to."""

    def __init__(self, secret: str) -> None:
        self.events: list[stripe.Event] = []
        self.refused: list[str] = []
        self.statuses: list[int] = []
        receiver = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                try:
                    event = stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], secret)
                except stripe.SignatureVerificationError as error:
                    receiver.refused.append(str(error))
                    status = 400
                else:
                    if status == 200:
                        receiver.events.append(event)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/webhooks/stripe"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.events]

    def wait(self, count: int) -> list[str]:
        until(lambda: len(self.events) >= count, f"{count} webhooks arrive, {self.types} did")
        return self.types

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


START = 1_800_000_000.0


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def _running() -> Iterator[tuple[StripeServer, Time]]:
    """One server for all tests: starting and stopping it takes longer than most of them."""
    time = Time()
    with StripeServer(clock=time) as server:
        yield server, time


@pytest.fixture
def clock(_running: tuple[StripeServer, Time]) -> Time:
    _running[1].now = START
    return _running[1]


@pytest.fixture
def server(_running: tuple[StripeServer, Time], clock: Time) -> Iterator[StripeServer]:
    yield _running[0]
    _running[0].reset()


@pytest.fixture
def receiver(server: StripeServer) -> Iterator[Receiver]:
    listening = Receiver(server.secret)
    server.webhook_url = listening.url
    yield listening
    server.switch(webhook_url="")
    listening.close()


@pytest.fixture
def client(server: StripeServer) -> stripe.StripeClient:
    return server.client()


Create = Callable[..., stripe.checkout.Session]


def order(**more: Any) -> dict[str, Any]:
    """What billing asks for: two places at 65 $ and one at 20 $, in cents."""
    lines = [("5 à 7 du Cercle", 6500, 2), ("Stationnement", 2000, 1)]
    return {
        "mode": "payment",
        "success_url": "https://billing.example.org/paid?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://billing.example.org/left",
        "line_items": [
            {"quantity": n, "price_data": {"currency": "cad", "unit_amount": cents, "product_data": {"name": name}}}
            for name, cents, n in lines
        ],
        "client_reference_id": "order-12",
        "customer_email": "personne@example.org",
        "locale": "fr-CA",
        "metadata": {"order_id": "order-12"},
        "payment_intent_data": {"metadata": {"order_id": "order-12"}},
    } | more


@pytest.fixture
def create(client: stripe.StripeClient) -> Create:
    def make(key: str | None = None, **more: Any) -> stripe.checkout.Session:
        options: Any = {"idempotency_key": key} if key else None
        params: Any = order(**more)
        return client.v1.checkout.sessions.create(params, options)

    return make
