"""Refunds: never more than what was paid and is not yet refunded."""

from __future__ import annotations

from typing import Any

from simulator.api.errors import StripeError, missing, not_simulated
from simulator.api.judge import missing_parameter
from simulator.objects import payments
from simulator.objects.blanks import blank
from simulator.objects.events import emit
from simulator.store import Object
from simulator.work import Work, new_id

_DONE = {"amount", "charge", "expand", "metadata", "payment_intent", "reason"}


def refund_of(work: Work, identifier: str) -> Object:
    refund = work.store.find("refund", identifier)
    if refund is None:
        raise missing("refund", identifier, "id")
    return refund


def retrieve(work: Work, identifier: str, _params: dict[str, Any]) -> Object:
    return refund_of(work, identifier)


def create(work: Work, _identifier: str, params: dict[str, Any]) -> Object:
    """Raises ``StripeError`` (400) for an over-refund, a charge already refunded in full, or nothing to refund."""
    for name in sorted(params.keys() - _DONE):
        raise not_simulated(name)
    charge = _charge(work, params)
    amount = _amount(charge, params.get("amount"))
    refund = _new(work, charge, amount, params)
    if refund["status"] == "succeeded":
        refund["balance_transaction"] = payments.move(work, refund, -amount, 0, "refund")
    work.store.add(refund, intent=charge["payment_intent"])
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    _count(work, charge, amount)
    emit(work, "refund.created", refund)
    emit(work, "charge.refunded", charge, {name: was for name, was in before.items() if was != charge[name]})
    if refund["status"] == "succeeded":
        _refer(work, refund)
    return refund


def _charge(work: Work, params: dict[str, Any]) -> Object:
    if "payment_intent" in params:
        intent = work.store.find("payment_intent", params["payment_intent"])
        if intent is None:
            raise missing("payment_intent", params["payment_intent"], "payment_intent")
        if intent["status"] != "succeeded":
            raise StripeError(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
                param="payment_intent",
                executed=True,
            )
        if params.get("charge", intent["latest_charge"]) != intent["latest_charge"]:
            raise StripeError("The charge is not one of this PaymentIntent.", param="charge")
        return _undisputed(work, payments.charge_of(work, intent["latest_charge"]))
    if "charge" not in params:
        raise missing_parameter("payment_intent")
    charge = payments.charge_of(work, params["charge"])
    if charge["status"] != "succeeded":
        raise StripeError(
            f"Charge {charge['id']} was not successful: there is nothing to refund.", param="charge", executed=True
        )
    return _undisputed(work, charge)


def _undisputed(work: Work, charge: Object) -> Object:
    """What the bank took of a charge is not returned by the merchant as well. Raises ``StripeError``."""
    for dispute in work.store.walk("dispute", intent=charge["payment_intent"]):
        if dispute["balance_transactions"] and dispute["status"] != "won":
            raise StripeError(
                f"Charge {charge['id']} has been charged back; cannot issue a refund.",
                code="charge_disputed",
                executed=True,
            )
    return charge


def _amount(charge: Object, asked: int | None) -> int:
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise StripeError(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded", executed=True
        )
    if asked is None:
        return int(left)
    if asked < 1:
        raise StripeError("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if asked > left:
        known = "unrefunded amount on charge" if charge["amount_refunded"] else "charge amount"
        raise StripeError(
            f"Refund amount ({_dollars(asked)}) is greater than {known} ({_dollars(left)})",
            param="amount",
            executed=True,
        )
    return asked


def _dollars(cents: int) -> str:
    return f"${cents // 100:,}.{cents % 100:02d}"


def _new(work: Work, charge: Object, amount: int, params: dict[str, Any]) -> Object:
    status = work.switches.refund_status
    return blank("refund") | {
        "id": new_id("re_3"),
        "amount": amount,
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "pending_reason": "processing" if status == "pending" else None,
        "reason": params.get("reason"),
        "status": status,
    }


def _count(work: Work, charge: Object, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    work.store.save(charge)


def _refer(work: Work, refund: Object) -> None:
    """The card network's reference arrives: the update that Stripe tells of some time after a refund."""
    before = {"destination_details": {"card": dict(refund["destination_details"]["card"])}}
    refund["destination_details"]["card"] |= {"reference": new_id("", 23), "reference_status": "available"}
    work.store.save(refund)
    emit(work, "refund.updated", refund, before)


def settle(work: Work, refund: Object, status: str) -> None:
    """A *pending* refund ends ``succeeded`` or ``failed``; the money of a failed one is the merchant's again."""
    if refund["status"] != "pending":
        raise StripeError(f"This refund is {refund['status']}.", code="refund_not_pending")
    before = {"status": "pending", "pending_reason": refund["pending_reason"]}
    refund |= {"status": status, "pending_reason": None}
    if status == "failed":
        refund["failure_reason"] = "unknown"
        _count(work, payments.charge_of(work, refund["charge"]), -refund["amount"])
    else:
        refund["balance_transaction"] = payments.move(work, refund, -refund["amount"], 0, "refund")
    work.store.save(refund)
    emit(work, "refund.updated", refund, before)
    if status == "failed":
        emit(work, "refund.failed", refund)
