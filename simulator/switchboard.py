"""The simulator's own routes, under ``/_simulator``: what Stripe has not, for tests and fire drills."""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, HTTPException
from pydantic import BaseModel, ConfigDict, Field, field_validator

from simulator.api.errors import StripeError
from simulator.desk import Desk
from simulator.objects import disputes, events, payments, refunds, sessions
from simulator.store import Delivery, Object
from simulator.switches import ALL

Path = Annotated[str, Field(pattern="^/")]
Method = Literal["GET", "POST"] | None


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _count(value: Any) -> Any:
    return ALL if value == "all" else value


class Trap(_Shape):
    """``next``: how many requests; ``"all"`` for every one."""

    path: Path = "/v1"
    method: Method = None
    next: int = 1
    _all = field_validator("next", mode="before")(_count)


class Refusal(Trap):
    """``500``: before any work, not kept; ``500-kept``: kept under the key; ``close``: hangs up, nothing done."""

    how: Literal["500", "500-kept", "close"] = "500"


class Changes(_Shape):
    """What is left out stays as it is. ``types`` limits lose, duplicate, delay and hold to those events."""

    webhook_url: str | None = None
    webhook_secret: str | None = None
    types: list[str] | None = None
    lose: int | None = None
    duplicate: Annotated[int, Field(ge=0, le=20)] | None = None
    delay: Annotated[float, Field(ge=0)] | None = None
    hold: bool | None = None
    refund_status: Literal["succeeded", "pending"] | None = None
    advance: Annotated[float, Field(ge=0)] | None = None
    cut: Trap | None = None
    refuse: Refusal | None = None
    _all = field_validator("lose", mode="before")(_count)


class BlockAsked(_Shape):
    path: Path
    when: Literal["before", "after"] = "before"
    method: Method = None


class ReleaseAsked(_Shape):
    """``path`` as it was blocked; without it every block goes."""

    path: str | None = None


class SendHeld(_Shape):
    """``events`` names ids or types in the order wanted; the held ones that are not named stay held."""

    order: Literal["given", "reversed"] = "given"
    events: list[str] | None = None


class Payment(_Shape):
    """``later``: the payment completes but every webhook of it is lost (they can be sent again)."""

    later: bool = False


class Contested(_Shape):
    """``amount`` in cents: all of it when left out. ``inquiry``: the bank only asks, no money moves yet."""

    amount: Annotated[int, Field(gt=0)] | None = None
    inquiry: bool = False


class DisputeMoved(_Shape):
    status: Literal["under_review", "won", "lost"]


class RefundEnd(_Shape):
    status: Literal["succeeded", "failed"]


def routes(desk: Desk) -> APIRouter:
    """All of it; each group of routes is registered by its own function."""
    router = APIRouter(prefix="/_simulator")
    _switches(router, desk)
    _blocks(router, desk)
    _webhooks(router, desk)
    _gestures(router, desk)
    return router


def _switches(router: APIRouter, desk: Desk) -> None:
    @router.get("/switches")
    def show() -> dict[str, Any]:
        return desk.switches.state()

    @router.post("/switches")
    def change(changes: Changes) -> dict[str, Any]:
        asked = changes.model_dump(include=changes.model_fields_set)
        desk.switches.set({name: value for name, value in asked.items() if value is not None or name == "types"})
        desk.wake.set()
        return desk.switches.state()

    @router.post("/reset")
    def reset() -> dict[str, Any]:
        """Forgets everything: objects, webhooks, keys, requests and switches."""
        desk.switches.clear()
        with desk.store.transaction():
            desk.store.clear()
        return desk.switches.state()

    @router.get("/requests")
    def requests(path: str = "/", method: str | None = None) -> list[dict[str, Any]]:
        """Requests of the API received since the start, oldest first."""
        return [
            one
            for one in list(desk.switches.requests)
            if one["path"].startswith(path) and method in (None, one["method"])
        ]


def _blocks(router: APIRouter, desk: Desk) -> None:
    @router.post("/block")
    def block(asked: BlockAsked) -> dict[str, Any]:
        desk.switches.block(asked.path, asked.when, asked.method)
        return asked.model_dump()

    @router.get("/blocked")
    def blocked() -> list[dict[str, Any]]:
        """The requests that wait now."""
        return desk.switches.waiting()

    @router.post("/release")
    def release(asked: Annotated[ReleaseAsked | None, Body()] = None) -> dict[str, int]:
        return {"released": desk.switches.release(asked.path if asked else None)}


def _webhooks(router: APIRouter, desk: Desk) -> None:
    @router.get("/webhooks")
    def webhooks(state: str | None = None) -> list[Delivery]:
        """Every delivery and what became of it."""
        with desk.work() as work:
            return work.store.deliveries(state=state)

    @router.post("/webhooks/release")
    def send_held(asked: Annotated[SendHeld | None, Body()] = None) -> list[str]:
        """Sends what the switch ``hold`` kept back, one after the other; the ids of the events in that order."""
        asked = asked or SendHeld()
        with desk.work() as work:
            chosen = _in_order(work.store.deliveries(state="held"), asked)
            start = time.time()
            for place, delivery in enumerate(chosen):
                work.store.settle_delivery(
                    delivery.id, state="pending", due=start + place * 1e-4, tried=False, lane=f"released-{start}"
                )
        return [delivery.event for delivery in chosen]

    @router.post("/events/{identifier}/resend")
    def resend(identifier: str) -> dict[str, str]:
        """One more delivery of an event, whatever became of the others."""
        with desk.work() as work:
            event = _known(lambda: events.retrieve(work, identifier, {}))
            work.store.deliver(event, lane=f"resent-{identifier}", due=time.time(), state="pending")
        return {"sent": identifier}


def _in_order(held: list[Delivery], asked: SendHeld) -> list[Delivery]:
    if asked.events is None:
        chosen = held
    else:
        chosen = [one for name in dict.fromkeys(asked.events) for one in held if name in (one.event, one.type)]
    return chosen[::-1] if asked.order == "reversed" else chosen


def _gestures(router: APIRouter, desk: Desk) -> None:
    """What a person does on the hosted page, and what a bank does later."""

    @router.post("/sessions/{identifier}/pay")
    def pay(identifier: str, asked: Annotated[Payment | None, Body()] = None) -> Object:
        with desk.work(lose_webhooks=bool(asked and asked.later)) as work:
            session = _known(lambda: sessions.session_of(work, identifier))
            _known(lambda: sessions.pay(work, session))
            return events.public(session)

    @router.post("/sessions/{identifier}/decline")
    def decline(identifier: str) -> Object:
        with desk.work() as work:
            session = _known(lambda: sessions.session_of(work, identifier))
            _known(lambda: sessions.decline(work, session))
            return events.public(session)

    @router.post("/payment_intents/{identifier}/dispute")
    def contest(identifier: str, asked: Annotated[Contested | None, Body()] = None) -> Object:
        """The card holder contests a payment."""
        asked = asked or Contested()
        with desk.work() as work:
            intent = _known(lambda: payments.intent_of(work, identifier))
            return events.public(_known(lambda: disputes.begin(work, intent, asked.amount, inquiry=asked.inquiry)))

    @router.post("/disputes/{identifier}")
    def move_dispute(identifier: str, asked: DisputeMoved) -> Object:
        """The answer is sent, or the bank decides."""
        with desk.work() as work:
            dispute = _known(lambda: disputes.dispute_of(work, identifier))
            _known(lambda: disputes.move_on(work, dispute, asked.status))
            return events.public(dispute)

    @router.post("/refunds/{identifier}")
    def end_refund(identifier: str, asked: RefundEnd) -> Object:
        """Ends a refund made while the switch ``refund_status`` was *pending*."""
        with desk.work() as work:
            refund = _known(lambda: refunds.refund_of(work, identifier))
            _known(lambda: refunds.settle(work, refund, asked.status))
            return events.public(refund)


def _known(act: Any) -> Any:
    """Stripe's refusals told in the switchboard's own way: 404, or 409 when the state does not allow it."""
    try:
        return act()
    except StripeError as error:
        raise HTTPException(404 if error.status == 404 else 409, error.message) from error
