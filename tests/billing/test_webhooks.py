"""What Stripe tells: verified, kept once, worked until it is done or given up for everyone to see."""

import json
from dataclasses import replace
from typing import Any

import pytest
import stripe as sdk
from sqlmodel import select

from billing import jobs
from billing.checkout import actions
from billing.checkout.flows_reconcile import reconcile
from billing.checkout.models import Incoming
from billing.port import EventSeen
from kit.contracts import PlaceOrder
from kit.db import new_id
from tests.billing.conftest import Billing, Start
from tests.billing.make import order
from tests.fakes.stripe_gateway import RecordedGateway
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


def test_webhook_not_signed_by_stripe_is_refused(card: Billing) -> None:
    assert send(card, event(), secret="whsec_other") == 400
    assert send(card, event(), **{"Stripe-Signature": ""}) == 400
    old = sdk.WebhookSignature.generate_signature_header(event(), SECRET, 1_000_000_000)
    assert send(card, event(), **{"Stripe-Signature": old}) == 400
    assert kept(card) == []


def test_webhook_secret_is_replaced_without_a_gap(start: Start, stripe: StripeServer) -> None:
    billing = start(stripe, stripe_webhook_secret="whsec_new, whsec_simulated")
    assert send(billing, event()) == 200
    assert send(billing, event(), secret="whsec_new") == 200
    assert len(kept(billing)) == 1


def test_webhook_without_a_stripe_key_is_refused(billing: Billing) -> None:
    assert send(billing, event()) == 400


def test_event_sent_twice_is_stored_once_without_personal_data(card: Billing) -> None:
    body = event(customer_details={"email": "personne@example.org"}, metadata={"order_id": "not-an-id"})
    assert [send(card, body), send(card, body)] == [200, 200]
    [row] = kept(card)
    assert "personne" not in row.model_dump_json()
    assert (row.event_id, row.object_id, row.order_id) == ("evt_1", "cs_1", None)


@pytest.mark.parametrize(
    "thing", [{}, {"metadata": {"order_id": "018f0000-0000-7000-8000-000000000000"}}, {"payment_intent": "pi_unknown"}]
)
def test_event_that_no_order_explains_is_tried_again_then_dead_in_sight(card: Billing, thing: dict[str, Any]) -> None:
    assert send(card, event(**thing)) == 200
    jobs.work_events(card.service)
    assert card.service.pending()["inbox"] == 1
    for _ in range(30):
        card.clock.advance(minutes=11)
        jobs.work_events(card.service)
    [row] = kept(card)
    assert (row.state, row.attempts) == ("dead", 20)
    assert (card.service.pending()["inbox"], card.service.pending()["dead"]) == (0, 1)


def test_event_of_another_account_is_not_processed(card: Billing) -> None:
    placed = order()
    card.place(placed)
    body = json.loads(event(metadata={"order_id": str(placed.order_id)})) | {"account": "acct_other"}
    assert send(card, json.dumps(body)) == 200
    jobs.work_events(card.service)
    assert kept(card)[0].error == "NotOurs"


def test_event_that_comes_before_its_order_waits_for_it(card: Billing) -> None:
    placed = order()
    send(card, event(metadata={"order_id": str(placed.order_id)}))
    jobs.work_events(card.service)
    assert kept(card)[0].error == "NotFound"
    card.place(placed)
    jobs.work_events(card.service)
    assert kept(card)[0].state == "done"


def test_event_is_not_given_up_because_stripe_is_down(card: Billing, stripe: StripeServer) -> None:
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


def test_event_done_is_forgotten_in_time_and_a_dead_one_is_not(card: Billing) -> None:
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


def test_events_we_did_not_ask_for_do_not_disturb_the_endpoint(card: Billing) -> None:
    """Not everything at Stripe has an id, and what billing does not work on is nobody's worry."""
    balance = {"id": "evt_2", "object": "event", "type": "balance.available", "created": 1_800_000_000}
    assert send(card, json.dumps(balance | {"data": {"object": {"object": "balance"}}})) == 200
    assert send(card, event("payout.paid", id="po_1", object="payout")) == 200
    card.work()
    assert [row.state for row in kept(card)] == ["done", "done"]


def test_refund_of_a_payment_that_is_not_ours_stays_in_sight(card: Billing, stripe: StripeServer) -> None:
    """The association's account at Stripe may serve something else too: somebody must look."""
    for n, kind in enumerate(("refund.created", "refund.updated")):
        thing = {"id": f"re_{n}", "object": "refund", "payment_intent": "pi_of_somebody_else"}
        body = json.loads(event(kind, **thing)) | {"id": f"evt_{n}"}
        assert send(card, json.dumps(body)) == 200
    for _ in range(card.service.patience.most_refusals):
        card.clock.advance(minutes=20)
        card.work()
    assert {row.type for row in kept(card) if row.state == "dead"} == {"refund.created", "refund.updated"}
    assert card.service.pending()["dead"] == 2

    card.as_staff("coordinator")
    assert "looked-at" not in shown(card)
    card.as_staff("accountant")
    first, second = card.client.get("/api/stripe-events").json()
    assert shown(card).count("/looked-at") == 2 and first["object_id"] in shown(card)
    # From the page, then by a program.
    assert card.client.post(f"/staff/stripe-events/{first['id']}/looked-at", follow_redirects=False).status_code == 303
    assert card.client.post(f"/api/stripe-events/{second['id']}/looked-at").json() == []
    assert "looked-at" not in shown(card) and card.service.pending()["dead"] == 0


def test_event_that_is_refused_for_some_minutes_is_in_sight_before_it_is_given_up(card: Billing) -> None:
    thing = {"id": "re_1", "object": "refund", "payment_intent": "pi_of_somebody_else"}
    assert send(card, event("refund.created", **thing)) == 200
    jobs.work_events(card.service)
    card.as_staff("accountant")
    assert "re_1" not in shown(card), "it may come before what it is about"
    card.clock.advance(minutes=6)
    card.as_staff("accountant")
    assert "re_1" in shown(card) and kept(card)[0].state == "ready"
    assert card.client.post(f"/api/stripe-events/{kept(card)[0].id}/looked-at").json() == []


def shown(billing: Billing) -> str:
    return str(billing.client.get("/staff/orders", headers={"Accept": "text/html"}).text)


def test_event_that_may_still_be_processed_is_not_put_aside(card: Billing) -> None:
    send(card, event())
    card.as_staff("accountant")
    [waiting] = kept(card)
    for unknown in (waiting.id, new_id()):
        assert card.client.post(f"/api/stripe-events/{unknown}/looked-at").status_code == 404


def test_money_that_came_by_no_page_of_ours_stays_in_sight(card: Billing, stripe: StripeServer) -> None:
    """A page somebody made by hand for our order: paid, and in no book of ours."""
    placed = order()
    card.place(placed)
    send(card, event("payment_intent.succeeded", id="pi_1", object="payment_intent", metadata=of(placed)))
    jobs.work_events(card.service)
    assert (kept(card)[0].state, kept(card)[0].error) == ("ready", "NotOurs")


def of(placed: PlaceOrder) -> dict[str, str]:
    return {"order_id": str(placed.order_id)}


def test_event_that_meets_a_bug_stops_no_other_and_ends_in_sight(recorded: Billing, gateway: RecordedGateway) -> None:
    broken, well = order(), order()
    session_id = recorded.pay_page(recorded.place(broken).json()["pay_url"])
    events = [*gateway.pay(session_id), *gateway.pay(recorded.pay_page(recorded.place(well).json()["pay_url"]))]
    del gateway.pages[session_id]  # Reading it is a KeyError, which nobody expects.
    with recorded.service.db.write() as session:
        for told in events:
            actions.store_event(session, told, recorded.clock())
    recorded.work()
    assert recorded.order(well.order_id)["status"] == "paid"
    dead = [row for row in kept(recorded) if row.state == "dead"]
    assert {row.order_id for row in dead} == {broken.order_id} and {row.error for row in dead} == {"KeyError"}


def test_event_lost_before_others_that_came_is_read_again(recorded: Billing, gateway: RecordedGateway) -> None:
    """Stripe could not be asked for an hour, though its webhooks came: all but one."""
    reconcile(recorded.service)
    lost, heard = (
        EventSeen(f"evt_{n}", "refund.failed", recorded.clock(), f"re_{n}", None, new_id(), None, None) for n in (1, 2)
    )
    gateway.told += [lost]
    recorded.clock.advance(minutes=55)
    with recorded.service.db.write() as session:
        actions.store_event(session, replace(heard, created=recorded.clock()), recorded.clock())
    reconcile(recorded.service)
    assert {row.event_id for row in kept(recorded)} == {"evt_1", "evt_2"}


def test_events_after_a_start_are_read_as_far_back_as_stripe_lists_them(
    recorded: Billing, gateway: RecordedGateway
) -> None:
    old = EventSeen("evt_1", "refund.failed", recorded.clock(), "re_1", None, new_id(), None, None)
    gateway.told += [old]
    recorded.clock.advance(hours=71)
    with recorded.service.db.write() as session:
        actions.store_event(session, replace(old, id="evt_2", created=recorded.clock()), recorded.clock())
    reconcile(recorded.service)
    assert {row.event_id for row in kept(recorded)} == {"evt_1", "evt_2"}
