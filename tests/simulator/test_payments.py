"""Paying, declining and refunding, through the SDK, and many at once."""

from __future__ import annotations

import urllib.error
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from tests.fakes.stripe_server import StripeServer
from tests.simulator.conftest import Create
from tests.simulator.test_sessions import dict_of, refused


def paid(create: Create, server: StripeServer, **more: Any) -> str:
    """The id of the PaymentIntent of a session that was paid."""
    return str(server.pay(create(**more).id)["payment_intent"])


def test_payment_completes_the_session(create: Create, server: StripeServer, client: stripe.StripeClient) -> None:
    session = create()
    server.pay(session.id)
    session = client.v1.checkout.sessions.retrieve(session.id)
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert session.customer_details is not None and session.customer_details.email == "personne@example.org"
    intent = client.v1.payment_intents.retrieve(str(session.payment_intent))
    assert (intent.status, intent.amount, intent.amount_received, intent.currency) == (
        "succeeded", 15000, 15000, "cad",
    )  # fmt: skip
    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.paid, charge.captured, charge.amount, charge.refunded) == (True, True, 15000, False)
    movement = client.v1.balance_transactions.retrieve(str(charge.balance_transaction))
    assert (movement.amount, movement.fee, movement.net) == (15000, 465, 14535)
    assert client.v1.payment_intents.list().data[0].id == intent.id


def test_card_declined_can_be_tried_again(create: Create, server: StripeServer, client: stripe.StripeClient) -> None:
    session = create()
    first = server.decline(session.id)
    assert (first["status"], first["payment_status"]) == ("open", "unpaid")
    intent = client.v1.payment_intents.retrieve(first["payment_intent"], {"expand": ["latest_charge"]})
    assert (intent.status, intent.amount_received) == ("requires_payment_method", 0)
    assert intent.last_payment_error is not None and intent.last_payment_error.code == "card_declined"
    assert isinstance(intent.latest_charge, stripe.Charge) and intent.latest_charge.status == "failed"
    second = server.pay(session.id)
    assert (second["payment_intent"], second["payment_status"]) == (intent.id, "paid")
    assert [one.status for one in client.v1.charges.list({"payment_intent": intent.id}).data] == ["succeeded", "failed"]
    assert [event["type"] for event in server.events()] == [
        "payment_intent.created", "charge.failed", "payment_intent.payment_failed",
        "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed",
    ]  # fmt: skip


@pytest.mark.parametrize("end", ["expire", "pay"])
def test_session_that_is_not_open_cannot_be_paid(
    create: Create, server: StripeServer, client: stripe.StripeClient, end: str
) -> None:
    session = create()
    if end == "expire":
        client.v1.checkout.sessions.expire(session.id)
    else:
        server.pay(session.id)
    with pytest.raises(urllib.error.HTTPError) as caught:
        server.pay(session.id)
    assert caught.value.code == 409
    assert len(server.events("payment_intent.succeeded")) == (end == "pay")


def test_refunds_are_counted_on_the_charge(create: Create, server: StripeServer, client: stripe.StripeClient) -> None:
    intent = paid(create, server)
    part = client.v1.refunds.create(
        {"payment_intent": intent, "amount": 4000, "reason": "requested_by_customer", "metadata": {"refund": "7"}}
    )
    assert (part.status, part.amount, part.currency, dict_of(part.metadata)) == (
        "succeeded",
        4000,
        "cad",
        {"refund": "7"},
    )
    charge = client.v1.charges.retrieve(str(part.charge), {"expand": ["refunds"]})
    assert (charge.amount_refunded, charge.refunded) == (4000, False)
    assert charge.refunds is not None and [one.id for one in charge.refunds.data] == [part.id]
    rest = client.v1.refunds.create({"payment_intent": intent})
    assert rest.amount == 11000
    charge = client.v1.charges.retrieve(str(part.charge))
    assert (charge.amount_refunded, charge.refunded) == (15000, True)
    assert [one.id for one in client.v1.refunds.list({"payment_intent": intent}).data] == [rest.id, part.id]
    assert client.v1.refunds.retrieve(part.id).reason == "requested_by_customer"
    assert client.v1.balance_transactions.retrieve(str(part.balance_transaction)).net == -4000


def test_refund_of_more_than_was_paid_is_refused(
    create: Create, server: StripeServer, client: stripe.StripeClient
) -> None:
    intent = paid(create, server)
    error = refused(lambda: client.v1.refunds.create({"payment_intent": intent, "amount": 15001}))
    assert (error.http_status, error.param) == (400, "amount")
    assert "Refund amount ($150.01) is greater than charge amount ($150.00)" in str(error)
    client.v1.refunds.create({"payment_intent": intent, "amount": 14000})
    error = refused(lambda: client.v1.refunds.create({"payment_intent": intent, "amount": 1001}))
    assert "greater than unrefunded amount on charge ($10.00)" in str(error)
    client.v1.refunds.create({"payment_intent": intent})
    error = refused(lambda: client.v1.refunds.create({"payment_intent": intent}))
    assert (error.http_status, error.code) == (400, "charge_already_refunded")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"amount": 0}, "parameter_invalid_integer"), ({"amount": "5.5"}, "parameter_invalid_integer"),
     ({"reason": "bored"}, "parameter_invalid_enum"), ({"reverse_transfer": True}, "simulator_unsupported"),
     ({"payment_intent": "pi_none"}, "resource_missing"), ({"note": "x"}, "parameter_unknown")],
)  # fmt: skip
def test_refund_with_wrong_parameters_is_refused(
    create: Create, server: StripeServer, client: stripe.StripeClient, change: dict[str, Any], code: str
) -> None:
    params: Any = {"payment_intent": paid(create, server)} | change
    assert refused(lambda: client.v1.refunds.create(params)).code == code
    assert not client.v1.refunds.list().data


def test_refund_of_an_unpaid_session_is_refused(
    create: Create, server: StripeServer, client: stripe.StripeClient
) -> None:
    intent = server.decline(create().id)["payment_intent"]
    error = refused(lambda: client.v1.refunds.create({"payment_intent": intent}))
    assert (error.http_status, "successful charge" in str(error)) == (400, True)


@pytest.mark.parametrize("end", ["succeeded", "failed"])
def test_refund_may_take_time_and_fail(
    create: Create, server: StripeServer, client: stripe.StripeClient, end: str
) -> None:
    intent = paid(create, server)
    server.switch(refund_status="pending")
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 5000})
    assert refund.status == "pending"
    server.end_refund(refund.id, end)
    assert client.v1.refunds.retrieve(refund.id).status == end
    charge = client.v1.charges.retrieve(str(refund.charge))
    assert charge.amount_refunded == (5000 if end == "succeeded" else 0)
    assert server.events("refund.updated")[-1]["data"]["object"]["status"] == end


def test_refunds_twenty_at_once_never_exceed_the_payment(create: Create, server: StripeServer) -> None:
    intent = paid(create, server)

    def give_back(_number: int) -> int:
        try:
            return server.client().v1.refunds.create({"payment_intent": intent, "amount": 4000}).amount
        except stripe.InvalidRequestError:
            return 0

    with ThreadPoolExecutor(20) as pool:
        given = list(pool.map(give_back, range(20)))
    assert sorted(given) == [0] * 17 + [4000] * 3
    assert server.client().v1.charges.list({"payment_intent": intent}).data[0].amount_refunded == 12000


def test_payment_and_expiry_at_once_end_in_one_state(create: Create, server: StripeServer) -> None:
    def attempt(act: Any) -> bool:
        try:
            act()
        except (stripe.InvalidRequestError, urllib.error.HTTPError):
            return False
        return True

    for _ in range(6):
        session = create()
        acts = [lambda s=session: server.pay(s.id), lambda s=session: server.client().v1.checkout.sessions.expire(s.id)]
        with ThreadPoolExecutor(4) as pool:
            won = list(pool.map(attempt, [*acts, *acts]))
        assert won.count(True) == 1
        read = server.client().v1.checkout.sessions.retrieve(session.id)
        assert (read.status, read.payment_status) in [("complete", "paid"), ("expired", "unpaid")]
        ends = [e for e in server.events("checkout.session.*") if e["data"]["object"]["id"] == session.id]
        assert [event["type"] for event in ends] == [
            "checkout.session.completed" if read.status == "complete" else "checkout.session.expired"
        ]
