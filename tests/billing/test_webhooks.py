"""What Stripe tells: verified, kept once, worked until it is done or given up for everyone to see."""

import json
from typing import Any

import pytest
import stripe as sdk
from sqlmodel import select

from billing import jobs
from billing.checkout.models import Incoming
from tests.billing.conftest import Billing, Start
from tests.billing.make import order
from tests.fakes.stripe_server import StripeServer

SECRET = "whsec_simulated"


def event(kind: str = "checkout.session.completed", **thing: Any) -> str:
    made = {"id": "evt_1", "object": "event", "type": kind, "created": 1_800_000_000}
    return json.dumps(made | {"data": {"object": {"id": "cs_1", "object": "checkout.session"} | thing}})


def send(billing: Billing, body: str, secret: str = SECRET, **headers: str) -> int:
    signature = sdk.WebhookSignature.generate_signature_header(body, secret)
    headers = {"Stripe-Signature": signature} | headers
    return int(billing.client.post("/webhooks/stripe", content=body, headers=headers).status_code)


def kept(billing: Billing) -> list[Incoming]:
    with billing.service.db.read() as session:
        return list(session.exec(select(Incoming)).all())


def test_only_stripe_is_heard(card: Billing) -> None:
    assert send(card, event(), secret="whsec_other") == 400
    assert send(card, event(), **{"Stripe-Signature": ""}) == 400
    old = sdk.WebhookSignature.generate_signature_header(event(), SECRET, 1_000_000_000)
    assert send(card, event(), **{"Stripe-Signature": old}) == 400
    assert kept(card) == []


def test_a_secret_is_replaced_without_a_gap(start: Start, stripe: StripeServer) -> None:
    billing = start(stripe, stripe_webhook_secret="whsec_new, whsec_simulated")
    assert send(billing, event()) == 200
    assert send(billing, event(), secret="whsec_new") == 200
    assert len(kept(billing)) == 1


def test_without_a_key_nothing_is_heard(billing: Billing) -> None:
    assert send(billing, event()) == 400


def test_an_event_is_kept_once_with_no_personal_data(card: Billing) -> None:
    body = event(customer_details={"email": "personne@example.org"}, metadata={"order_id": "not-an-id"})
    assert [send(card, body), send(card, body)] == [200, 200]
    [row] = kept(card)
    assert "personne" not in row.model_dump_json()
    assert (row.event_id, row.object_id, row.order_id) == ("evt_1", "cs_1", None)


@pytest.mark.parametrize(
    "thing", [{}, {"metadata": {"order_id": "018f0000-0000-7000-8000-000000000000"}}, {"payment_intent": "pi_unknown"}]
)
def test_what_no_order_explains_is_kept_tried_again_and_given_up_in_sight(card: Billing, thing: dict[str, Any]) -> None:
    assert send(card, event(**thing)) == 200
    jobs.work_events(card.service)
    assert card.service.pending()["inbox"] == 1
    for _ in range(30):
        card.clock.advance(minutes=11)
        jobs.work_events(card.service)
    [row] = kept(card)
    assert (row.state, row.attempts) == ("dead", 20)
    assert (card.service.pending()["inbox"], card.service.pending()["dead"]) == (0, 1)


def test_another_accounts_event_is_not_worked(card: Billing) -> None:
    placed = order()
    card.place(placed)
    body = json.loads(event(metadata={"order_id": str(placed.order_id)})) | {"account": "acct_other"}
    assert send(card, json.dumps(body)) == 200
    jobs.work_events(card.service)
    assert kept(card)[0].error == "NotOurs"


def test_an_event_that_comes_before_its_order_waits_for_it(card: Billing) -> None:
    placed = order()
    send(card, event(metadata={"order_id": str(placed.order_id)}))
    jobs.work_events(card.service)
    assert kept(card)[0].error == "NotFound"
    card.place(placed)
    jobs.work_events(card.service)
    assert kept(card)[0].state == "done"


def test_stripe_down_does_not_count_against_an_event(card: Billing, stripe: StripeServer) -> None:
    placed = order()
    card.pay_page(card.place(placed).json()["pay_url"])
    send(card, event(metadata={"order_id": str(placed.order_id)}))
    stripe.switch(refuse={"path": "/v1", "how": "500", "next": "all"})
    for _ in range(25):
        jobs.work_events(card.service)
        card.clock.advance(minutes=1)
    [row] = kept(card)
    assert (row.state, row.refusals, row.error) == ("ready", 0, "StripeDown")
    stripe.reset()


def test_worked_events_are_forgotten_in_time_and_dead_ones_are_not(card: Billing) -> None:
    placed = order()
    card.place(placed)
    send(card, event(metadata={"order_id": str(placed.order_id)}))
    jobs.work_events(card.service)
    card.clock.advance(days=89)
    jobs.housekeeping(card.service)
    assert len(kept(card)) == 1
    card.clock.advance(days=2)
    jobs.housekeeping(card.service)
    assert kept(card) == []
