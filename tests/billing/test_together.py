"""Everything that may happen to orders, at random and at once: no answer is a bug, and every cent stays explained."""

import random
import uuid
from collections.abc import Callable
from functools import partial

from billing import jobs
from billing.checkout import flows as settlement
from billing.checkout.flows_reconcile import reconcile
from billing.port import PageStatus
from kit.contracts import PlaceOrder, RefundOrder
from kit.db import new_id
from kit.errors import Refusal
from tests.billing.conftest import Billing
from tests.billing.make import at_once, credit, order
from tests.fakes.stripe_gateway import RecordedGateway

THREADS, GESTURES = 4, 60
Gesture = Callable[[PlaceOrder, random.Random], object]


def test_concurrent_work_of_any_kind_leaves_every_cent_explained(recorded: Billing, gateway: RecordedGateway) -> None:
    placed = [order(method=method) for method in ("card", "card", "card", "invoice", "invoice", "cash")]
    for each in placed:
        recorded.place(each)
    recorded.as_staff("accountant")
    doing, statuses = gestures(recorded, gateway), list[int]()

    def somebody(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(GESTURES):
            try:
                answer = chance.choice(doing)(chance.choice(placed), chance)
            except Refusal as refusal:
                statuses.append(refusal.status)
            else:
                statuses.append(getattr(answer, "status_code", 200))

    at_once(*[partial(somebody, seed) for seed in range(THREADS)])
    assert len(statuses) == THREADS * GESTURES and not {status for status in statuses if status >= 500}
    for _ in range(3):
        reconcile(recorded.service)
        recorded.work()
    assert recorded.invariants() == []
    assert recorded.service.pending()["inbox"] == recorded.service.pending()["refunds_in_flight"] == 0
    assert {outcome for each in placed for outcome in recorded.tell(each)} <= {"done", "refused"}


def gestures(billing: Billing, gateway: RecordedGateway) -> list[Gesture]:
    """What buyers, Stripe, registration, the clock and staff do."""
    here, staff = billing.service, billing.client

    def pay(each: PlaceOrder, _chance: random.Random) -> object:
        settlement.open_page(here, each.order_id)
        mine = [key for key, page in list(gateway.pages.items()) if page.order_id == str(each.order_id)]
        return [gateway.pay(key) for key in mine if gateway.pages[key].status is PageStatus.OPEN]

    def receive(each: PlaceOrder, chance: random.Random) -> object:
        body = {"method": "cheque", "amount": chance.randint(1, 9000), "received_on": "2027-02-10"}
        return staff.post(f"/api/orders/{each.order_id}/payments", json=body)

    def give_back(each: PlaceOrder, chance: random.Random) -> object:
        body = {"amount": chance.randint(1, 2000), "reason": "geste"}
        return staff.post(f"/api/orders/{each.order_id}/credits", json=body)

    def by_hand(each: PlaceOrder, chance: random.Random) -> object:
        answers = [
            staff.post(f"/api/refunds/{uuid.UUID(refund['id'])}/done", json={"how": chance.choice(["cash", "cheque"])})
            for refund in billing.order(each.order_id)["refunds"][-2:]
        ]
        return max(answers, key=lambda answer: answer.status_code, default=None)

    return [
        lambda each, _chance: billing.place(each),
        lambda each, _chance: settlement.settle(here, each.order_id),
        lambda each, chance: settlement.close(here, each.order_id) if chance.random() < 0.1 else None,
        lambda each, chance: billing.tell(credit(each, ("car-n", 1), keep=chance.choice([0, 20]))),
        lambda each, chance: billing.tell(everything(each)) if chance.random() < 0.2 else None,
        lambda _each, _chance: jobs.work_events(here),
        lambda _each, _chance: jobs.send_refunds(here),
        lambda _each, _chance: reconcile(here),
        lambda each, _chance: billing.order(each.order_id),
        pay,
        receive,
        give_back,
        by_hand,
    ]


def everything(each: PlaceOrder) -> RefundOrder:
    return RefundOrder(amendment_id=new_id(), order_id=each.order_id, reason="no_room")
