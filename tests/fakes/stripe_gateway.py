"""Stripe at billing's own seam, in memory: what `billing.gateway.Gateway` answers, without a socket. For tests that run
hundreds of times; the real gateway is tested against the simulator."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from billing.gateway import StripeDown, StripeRefused
from billing.port import (
    Answered,
    DisputeSeen,
    EventSeen,
    Outcome,
    PageRequest,
    PageStatus,
    Reading,
    RefundSeen,
    ReturnsSeen,
)


@dataclass
class RecordedGateway:
    """`before` runs ahead of every call and may raise; `refunds` maps a key to the refund it made."""

    clock: Callable[[], datetime]
    pages: dict[str, Reading] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    refunds: dict[str, tuple[uuid.UUID, Answered]] = field(default_factory=dict)
    amounts: dict[str, int] = field(default_factory=dict)
    intents: dict[str, str] = field(default_factory=dict)
    by_hand: dict[str, list[RefundSeen]] = field(default_factory=dict)
    disputes: dict[str, DisputeSeen] = field(default_factory=dict)
    told: list[EventSeen] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda _call: None
    after: Callable[[str], None] = lambda _call: None

    def _called(self, name: str) -> None:
        self.calls.append(name)
        self.before(name)

    def open_page(self, page: PageRequest) -> Reading:
        self._called("open_page")
        session_id = self.by_key.setdefault(page.key, f"cs_{uuid.uuid4().hex}")
        total = sum(line.unit_amount * line.quantity for line in page.lines)
        url, order_id = f"https://stripe.example.org/{session_id}", str(page.order_id)
        made = Reading(session_id, PageStatus.OPEN, url, order_id, False, total, 0, "cad", None)
        self.pages.setdefault(session_id, made)
        self.after("open_page")
        return made

    def read_page(self, session_id: str) -> Reading:
        self._called("read_page")
        return self.pages[session_id]

    def end_page(self, session_id: str) -> Reading:
        self._called("end_page")
        if self.pages[session_id].status is PageStatus.OPEN:
            self.change(session_id, status=PageStatus.EXPIRED)
        self.after("end_page")
        return self.pages[session_id]

    def refund(self, payment_intent: str, amount: int, refund_id: uuid.UUID, key: str) -> Answered:
        self._called("refund")
        if key not in self.refunds:
            if amount > self.left(payment_intent):
                raise StripeRefused("amount_too_large")
            self.refunds[key] = (refund_id, Answered(Outcome.SUCCEEDED, f"re_{uuid.uuid4().hex}", amount=amount))
            self.amounts[key], self.intents[key] = amount, payment_intent
        self.after("refund")
        return self.refunds[key][1]

    def read_refund(self, stripe_refund: str) -> Answered:
        self._called("read_refund")
        by_hand = [one.answered for made in self.by_hand.values() for one in made]
        answers = [*by_hand, *(answer for _, answer in self.refunds.values())]
        return next(answer for answer in answers if answer.stripe_refund == stripe_refund)

    def refunds_of(self, payment_intent: str) -> list[RefundSeen]:
        self._called("refunds_of")
        return self._made(payment_intent)

    def _made(self, payment_intent: str) -> list[RefundSeen]:
        sent = [
            RefundSeen(answer.stripe_refund or "", answer.outcome, self.amounts[key], made_for, answer.error)
            for key, (made_for, answer) in self.refunds.items()
            if self.intents[key] == payment_intent
        ]
        return [*self.by_hand.get(payment_intent, ()), *sent]

    def left(self, payment_intent: str) -> int:
        """What Stripe would still return of a payment; one made for a test alone has no end."""
        paid = next((page.received for page in self.pages.values() if page.payment_intent == payment_intent), 10**9)
        gone = [one.amount for one in self._made(payment_intent) if one.outcome is not Outcome.FAILED]
        return paid - sum(gone)

    def returns_of(self, payment_intent: str) -> ReturnsSeen:
        refunds = self.refunds_of(payment_intent)
        self._called("disputes_of")
        contests = [seen for seen in self.disputes.values() if seen.payment_intent == payment_intent]
        return ReturnsSeen(refunds, contests)

    def events(self, since: datetime) -> list[EventSeen]:
        self._called("events")
        return [event for event in self.told if event.created >= since]

    def close(self) -> None:
        pass

    def change(self, session_id: str, **changes: object) -> None:
        self.pages[session_id] = replace(self.pages[session_id], **changes)  # type: ignore[arg-type]

    def pay(self, session_id: str) -> list[EventSeen]:
        """The buyer pays; the events that Stripe will tell, in the order it made them."""
        page, intent = self.pages[session_id], f"pi_{session_id}"
        assert page.status is PageStatus.OPEN
        self.change(session_id, status=PageStatus.COMPLETE, paid=True, received=page.amount, payment_intent=intent)
        kinds = {"charge.succeeded": f"ch_{session_id}", "payment_intent.succeeded": intent}
        made = [
            EventSeen(
                f"evt_{uuid.uuid4().hex}", kind, self.clock(), object_id, uuid.UUID(page.order_id), None, intent, None
            )
            for kind, object_id in {**kinds, "checkout.session.completed": session_id}.items()
        ]
        self.told += made
        return made


def down(_call: str) -> None:
    raise StripeDown()


def refusing(code: str) -> Callable[[str], None]:
    def refuse(_call: str) -> None:
        raise StripeRefused(code)

    return refuse
