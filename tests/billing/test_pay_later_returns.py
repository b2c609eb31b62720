"""What Stripe takes back of one card payment that settled several orders is of each of them; it all adds up."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.checkout.flows_reconcile import reconcile
from billing.invoices.rules import spread
from billing.port import DisputeSeen, DisputeStatus, EventSeen, Outcome, PageStatus, RefundSeen
from kit.contracts import PlaceOrder, RefundOrder
from kit.db import new_id
from tests.billing.conftest import Billing
from tests.billing.make import line, order, together
from tests.billing.test_pay_later import COHORT, GOLF, both, cheque, hear, page_of
from tests.fakes.stripe_gateway import RecordedGateway

__all__ = ["both"]


@pytest.fixture
def paid_both(recorded: Billing, gateway: RecordedGateway, both: list[PlaceOrder]) -> str:
    """The payment intent of both orders' payment."""
    session_id = page_of(recorded, both[0])
    hear(recorded, *gateway.pay(session_id))
    return f"pi_{session_id}"


def told_of(billing: Billing, kind: str, payment_intent: str) -> EventSeen:
    return EventSeen(f"evt_{uuid.uuid4().hex}", kind, billing.clock(), "x", None, None, payment_intent, None)


def test_refund_at_stripe_of_all_is_of_each_order(
    recorded: Billing, gateway: RecordedGateway, both: list[PlaceOrder], paid_both: str
) -> None:
    gateway.by_hand[paid_both] = [RefundSeen("re_all", Outcome.SUCCEEDED, GOLF + COHORT)]
    event = told_of(recorded, "charge.refunded", paid_both)
    hear(recorded, event, told_of(recorded, "refund.updated", paid_both))
    assert [recorded.order(each.order_id)["refunded"] for each in both] == [GOLF, COHORT]
    gone = [RefundOrder(amendment_id=new_id(), order_id=each.order_id, reason="cancelled") for each in both]
    recorded.tell(*gone)
    recorded.work()
    assert gateway.refunds == {}, "it went back once"
    assert [recorded.order(each.order_id)["owed"] for each in both] == [0, 0]
    assert recorded.invariants() == []


def test_refund_at_stripe_takes_the_place_of_what_was_promised(
    recorded: Billing, gateway: RecordedGateway, both: list[PlaceOrder], paid_both: str
) -> None:
    recorded.tell(RefundOrder(amendment_id=new_id(), order_id=both[0].order_id, reason="cancelled"))
    gateway.by_hand[paid_both] = [RefundSeen("re_golf", Outcome.PENDING, GOLF)]
    hear(recorded, told_of(recorded, "refund.created", paid_both))
    gateway.by_hand[paid_both] = [RefundSeen("re_golf", Outcome.SUCCEEDED, GOLF)]
    hear(recorded, told_of(recorded, "refund.updated", paid_both))
    golf, cohort = (recorded.order(each.order_id) for each in both)
    assert (golf["refunded"], golf["refunding"], golf["owed"]) == (GOLF, 0, 0)
    assert (cohort["refunded"], cohort["refunds"]) == (0, [])
    assert gateway.refunds == {}
    assert recorded.invariants() == []


def test_refund_at_stripe_that_bounces_is_taken_back_of_each_order(
    recorded: Billing, gateway: RecordedGateway, both: list[PlaceOrder], paid_both: str
) -> None:
    gateway.by_hand[paid_both] = [RefundSeen("re_all", Outcome.PENDING, GOLF + COHORT)]
    hear(recorded, told_of(recorded, "refund.created", paid_both))
    assert [recorded.order(each.order_id)["refunding"] for each in both] == [GOLF, COHORT]
    gateway.by_hand[paid_both] = [RefundSeen("re_all", Outcome.FAILED, GOLF + COHORT, error="expired")]
    hear(recorded, told_of(recorded, "refund.failed", paid_both))
    assert [(one["refunding"], one["owed"]) for one in map(recorded.order, [each.order_id for each in both])] == [
        (0, 0), (0, 0),
    ]  # fmt: skip
    assert recorded.invariants() == []


def test_dispute_of_a_payment_for_two_orders_is_of_each(
    recorded: Billing, gateway: RecordedGateway, both: list[PlaceOrder], paid_both: str
) -> None:
    lost = DisputeSeen(
        "du_1", paid_both, DisputeStatus.NEEDS_RESPONSE, GOLF + COHORT, "fraudulent", None, 1, GOLF + COHORT, 1500
    )
    gateway.disputes["du_1"] = lost
    hear(recorded, told_of(recorded, "charge.dispute.created", paid_both))
    hear(recorded, told_of(recorded, "charge.dispute.updated", paid_both))
    seen = [recorded.order(each.order_id) for each in both]
    assert [one["disputed"] for one in seen] == [GOLF, COHORT]
    assert [one["disputes"][0]["fees"] for one in seen] == [1500, 0]
    assert recorded.invariants() == []
    gateway.disputes["du_1"] = DisputeSeen(
        "du_1", paid_both, DisputeStatus.WON, GOLF + COHORT, "fraudulent", None, 2, 0, 0
    )
    hear(recorded, told_of(recorded, "charge.dispute.closed", paid_both))
    seen = [recorded.order(each.order_id) for each in both]
    assert [(one["disputed"], one["owed"], one["disputes"][0]["status"]) for one in seen] == [(0, 0, "won")] * 2
    assert recorded.invariants() == []


amounts = st.lists(st.integers(0, 500), min_size=1, max_size=5)


@given(st.integers(1, 2000), amounts)
def test_money_over_orders_adds_up_and_fills_the_oldest_first(amount: int, owed: list[int]) -> None:
    parts = spread(amount, owed)
    assert sum(parts) == amount and min(parts) >= 0
    above = [part - one for part, one in zip(parts, owed, strict=True) if part > one]
    assert len(above) <= 1 and sum(above) == max(0, amount - sum(owed))
    if amount <= sum(owed):
        filled = [part == one for part, one in zip(parts, owed, strict=True)]
        begun = [i for i, part in enumerate(parts) if part]
        assert all(filled[: begun[-1]]), "nobody gets anything before those who waited longer got all"


steps = st.lists(
    st.tuples(
        st.sampled_from(["cheque", "credit", "open", "pay", "hear", "stripe"]), st.integers(0, 2), st.integers(1, 9000)
    ),
    max_size=9,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_cheques_credits_and_cards_in_any_order_add_up(
    recorded: Billing, gateway: RecordedGateway, done: list[tuple[str, int, int]]
) -> None:
    """Σ of the invoice − credit notes − payments + what went back is what is still owed, and the books agree."""
    recorded.as_staff("accountant")
    three = together(*(order(line("web", price), method="invoice") for price in ("10.10", "20.10", "30.10")))
    recorded.tell(*three)
    opened: list[str] = []
    unheard: list[EventSeen] = []
    for what, which, amount in done:
        if what == "cheque":
            cheque(recorded, three[which], amount)
        elif what == "credit":
            recorded.client.post(
                f"/api/orders/{three[which].order_id}/credits", json={"amount": amount, "reason": "geste"}
            )
        elif what == "open" and (pay_url := recorded.order(three[which].order_id)["pay_url"]):
            opened.append(recorded.visit(pay_url).headers.get("location", "/").rsplit("/", 1)[1])
        elif what == "pay":
            payable = [one for one in opened if one and gateway.pages[one].status is PageStatus.OPEN]
            unheard += [event for one in payable[:1] for event in gateway.pay(one)]
        elif what == "stripe":
            _return_at_stripe(gateway, amount)
        else:
            hear(recorded, *unheard)
    hear(recorded, *unheard)
    reconcile(recorded.service)
    recorded.work()
    for intent in {page.payment_intent for page in gateway.pages.values() if page.payment_intent}:
        hear(recorded, told_of(recorded, "charge.refunded", intent))
    assert recorded.invariants() == []
    orders = [recorded.order(each.order_id) for each in three]
    owed = sum(one["owed"] for one in orders)
    credited, paid = (sum(one[name] for one in orders) for name in ("credited", "paid"))
    back = sum(one["refunding"] + one["refunded"] for one in orders)
    assert sum(one["total"] for one in orders) - credited - paid + back == owed


def _return_at_stripe(gateway: RecordedGateway, amount: int) -> None:
    """Somebody gives a part of a card payment back at Stripe, if that much is left of it there."""
    for page in gateway.pages.values():
        if (intent := page.payment_intent) and gateway.left(intent) >= amount:
            made = RefundSeen(f"re_{uuid.uuid4().hex}", Outcome.SUCCEEDED, amount)
            gateway.by_hand.setdefault(intent, []).append(made)
            return
