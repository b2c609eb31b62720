"""Events and their webhooks: signed, retried, durable, and every way they can go wrong on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe

from tests.fakes.stripe_server import StripeServer, until
from tests.ports import HOST, closed_port
from tests.simulator.conftest import Create, Receiver, Time, order
from tests.simulator.test_sessions import refused

PURCHASE = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


def test_events_of_a_purchase_and_a_refund_are_sent(
    create: Create, server: StripeServer, receiver: Receiver, client: stripe.StripeClient
) -> None:
    session = create()
    intent = str(server.pay(session.id)["payment_intent"])
    assert receiver.wait(4) == PURCHASE
    client.v1.refunds.create({"payment_intent": intent, "amount": 500}, {"idempotency_key": "refund-7"})
    assert receiver.wait(7)[4:] == ["refund.created", "charge.refunded", "refund.updated"]
    assert not receiver.refused
    for event in receiver.events:
        assert (event.object, event.api_version, event.livemode) == ("event", stripe.api_version, False)
    completed, created = receiver.events[3], receiver.events[4]
    assert completed.data.object["id"] == session.id
    assert completed.data.object["metadata"]["order_id"] == "order-12"
    assert completed.data.object["payment_status"] == "paid"
    assert completed.request is not None and completed.request.id is None, "a visitor's gesture is no API request"
    assert created.request is not None and created.request.idempotency_key == "refund-7"


def test_event_is_a_snapshot_of_its_object(create: Create, server: StripeServer, client: stripe.StripeClient) -> None:
    intent = str(server.pay(create().id)["payment_intent"])
    client.v1.refunds.create({"payment_intent": intent})
    (succeeded,) = server.events("charge.succeeded")
    (refunded,) = server.events("charge.refunded")
    assert (succeeded["data"]["object"]["amount_refunded"], refunded["data"]["object"]["amount_refunded"]) == (0, 15000)
    assert refunded["data"]["previous_attributes"] == {"amount_refunded": 0, "refunded": False}


def test_events_of_expiry_and_decline_are_sent(
    create: Create, server: StripeServer, receiver: Receiver, client: stripe.StripeClient, clock: Time
) -> None:
    client.v1.checkout.sessions.expire(create().id)
    server.decline(create().id)
    assert sorted(receiver.wait(4)) == [
        "charge.failed", "checkout.session.expired", "payment_intent.created", "payment_intent.payment_failed",
    ]  # fmt: skip
    clock.now += 24 * 3600
    assert sorted(receiver.wait(6)[4:]) == ["checkout.session.expired", "payment_intent.canceled"]


def test_events_are_listed_by_type_time_and_page(
    create: Create, server: StripeServer, client: stripe.StripeClient, clock: Time
) -> None:
    server.pay(create().id)
    clock.now += 60
    client.v1.checkout.sessions.expire(create().id)
    events = client.v1.events
    assert [one.type for one in events.list({"limit": 2}).auto_paging_iter()] == [
        "checkout.session.expired", *PURCHASE[::-1],
    ]  # fmt: skip
    assert [one.type for one in events.list({"type": "charge.succeeded"}).data] == ["charge.succeeded"]
    assert len(events.list({"type": "checkout.session.*"}).data) == 2
    assert len(events.list({"types": ["charge.succeeded", "checkout.session.expired"]}).data) == 2
    assert len(events.list({"created": {"gte": int(clock.now)}}).data) == 1
    one = events.list().data[0]
    assert events.retrieve(one.id).type == one.type
    assert refused(lambda: events.list({"type": "a", "types": ["b"]})).http_status == 400


def test_webhook_not_acknowledged_is_sent_again(
    create: Create, server: StripeServer, receiver: Receiver, client: stripe.StripeClient
) -> None:
    receiver.statuses = [500, 503, 302, 404]
    client.v1.checkout.sessions.expire(create().id)
    assert receiver.wait(1) == ["checkout.session.expired"]
    until(lambda: server.webhooks("delivered"), "the delivery is written down")
    (delivery,) = server.webhooks()
    assert (delivery["attempts"], receiver.statuses) == (5, [])
    (event,) = client.v1.events.list({"delivery_success": True}).data
    assert event.pending_webhooks == 0


def test_webhook_never_acknowledged_is_given_up() -> None:
    with StripeServer(
        webhook_url=f"http://{HOST}:{closed_port()}/", retry_base=0.001, retry_max=0.005, webhook_tries=20
    ) as server:
        client = server.client()
        params = order()
        client.v1.checkout.sessions.expire(client.v1.checkout.sessions.create(params).id)  # type: ignore[arg-type]
        until(lambda: server.webhooks("dead"), "it is given up")
        (delivery,) = server.webhooks()
        assert (delivery["attempts"], delivery["error"]) == (20, "ConnectionRefusedError")


def test_webhooks_pending_survive_a_restart(tmp_path: Path) -> None:
    database = str(tmp_path / "simulator.sqlite3")
    with StripeServer(database=database, webhook_url=f"http://{HOST}:{closed_port()}/") as server:
        session = server.client().v1.checkout.sessions.create(order(), {"idempotency_key": "k"})  # type: ignore[arg-type]
        server.pay(session.id)
        until(lambda: all(one["attempts"] for one in server.webhooks()), "each was tried once")
    receiver = Receiver("whsec_simulated")
    with StripeServer(database=database, webhook_url=receiver.url) as server:
        assert sorted(receiver.wait(4)) == sorted(PURCHASE)
        assert server.client().v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
        again = server.client().v1.checkout.sessions.create(order(), {"idempotency_key": "k"})  # type: ignore[arg-type]
        assert again.id == session.id
    receiver.close()


@pytest.fixture
def rotating() -> Iterator[tuple[StripeServer, Receiver]]:
    receiver = Receiver("whsec_new")
    with StripeServer(secret="whsec_new, whsec_old", webhook_url=receiver.url) as server:
        yield server, receiver
    receiver.close()


def test_webhook_is_signed_by_the_first_secret_of_the_list(rotating: tuple[StripeServer, Receiver]) -> None:
    server, receiver = rotating
    client = server.client()
    client.v1.checkout.sessions.expire(client.v1.checkout.sessions.create(order()).id)  # type: ignore[arg-type]
    assert receiver.wait(1) == ["checkout.session.expired"]
    assert not receiver.refused


def test_webhooks_lost_can_be_sent_later(create: Create, server: StripeServer, receiver: Receiver) -> None:
    server.switch(lose=1)
    server.pay(create().id)
    assert receiver.wait(3) == PURCHASE[1:]
    (lost,) = server.webhooks("lost")
    assert lost["type"] == PURCHASE[0]
    server.resend(lost["event"])
    assert receiver.wait(4)[3] == PURCHASE[0]


def test_webhooks_are_lost_all_or_by_type(create: Create, server: StripeServer, receiver: Receiver) -> None:
    server.switch(lose="all", types=["checkout.session.*", "charge.succeeded"])
    server.pay(create().id)
    server.settled()
    assert receiver.types == ["payment_intent.created", "payment_intent.succeeded"]
    server.switch(types=None)
    server.pay(create().id)
    server.settled()
    assert len(receiver.types) == 2


def test_payment_with_every_webhook_lost_is_paid(
    create: Create, server: StripeServer, receiver: Receiver, client: stripe.StripeClient
) -> None:
    session = create()
    assert server.pay(session.id, later=True)["payment_status"] == "paid"
    assert client.v1.checkout.sessions.retrieve(session.id).status == "complete"
    assert [event["type"] for event in server.events()] == PURCHASE
    assert len(server.webhooks("lost")) == 4
    server.pay(create().id)
    assert receiver.wait(4) == PURCHASE, "only that one payment was touched"


def test_webhook_duplicated_by_the_switch_comes_that_often(
    create: Create, server: StripeServer, receiver: Receiver
) -> None:
    server.switch(duplicate=2, types=["checkout.session.completed"])
    server.pay(create().id)
    assert receiver.wait(6).count("checkout.session.completed") == 3
    assert len({event.id for event in receiver.events}) == 4


def test_webhook_delayed_by_the_switch_comes_last(create: Create, server: StripeServer, receiver: Receiver) -> None:
    server.switch(delay=0.4, types=["payment_intent.created"])
    server.pay(create().id)
    assert receiver.wait(3) == PURCHASE[1:]
    assert receiver.wait(4)[3] == PURCHASE[0]


@pytest.mark.parametrize(
    ("events", "way", "expected"),
    [
        (None, "reversed", PURCHASE[::-1]),
        (None, "given", PURCHASE),
        ([PURCHASE[2], PURCHASE[0]], "given", [PURCHASE[2], PURCHASE[0]]),
        ([PURCHASE[2], PURCHASE[0]], "reversed", [PURCHASE[0], PURCHASE[2]]),
    ],
)
def test_webhooks_held_come_in_the_order_asked(
    create: Create, server: StripeServer, receiver: Receiver, events: list[str] | None, way: str, expected: list[str]
) -> None:
    server.switch(hold=True)
    server.pay(create().id)
    assert len(server.webhooks("held")) == 4
    server.send_held(events, way)
    server.settled()
    until(lambda: len(receiver.types) >= len(expected), "they arrive")
    assert receiver.types == expected
    assert len(server.webhooks("held")) == 4 - len(expected)
