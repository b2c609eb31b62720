"""Checkout Sessions: made open, then complete (paid) or expired; never both."""

from __future__ import annotations

from typing import Any

from simulator.api.errors import StripeError, missing
from simulator.objects import payments
from simulator.objects.blanks import blank
from simulator.objects.events import emit
from simulator.objects.order import check, lines
from simulator.store import Object
from simulator.work import Work, new_id

DAY = 24 * 3600
SHORTEST = 30 * 60

# Parameters of creation that the session simply shows again.
_SHOWN = (
    "adaptive_pricing", "allowed_payment_method_types", "billing_address_collection", "branding_settings", "cancel_url",
    "client_reference_id", "customer_email", "excluded_payment_method_types", "integration_identifier", "locale",
    "metadata", "origin_context", "submit_type", "success_url",
)  # fmt: skip


def session_of(work: Work, identifier: str) -> Object:
    session = work.store.find("checkout.session", identifier)
    if session is None:
        raise missing("checkout.session", identifier, "session")
    return session


def retrieve(work: Work, identifier: str, _params: dict[str, Any]) -> Object:
    return session_of(work, identifier)


def create(work: Work, _identifier: str, params: dict[str, Any]) -> Object:
    """Raises ``StripeError`` for what Stripe refuses and for what the simulator does not do."""
    check(params)
    expires_at = _expiry(work.now, params.get("expires_at"))
    items = lines(params)
    total = sum(item["amount_total"] for item in items)
    currency = items[0]["currency"]
    if total < 50:
        raise StripeError(
            f"The Checkout Session's total amount due must add up to at least $0.50 {currency}",
            code="amount_too_small",
            param="line_items",
        )
    if total > 99_999_999:
        raise StripeError(
            "The Checkout Session's total amount must be no more than $999,999.99.",
            code="amount_too_large",
            param="line_items",
        )
    session = _new(work, params, total, currency, expires_at) | {
        "_line_items": items,
        "_payment_intent_data": params.get("payment_intent_data", {}),
    }
    work.store.add(session, deadline=expires_at)
    return session


def _expiry(now: int, asked: int | None) -> int:
    if asked is None:
        return now + DAY
    if asked < now + SHORTEST:
        problem = "at least 30 minutes"
    elif asked > now + DAY:
        problem = "less than 24 hours"
    else:
        return asked
    raise StripeError(
        f"The `expires_at` timestamp must be {problem} from Checkout Session creation.", param="expires_at"
    )


def _new(work: Work, params: dict[str, Any], total: int, currency: str, expires_at: int) -> Object:
    identifier = new_id("cs_test_a1", 56)
    session = blank("checkout.session") | {name: params[name] for name in _SHOWN if name in params}
    session["custom_text"] |= params.get("custom_text", {})
    if "customer_email" in params:
        session["customer_details"] = blank("customer_details") | {"address": None, "email": params["customer_email"]}
    return session | {
        "id": identifier,
        "amount_subtotal": total,
        "amount_total": total,
        "created": work.now,
        "currency": currency,
        "expires_at": expires_at,
        "url": f"{work.settings.url}/c/pay/{identifier}",
    }


def line_items(work: Work, identifier: str, _params: dict[str, Any]) -> list[Object]:
    items: list[Object] = session_of(work, identifier)["_line_items"]
    return items


def expire(work: Work, identifier: str, _params: dict[str, Any]) -> Object:
    """Only an open session can be expired: one that was paid meanwhile stays paid."""
    session = session_of(work, identifier)
    if session["status"] != "open":
        raise StripeError(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session['status']}.",
            param="session",
            executed=True,
        )
    _expire(work, session)
    return session


def expire_overdue(work: Work) -> None:
    """What Stripe does by itself at ``expires_at``."""
    for session in work.store.overdue(work.now):
        _expire(work, session)


def _expire(work: Work, session: Object) -> None:
    session |= {"status": "expired", "url": None}
    work.store.save(session)
    if session["payment_intent"]:
        payments.cancel(work, session["payment_intent"])
    emit(work, "checkout.session.expired", session)


def pay(work: Work, session: Object) -> None:
    """A card that works. The session is complete and paid. Raises ``StripeError`` (400) when it is not open."""
    intent = _attempt(work, session)
    payments.succeed(work, intent, session)
    session |= {
        "status": "complete", "payment_status": "paid", "url": None,
        "customer_details": blank("customer_details") | {"email": session["customer_email"]},
    }  # fmt: skip
    work.store.save(session)
    emit(work, "checkout.session.completed", session)


def decline(work: Work, session: Object) -> None:
    """A card that is refused. The session stays open and keeps its PaymentIntent for the next try."""
    payments.decline(work, _attempt(work, session), session)


def _attempt(work: Work, session: Object) -> Object:
    if session["status"] != "open":
        raise StripeError(
            f"This Checkout Session is {session['status']}: it can no longer be paid.", code="session_not_open"
        )
    intent = payments.begin(work, session)
    session["payment_intent"] = intent["id"]
    work.store.save(session, intent=intent["id"])
    return intent


def keep(params: dict[str, Any], session: Object) -> bool:
    """The filters of the list that are not the walk's."""
    email = params.get("customer_details", {}).get("email")
    return params.get("status", session["status"]) == session["status"] and (
        email is None or (session["customer_details"] or {}).get("email") == email
    )
