"""Events: a snapshot of an object at the moment something happened to it, and the webhooks that tell of it."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase
from typing import Any

import stripe

from simulator.api.errors import StripeError, missing
from simulator.store import Object
from simulator.work import Work, new_id


def public(item: Object) -> Object:
    """The object without what only the simulator keeps in it."""
    return {name: value for name, value in item.items() if not name.startswith("_")}


def emit(work: Work, event_type: str, item: Object, previous: dict[str, Any] | None = None) -> Object:
    """Stores the event and, when a webhook address is set, its delivery as the switches have it."""
    data: dict[str, Any] = {"object": public(item)}
    if previous is not None:
        data["previous_attributes"] = previous
    event: Object = {
        "id": new_id("evt_1"),
        "object": "event",
        "account": None,
        "api_version": stripe.api_version,
        "context": None,
        "created": work.now,
        "data": data,
        "livemode": False,
        "pending_webhooks": 1 if work.switches.webhook_url else 0,
        "request": {"id": work.request_id, "idempotency_key": work.idempotency_key},
        "type": event_type,
    }
    work.store.add(event)
    if work.switches.webhook_url:
        _plan(work, event, _lane(item))
    return event


def _plan(work: Work, event: Object, lane: str) -> None:
    fate = work.switches.fate(event["type"])
    state = "lost" if work.lose_webhooks else fate.state
    for _copy in range(fate.copies):
        work.store.deliver(event, lane=lane, due=time.time() + fate.delay, state=state)


def _lane(item: Object) -> str:
    """The webhooks of one payment are first sent one after the other; those of different payments side by side."""
    return str(item["id"] if item["object"] == "payment_intent" else item.get("payment_intent") or item["id"])


def shown(work: Work, event: Object) -> Object:
    """With the number of webhooks that are still to be sent."""
    waiting = [one for one in work.store.deliveries(event=event["id"]) if one.state in ("pending", "held")]
    return event | {"pending_webhooks": len(waiting)}


def retrieve(work: Work, identifier: str, _params: dict[str, Any]) -> Object:
    event = work.store.find("event", identifier)
    if event is None:
        raise missing("event", identifier, "id")
    return shown(work, event)


def matches(work: Work, params: dict[str, Any], event: Object) -> bool:
    """``type`` may end in ``.*`` for a group; ``delivery_success`` tells sent ones from those that are not."""
    wanted = params.get("types") or ([params["type"]] if "type" in params else None)
    if wanted is not None and not any(fnmatchcase(event["type"], name) for name in wanted):
        return False
    if "delivery_success" not in params:
        return True
    sent = all(one.state == "delivered" for one in work.store.deliveries(event=event["id"]))
    return sent is params["delivery_success"]


def check_list(params: dict[str, Any]) -> None:
    """Stripe takes one or the other, and at most 20 types."""
    if "type" in params and "types" in params:
        raise StripeError("You may only specify one of these parameters: type, types.", param="types")
    if len(params.get("types", ())) > 20:
        raise StripeError("You may specify at most 20 types.", param="types")
