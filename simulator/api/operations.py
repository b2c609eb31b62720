"""The part of Stripe's API that is spoken here. A path or a method that is not in this table answers 404."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from stripe.params._account_retrieve_current_params import AccountRetrieveCurrentParams
from stripe.params._balance_transaction_retrieve_params import BalanceTransactionRetrieveParams
from stripe.params._charge_list_params import ChargeListParams
from stripe.params._charge_retrieve_params import ChargeRetrieveParams
from stripe.params._dispute_list_params import DisputeListParams
from stripe.params._dispute_retrieve_params import DisputeRetrieveParams
from stripe.params._event_list_params import EventListParams
from stripe.params._event_retrieve_params import EventRetrieveParams
from stripe.params._payment_intent_list_params import PaymentIntentListParams
from stripe.params._payment_intent_retrieve_params import PaymentIntentRetrieveParams
from stripe.params._refund_create_params import RefundCreateParams
from stripe.params._refund_list_params import RefundListParams
from stripe.params._refund_retrieve_params import RefundRetrieveParams
from stripe.params.checkout._session_create_params import SessionCreateParams
from stripe.params.checkout._session_expire_params import SessionExpireParams
from stripe.params.checkout._session_line_item_list_params import SessionLineItemListParams
from stripe.params.checkout._session_list_params import SessionListParams
from stripe.params.checkout._session_retrieve_params import SessionRetrieveParams

from simulator.api.errors import StripeError, not_simulated
from simulator.objects import disputes, events, lists, payments, refunds, sessions
from simulator.objects.events import public
from simulator.store import Object
from simulator.work import Work

Run = Callable[[Work, str, dict[str, Any]], Object]
_CURSOR = frozenset({"created", "ending_before", "expand", "limit", "starting_after"})


@dataclass(frozen=True)
class Operation:
    """``path`` has at most one ``{id}``; ``shape`` is the SDK's type of the parameters."""

    method: str
    path: str
    shape: Any
    run: Run
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(self.path.replace("{id}", "(?P<id>[^/]+)")))

    def match(self, method: str, path: str) -> str | None:
        """The id in the path, empty when it has none; ``None`` when this is another operation."""
        found = self.pattern.fullmatch(path) if method == self.method else None
        return None if found is None else found.groupdict().get("id", "")


def _one(act: Run) -> Run:
    """An operation that answers one object, expanded as asked."""

    def run(work: Work, identifier: str, params: dict[str, Any]) -> Object:
        return lists.expand(work, public(act(work, identifier, params)), params.get("expand", ()))

    return run


def _list(kind: str, path: str, filters: set[str], keep: Callable[[Work, dict[str, Any], Object], bool]) -> Run:
    """An operation that answers a page of objects; a filter that is not done here is refused, not ignored."""

    def run(work: Work, _identifier: str, params: dict[str, Any]) -> Object:
        for name in sorted(params.keys() - _CURSOR - filters):
            raise not_simulated(name)
        found = lists.walk(
            work, kind, params, lambda item: keep(work, params, item), intent=params.get("payment_intent")
        )
        return lists.expand(work, lists.page(found, params, path), params.get("expand", ()))

    return run


def _events(work: Work, identifier: str, params: dict[str, Any]) -> Object:
    events.check_list(params)
    page = _EVENTS(work, identifier, params)
    page["data"] = [events.shown(work, event) for event in page["data"]]
    return page


def _line_items(work: Work, identifier: str, params: dict[str, Any]) -> Object:
    items = sessions.line_items(work, identifier, params)
    known = [item["id"] for item in items]
    start, end = params.get("starting_after"), params.get("ending_before")
    for cursor, name in ((start, "starting_after"), (end, "ending_before")):
        if cursor is not None and cursor not in known:
            raise StripeError(f"No such line item: '{cursor}'", code="resource_missing", param=name)
    if end is not None:
        rest = list(reversed(items[: known.index(end)]))
    else:
        rest = items[known.index(start) + 1 :] if start is not None else items
    return lists.page(rest, params, f"/v1/checkout/sessions/{identifier}/line_items")


def _account(_work: Work, _identifier: str, _params: dict[str, Any]) -> Object:
    return {
        "id": "acct_1Simulated00000",
        "object": "account",
        "business_profile": {"name": "Stripe simulator", "support_email": None, "url": None},
        "charges_enabled": True,
        "country": "CA",
        "default_currency": "cad",
        "details_submitted": True,
        "email": None,
        "metadata": {},
        "payouts_enabled": True,
        "settings": {"dashboard": {"display_name": "Stripe simulator", "timezone": "America/Toronto"}},
        "type": "standard",
    }


def _charge_asked(_work: Work, params: dict[str, Any], item: Object) -> bool:
    return bool(params.get("charge", item["charge"]) == item["charge"])


def _any(_work: Work, _params: dict[str, Any], _item: Object) -> bool:
    return True


_SESSIONS = "/v1/checkout/sessions"
_EVENTS = _list("event", "/v1/events", {"type", "types", "delivery_success"}, events.matches)

OPERATIONS = (
    Operation("POST", _SESSIONS, SessionCreateParams, _one(sessions.create)),
    Operation(
        "GET",
        _SESSIONS,
        SessionListParams,
        _list(
            "checkout.session",
            _SESSIONS,
            {"payment_intent", "status", "customer_details"},
            lambda _work, params, item: sessions.keep(params, item),
        ),
    ),
    Operation("GET", f"{_SESSIONS}/{{id}}", SessionRetrieveParams, _one(sessions.retrieve)),
    Operation("GET", f"{_SESSIONS}/{{id}}/line_items", SessionLineItemListParams, _line_items),
    Operation("POST", f"{_SESSIONS}/{{id}}/expire", SessionExpireParams, _one(sessions.expire)),
    Operation(
        "GET",
        "/v1/payment_intents",
        PaymentIntentListParams,
        _list("payment_intent", "/v1/payment_intents", set(), _any),
    ),
    Operation("GET", "/v1/payment_intents/{id}", PaymentIntentRetrieveParams, _one(payments.retrieve_intent)),
    Operation("GET", "/v1/charges", ChargeListParams, _list("charge", "/v1/charges", {"payment_intent"}, _any)),
    Operation("GET", "/v1/charges/{id}", ChargeRetrieveParams, _one(payments.retrieve_charge)),
    Operation("POST", "/v1/refunds", RefundCreateParams, _one(refunds.create)),
    Operation(
        "GET",
        "/v1/refunds",
        RefundListParams,
        _list("refund", "/v1/refunds", {"payment_intent", "charge"}, _charge_asked),
    ),
    Operation("GET", "/v1/refunds/{id}", RefundRetrieveParams, _one(refunds.retrieve)),
    Operation(
        "GET",
        "/v1/disputes",
        DisputeListParams,
        _list("dispute", "/v1/disputes", {"payment_intent", "charge"}, _charge_asked),
    ),
    Operation("GET", "/v1/disputes/{id}", DisputeRetrieveParams, _one(disputes.retrieve)),
    Operation("GET", "/v1/events", EventListParams, _events),
    Operation("GET", "/v1/events/{id}", EventRetrieveParams, _one(events.retrieve)),
    Operation(
        "GET", "/v1/balance_transactions/{id}", BalanceTransactionRetrieveParams, _one(payments.retrieve_balance)
    ),
    Operation("GET", "/v1/account", AccountRetrieveCurrentParams, _account),
)


def find(method: str, path: str) -> tuple[Operation, str] | None:
    """The operation and the id in its path."""
    for operation in OPERATIONS:
        identifier = operation.match(method, path)
        if identifier is not None:
            return operation, identifier
    return None
