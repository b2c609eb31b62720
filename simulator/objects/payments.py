"""PaymentIntents and charges: an attempt to pay a session, accepted or declined, and the balance it changes."""

from __future__ import annotations

from typing import Any

from simulator.api.errors import missing
from simulator.objects.blanks import blank
from simulator.objects.events import emit
from simulator.store import Object
from simulator.work import Work, new_id

_DECLINED = "Your card was declined."


def intent_of(work: Work, identifier: str) -> Object:
    intent = work.store.find("payment_intent", identifier)
    if intent is None:
        raise missing("payment_intent", identifier, "intent")
    return intent


def charge_of(work: Work, identifier: str) -> Object:
    charge = work.store.find("charge", identifier)
    if charge is None:
        raise missing("charge", identifier, "charge")
    return charge


def retrieve_intent(work: Work, identifier: str, _params: dict[str, Any]) -> Object:
    return intent_of(work, identifier)


def retrieve_charge(work: Work, identifier: str, _params: dict[str, Any]) -> Object:
    return charge_of(work, identifier)


def retrieve_balance(work: Work, identifier: str, _params: dict[str, Any]) -> Object:
    found = work.store.find("balance_transaction", identifier)
    if found is None:
        raise missing("balance transaction", identifier, "id")
    return found


def begin(work: Work, session: Object) -> Object:
    """The session's PaymentIntent, made at the first attempt to pay, as Stripe does since 2022-08-01."""
    if session["payment_intent"]:
        return intent_of(work, session["payment_intent"])
    asked = session["_payment_intent_data"]
    intent = _new_intent(work, session, asked)
    work.store.add(intent, intent=intent["id"])
    emit(work, "payment_intent.created", intent)
    return intent


def _new_intent(work: Work, session: Object, asked: dict[str, Any]) -> Object:
    identifier = new_id("pi_3")
    return (
        blank("payment_intent")
        | asked
        | {
            "id": identifier,
            "amount": session["amount_total"],
            "client_secret": f"{identifier}_secret_{new_id('')}",
            "created": work.now,
            "currency": session["currency"],
        }
    )


def succeed(work: Work, intent: Object, session: Object) -> None:
    """The card pays: a charge, the money in the balance, the intent *succeeded*."""
    charge = _new_charge(work, intent, session)
    charge |= {
        "amount_captured": intent["amount"], "captured": True, "paid": True, "status": "succeeded",
        "outcome": _outcome(None), "authorization_code": new_id("", 6).upper(),
    }  # fmt: skip
    charge["balance_transaction"] = move(work, charge, charge["amount"], _fee(charge["amount"]), "charge")
    work.store.add(charge, intent=intent["id"])
    intent |= {
        "amount_received": intent["amount"], "last_payment_error": None, "latest_charge": charge["id"],
        "payment_method": charge["payment_method"], "status": "succeeded",
    }  # fmt: skip
    work.store.save(intent)
    emit(work, "charge.succeeded", charge)
    emit(work, "payment_intent.succeeded", intent)


def decline(work: Work, intent: Object, session: Object) -> None:
    """The bank says no: a failed charge; the same intent waits for another card."""
    charge = _new_charge(work, intent, session)
    charge |= {
        "status": "failed", "failure_code": "card_declined", "failure_message": _DECLINED,
        "outcome": _outcome("generic_decline"),
    }  # fmt: skip
    work.store.add(charge, intent=intent["id"])
    intent |= {
        "latest_charge": charge["id"],
        "status": "requires_payment_method",
        "last_payment_error": {
            "advice_code": "try_again_later", "charge": charge["id"], "code": "card_declined",
            "decline_code": "generic_decline", "doc_url": "https://stripe.com/docs/error-codes/card-declined",
            "message": _DECLINED, "type": "card_error",
        },
    }  # fmt: skip
    work.store.save(intent)
    emit(work, "charge.failed", charge)
    emit(work, "payment_intent.payment_failed", intent)


def cancel(work: Work, identifier: str) -> None:
    """The session ended without payment: so does an intent that an earlier, declined attempt had made."""
    intent = intent_of(work, identifier)
    if intent["status"] != "requires_payment_method":
        return
    intent |= {"status": "canceled", "canceled_at": work.now, "cancellation_reason": "automatic"}
    work.store.save(intent)
    emit(work, "payment_intent.canceled", intent)


def _new_charge(work: Work, intent: Object, session: Object) -> Object:
    charge = blank("charge")
    charge["billing_details"]["email"] = session["customer_email"]
    charge["payment_method_details"]["card"]["amount_authorized"] = intent["amount"]
    same = (
        "amount", "currency", "description", "metadata", "receipt_email", "statement_descriptor",
        "statement_descriptor_suffix",
    )  # fmt: skip
    return (
        charge
        | {name: intent[name] for name in same}
        | {
            "id": new_id("ch_3"),
            "created": work.now,
            "payment_intent": intent["id"],
            "payment_method": new_id("pm_1"),
        }
    )


def _outcome(reason: str | None) -> Object:
    accepted = reason is None
    return {
        "advice_code": None if accepted else "try_again_later",
        "network_status": "approved_by_network" if accepted else "declined_by_network",
        "reason": reason,
        "risk_level": "normal",
        "seller_message": "Payment complete." if accepted else "The bank did not return any further details.",
        "type": "authorized" if accepted else "issuer_declined",
    }


def _fee(amount: int) -> int:
    """Cents: 2.9 % (half up) and 30 cents, Stripe's published price for a Canadian card."""
    return (amount * 29 + 500) // 1000 + 30


def move(work: Work, source: Object, amount: int, fee: int, category: str) -> str:
    """Writes one movement of Stripe's balance and gives its id; ``amount`` is negative for a refund."""
    fees = [
        {"amount": fee, "application": None, "currency": source["currency"],
         "description": "Stripe processing fees", "type": "stripe_fee"}
    ] if fee else []  # fmt: skip
    movement = blank("balance_transaction") | {
        "id": new_id("txn_3"),
        "amount": amount,
        "available_on": work.now + 2 * 86400,
        "created": work.now,
        "currency": source["currency"],
        "fee": fee,
        "fee_details": fees,
        "net": amount - fee,
        "reporting_category": category,
        "source": source["id"],
        "type": category,
    }
    work.store.add(movement, intent=source["payment_intent"])
    return str(movement["id"])
