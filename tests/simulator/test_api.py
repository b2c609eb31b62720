"""Errors in Stripe's shape, keys, unknown paths, idempotency."""

from __future__ import annotations

import http.client
import json
import threading
from typing import Any

import pytest
import stripe

from tests.fakes.stripe_server import StripeServer
from tests.simulator.conftest import Create, Time, order
from tests.simulator.test_sessions import refused


def call(
    server: StripeServer, method: str, path: str, *, body: str | None = None, **headers: str
) -> tuple[int, dict[str, Any], dict[str, str]]:
    """A request as it is on the wire: status, JSON, headers (lower case)."""
    host = server.base.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    if body is not None:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    headers.setdefault("Authorization", f"Bearer {server.key}")
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read()), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/customers"), ("POST", "/v1/payment_intents"), ("DELETE", "/v1/refunds/re_1"), ("GET", "/v2/core"),
     ("PUT", "/v1/checkout/sessions"), ("GET", "/v1/checkout/sessions/a/b"), ("GET", "/v1/nothing/"), ("GET", "/")],
)  # fmt: skip
def test_route_that_is_not_simulated_is_404_as_stripe_says_it(server: StripeServer, method: str, path: str) -> None:
    status, body, _headers = call(server, method, path)
    assert (status, body["error"]["type"]) == (404, "invalid_request_error")
    assert f"({method}: {path})" in body["error"]["message"]


@pytest.mark.parametrize(
    "path",
    ["/v1/checkout/sessions/cs_none", "/v1/payment_intents/pi_none", "/v1/charges/ch_none", "/v1/refunds/re_none",
     "/v1/events/evt_none", "/v1/balance_transactions/txn_none", "/v1/checkout/sessions/cs_none/line_items",
     "/v1/refunds?payment_intent=pi_none&starting_after=re_none"],
)  # fmt: skip
def test_object_id_unknown_is_missing(server: StripeServer, path: str) -> None:
    status, body, headers = call(server, "GET", path)
    assert (body["error"]["code"], body["error"]["type"]) == ("resource_missing", "invalid_request_error")
    assert status == 404
    assert headers["request-id"].startswith("req_")
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("authorization", ["", "Bearer sk_test_other", "Bearer sk_live_real", "Basic ???", "Bearer "])
def test_api_key_that_is_wrong_is_401(server: StripeServer, authorization: str) -> None:
    status, body, _headers = call(server, "GET", "/v1/account", Authorization=authorization)
    assert (status, body["error"]["type"]) == (401, "invalid_request_error")
    assert "sk_live_real" not in json.dumps(body)


def test_api_key_that_is_wrong_is_an_error_of_the_sdk(server: StripeServer) -> None:
    error = refused(lambda: server.client("sk_test_other").v1.accounts.retrieve_current())
    assert isinstance(error, stripe.AuthenticationError)


def test_account_has_an_id(client: stripe.StripeClient) -> None:
    assert client.v1.accounts.retrieve_current().id.startswith("acct_")


def test_api_version_other_than_ours_is_refused(server: StripeServer) -> None:
    assert call(server, "GET", "/v1/account", Stripe_Version=stripe.api_version)[0] == 200
    status, body, _headers = call(server, "GET", "/v1/account", Stripe_Version="2020-08-27")
    assert (status, stripe.api_version in body["error"]["message"]) == (400, True)


@pytest.mark.parametrize(
    ("body", "param"),
    [("amount=1&amount=2", "amount"), ("a[b=1", "a[b"), ("metadata=&metadata[a]=1", "metadata[a]"),
     ("metadata[a]=1&metadata=x", "metadata")],
)  # fmt: skip
def test_form_that_is_not_well_formed_is_refused(server: StripeServer, body: str, param: str) -> None:
    status, answer, _headers = call(server, "POST", "/v1/refunds", body=body)
    assert (status, answer["error"]["param"]) == (400, param)


def test_json_body_is_refused(server: StripeServer) -> None:
    assert call(server, "POST", "/v1/refunds", body="{}", Content_Type="application/json")[0] == 400


@pytest.mark.parametrize(
    ("query", "param"),
    [("limit=0", "limit"), ("limit=101", "limit"), ("limit=ten", "limit"), ("colour=red", "colour"),
     ("created[after]=1", "created[after]"), ("customer=cus_1", "customer")],
)  # fmt: skip
def test_lists_refuse_filters_they_do_not_know(server: StripeServer, query: str, param: str) -> None:
    status, body, _headers = call(server, "GET", f"/v1/checkout/sessions?{query}")
    assert (status, body["error"]["param"]) == (400, param)


def test_idempotency_key_sent_again_gives_the_same_answer(
    create: Create, client: stripe.StripeClient, server: StripeServer
) -> None:
    first, second = create("order-12-session-1"), create("order-12-session-1")
    assert first.id == second.id
    assert len(client.v1.checkout.sessions.list().data) == 1
    assert first.last_response is not None and second.last_response is not None
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    server.pay(first.id)
    assert create("order-12-session-1").status == "open", "the answer is the first one, not the present state"


def test_idempotency_key_serves_one_request_only(create: Create, client: stripe.StripeClient) -> None:
    create("order-12-session-1")
    error = refused(lambda: create("order-12-session-1", client_reference_id="order-13"))
    assert isinstance(error, stripe.IdempotencyError) and error.http_status == 400
    error = refused(
        lambda: client.v1.refunds.create({"payment_intent": "pi_1"}, {"idempotency_key": "order-12-session-1"})
    )
    assert isinstance(error, stripe.IdempotencyError)
    assert "('/v1/refunds' vs '/v1/checkout/sessions')" in str(error)
    assert refused(lambda: create("k" * 256)).http_status == 400


def test_idempotency_key_is_forgotten_after_a_day(create: Create, clock: Time) -> None:
    first = create("order-12-session-1")
    clock.now += 24 * 3600 - 1
    assert create("order-12-session-1").id == first.id
    clock.now += 1
    assert create("order-12-session-1").id != first.id


def test_idempotency_key_stays_free_when_parameters_are_refused(create: Create) -> None:
    assert refused(lambda: create("order-12-session-1", locale="fr-QC")).http_status == 400
    assert create("order-12-session-1").status == "open"


def test_idempotency_key_repeats_a_refusal_of_the_work_itself(
    create: Create, server: StripeServer, client: stripe.StripeClient
) -> None:
    intent = str(server.pay(create().id)["payment_intent"])
    params: Any = {"payment_intent": intent, "amount": 20000}
    first = refused(lambda: client.v1.refunds.create(params, {"idempotency_key": "refund-7"}))
    again = refused(lambda: client.v1.refunds.create(params, {"idempotency_key": "refund-7"}))
    assert (str(first).split(": ")[1], first.http_status) == (str(again).split(": ")[1], 400)
    assert again.headers is not None and again.headers["Idempotent-Replayed"] == "true"


def test_idempotency_key_repeats_a_500(create: Create, server: StripeServer) -> None:
    server.switch(refuse={"path": "/v1/checkout", "how": "500-kept"})
    assert refused(lambda: create("order-12-session-1")).http_status == 500
    again = refused(lambda: create("order-12-session-1"))
    assert again.http_status == 500 and again.headers is not None
    assert again.headers["Idempotent-Replayed"] == "true"
    assert create("order-12-session-2").status == "open"


def test_idempotency_key_in_flight_is_409(create: Create, server: StripeServer, client: stripe.StripeClient) -> None:
    server.block("/v1/checkout/sessions", "before", "POST")
    made: list[str] = []
    thread = threading.Thread(target=lambda: made.append(create("order-12-session-1").id))
    thread.start()
    server.wait_blocked()
    error = refused(lambda: create("order-12-session-1"))
    assert (error.http_status, type(error)) == (409, stripe.APIError), "the SDK has no class of its own for a 409"
    assert error.json_body is not None and error.json_body["error"]["code"] == "idempotency_key_in_use"
    assert not client.v1.checkout.sessions.list().data
    server.release()
    thread.join(10)
    assert create("order-12-session-1").id == made[0]


def test_session_requested_twenty_times_at_once_is_one(server: StripeServer) -> None:
    ids: list[str] = []

    def place() -> None:
        params: Any = order()
        made = server.client(retries=20).v1.checkout.sessions.create(params, {"idempotency_key": "order-12-session-1"})
        ids.append(made.id)

    threads = [threading.Thread(target=place) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(ids), len(set(ids))) == (20, 1)
    assert len(server.client().v1.checkout.sessions.list().data) == 1
