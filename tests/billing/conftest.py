"""Billing as it really runs, against the simulated Stripe; the test plays registration's side of the mailbox."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from billing import jobs
from billing.checkout import flows as settlement
from billing.main import create_app
from billing.service import BillingService
from billing.settings import BillingSettings
from kit.auth import service_token, staff_pass
from kit.contracts import Association, AssociationChanged, Message, PlaceOrder
from kit.contracts.callers import Call, Caller
from kit.db import new_id
from tests.billing.make import association, order
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.fakes.stripe_gateway import RecordedGateway
from tests.fakes.stripe_server import StripeServer
from tests.keys import SIGNING_KEYS, renewal_of, settings_of

SECRET = SIGNING_KEYS["registration"]


class Registration(httpx.BaseTransport):
    """Registration as billing meets it: a mailbox that remembers, and may be down."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.down = False
        self.caller: dict[str, Any] | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("down")
        if request.url.path == "/passes/renew":
            return httpx.Response(200, json=self.caller)
        envelopes = json.loads(request.read())
        self.heard += [(envelope["type"], envelope["body"]) for envelope in envelopes]
        return httpx.Response(200, json=[{"id": envelope["id"], "outcome": "done"} for envelope in envelopes])

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [body for name, body in self.heard if name == kind]


@dataclass
class Billing:
    """The running service and what a test does with it."""

    service: BillingService
    client: TestClient
    registration: Registration
    clock: FakeClock
    stripe: StripeServer | None = None

    def call(self, method: str, path: str, body: Any = None, *, issuer: str = "registration") -> httpx.Response:
        """As a sibling calls."""
        content = b"" if body is None else json.dumps(body).encode()
        call = Call(issuer, "billing", method, path, content)
        token = service_token(SIGNING_KEYS[issuer], call, self.clock())
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return self.client.request(method, path, content=content, headers=headers)  # type: ignore[return-value]

    def tell(self, *messages: Message) -> list[str]:
        """Put messages in billing's mailbox; what became of each."""
        sent = [{"id": str(new_id()), "type": type(m).__name__, "body": m.model_dump(mode="json")} for m in messages]
        answer = self.call("POST", "/mailbox", sent)
        assert answer.status_code == 200, answer.text
        return [receipt["outcome"] for receipt in answer.json()]

    def place(self, message: Any) -> httpx.Response:
        return self.call("PUT", f"/orders/{message.order_id}", message.model_dump(mode="json"))

    def order(self, order_id: Any) -> dict[str, Any]:
        answer = self.call("GET", f"/orders/{order_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def close(self, order_id: Any) -> str:
        return self.call("POST", f"/orders/{order_id}/close").json()["state"]  # type: ignore[no-any-return]

    def visit(self, url: str) -> httpx.Response:
        """As a browser follows a link of ours, without going on to the next address."""
        path = url.removeprefix(self.service.public_url)
        return self.client.get(path, headers={"Accept": "text/html"}, follow_redirects=False)  # type: ignore[return-value]

    def pay_page(self, pay_url: str) -> str:
        """Go to Stripe's page; the id of its session."""
        answer = self.visit(pay_url)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rsplit("/", 1)[1]  # type: ignore[no-any-return]

    def work(self) -> None:
        """Everything the worker would do now."""
        while jobs.work_events(self.service):
            pass
        jobs.send_refunds(self.service)
        self.service.postman.deliver()

    def as_staff(self, role: str) -> None:
        """Sign the client in."""
        caller = Caller(frozenset({role}), id=role, name=f"{role} of the tests", login=role, lang="fr")
        token = staff_pass(SECRET, caller, self.clock())
        self.registration.caller = renewal_of(caller, token)
        self.client.cookies.set("guichet_pass", token)

    def rows(self, query: str) -> list[Any]:
        """What a statement finds in billing's database."""
        with self.service.db.read() as session:
            return list(session.execute(sa.text(query)).all())

    def invariants(self) -> list[str]:
        return self.service.invariants()


def begun(billing: Billing, **changes: Any) -> tuple[uuid.UUID, str, str]:
    """An order whose buyer stands on Stripe's page: its id, its pay_url and the session."""
    placed = order(**changes)
    pay_url = billing.place(placed).json()["pay_url"]
    return placed.order_id, pay_url, billing.pay_page(pay_url)


Start = Callable[..., Billing]


@pytest.fixture
def start(make_database: MakeDatabase, clock: FakeClock) -> Iterator[Start]:
    """`start()` runs billing without Stripe, `start(stripe)` with it; the association is known unless told not."""
    running: list[TestClient] = []

    def begin(
        stripe: StripeServer | None = None,
        profile: Association | None = None,
        known: bool = True,
        gateway: Any = None,
        **settings: Any,
    ) -> Billing:
        given: dict[str, Any] = {**settings_of("billing")}
        given |= {"app_env": "test", "database_url": make_database("billing"), "retry_base_seconds": 0.0}
        given |= {"billing_url": "http://testserver", "registration_public_url": "http://registration.example.org"}
        if stripe:
            given |= {
                "stripe_api_key": stripe.key,
                "stripe_api_base": stripe.base,
                "stripe_webhook_secret": stripe.secret,
            }
        registration = Registration()
        app = create_app(BillingSettings(**(given | settings)), clock, lambda _name: registration, gateway=gateway)
        client = TestClient(app)
        client.__enter__()
        running.append(client)
        billing = Billing(app.state.service, client, registration, clock, stripe)
        if known:
            assert billing.tell(AssociationChanged(association=profile or association(), version=1)) == ["done"]
        return billing

    yield begin
    for client in running:
        client.__exit__(None, None, None)


@pytest.fixture
def billing(start: Start) -> Billing:
    return start()


@pytest.fixture
def stripe(clock: FakeClock) -> Iterator[StripeServer]:
    """A simulated Stripe that lives by the test's clock."""
    with StripeServer(clock=lambda: clock().timestamp()) as server:
        yield server


@pytest.fixture
def card(start: Start, stripe: StripeServer) -> Billing:
    """Billing that takes cards."""
    return start(stripe)


@pytest.fixture
def webhooks(card: Billing, stripe: StripeServer) -> Iterator[None]:
    """Stripe's webhooks reach billing over a real socket."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {"Stripe-Signature": self.headers["Stripe-Signature"]}
            answer = card.client.post(self.path, content=body, headers=headers)
            self.send_response(answer.status_code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    stripe.webhook_url = f"http://127.0.0.1:{server.server_address[1]}/webhooks/stripe"
    yield
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def gateway(clock: FakeClock) -> RecordedGateway:
    """Stripe in memory, for tests that do not need its HTTP."""
    return RecordedGateway(clock)


@pytest.fixture
def recorded(start: Start, gateway: RecordedGateway) -> Billing:
    return start(gateway=gateway)


@pytest.fixture
def paid(recorded: Billing, gateway: RecordedGateway) -> PlaceOrder:
    """o4 of the sample, paid by card."""
    placed = order()
    gateway.pay(recorded.pay_page(recorded.place(placed).json()["pay_url"]))
    assert settlement.settle(recorded.service, placed.order_id) == "paid"
    recorded.work()
    recorded.registration.heard.clear()
    return placed
