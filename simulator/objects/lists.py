"""Lists as Stripe gives them (newest first, pages by cursor), and ``expand``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from simulator.api.errors import StripeError, missing
from simulator.objects.events import public
from simulator.store import Object
from simulator.work import Work

# What may be expanded, by kind of object: a field that holds an id, or one that is left out unless asked for.
_EXPANDABLE = {
    "checkout.session": {"payment_intent", "line_items"},
    "payment_intent": {"latest_charge"},
    "charge": {"payment_intent", "balance_transaction", "refunds"},
    "refund": {"payment_intent", "charge", "balance_transaction"},
    "balance_transaction": {"source"},
}


def envelope(items: list[Object], url: str, more: bool) -> Object:
    return {"object": "list", "data": items, "has_more": more, "url": url}


def page(items: Iterable[Object], params: dict[str, Any], url: str) -> Object:
    """The first ``limit`` of a walk that already starts at the cursor."""
    limit = limit_of(params)
    taken = list(islice(items, limit + 1))
    data = [public(item) for item in taken[:limit]]
    if "ending_before" in params:
        data.reverse()
    return envelope(data, url, len(taken) > limit)


def limit_of(params: dict[str, Any]) -> int:
    limit: int = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise StripeError(
            "Invalid limit: it can range between 1 and 100.", param="limit", code="parameter_invalid_integer"
        )
    return limit


def walk(
    work: Work, kind: str, params: dict[str, Any], keep: Callable[[Object], bool], *, intent: str | None = None
) -> Iterable[Object]:
    """Objects of one kind from the cursor on, of one PaymentIntent, within ``created``, that ``keep`` agrees to."""
    after, before = params.get("starting_after"), params.get("ending_before")
    if after is not None and before is not None:
        raise StripeError("You may only specify one of these parameters: ending_before, starting_after.")
    cursor = after or before
    if cursor is not None and work.store.find(kind, cursor) is None:
        raise missing(kind, cursor, "starting_after" if after else "ending_before")
    created = params.get("created")
    bounds = {"gte": created, "lte": created} if isinstance(created, int) else created
    return filter(keep, work.store.walk(kind, intent=intent, created=bounds, after=after, before=before))


def expand(work: Work, item: Object, paths: Iterable[str]) -> Object:
    """Replaces ids by objects along each path (``payment_intent.latest_charge``, ``data.payment_intent``)."""
    for path in paths:
        names = path.split(".")
        if len(names) > 4:
            raise StripeError("You cannot expand more than 4 levels of a property.", param="expand")
        _expand(work, item, names, path)
    return item


def _expand(work: Work, item: Object, names: list[str], path: str) -> None:
    name, rest = names[0], names[1:]
    if item["object"] == "list" and name == "data" and rest:
        for one in item["data"]:
            _expand(work, one, rest, path)
        return
    if name not in _EXPANDABLE.get(item["object"], ()):
        raise StripeError(f"This property cannot be expanded ({path}).", param="expand")
    if item.get(name) is None:
        item[name] = _included(work, item, name)
    elif isinstance(item[name], str):
        found = work.store.any_kind(item[name])
        item[name] = public(found) if found else item[name]
    if rest and item[name] is not None:
        _expand(work, item[name], rest, path)


def _included(work: Work, item: Object, name: str) -> Object | None:
    """The lists that an object carries only when asked."""
    if name == "line_items":
        kept = work.store.any_kind(item["id"])
        lines = kept["_line_items"] if kept else []
        return envelope(lines[:10], f"/v1/checkout/sessions/{item['id']}/line_items", len(lines) > 10)
    if name == "refunds":
        refunds = work.store.walk("refund", intent=item["payment_intent"])
        data = [public(one) for one in refunds if one["charge"] == item["id"]]
        return envelope(data[:10], f"/v1/charges/{item['id']}/refunds", len(data) > 10)
    return None
