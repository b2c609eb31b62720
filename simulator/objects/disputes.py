"""Disputes: a card holder contests a payment, Stripe takes the money and a fee, the bank decides."""

from __future__ import annotations

from typing import Any

from simulator.api.errors import StripeError, missing
from simulator.objects import payments
from simulator.objects.blanks import blank
from simulator.objects.events import emit
from simulator.store import Object
from simulator.work import Work, new_id

# Cents, and seconds: Stripe's published fee in Canada, and about what a bank leaves to answer.
_FEE = 1500
_TO_ANSWER = 9 * 86400
OPEN = ("warning_needs_response", "warning_under_review", "needs_response", "under_review")


def dispute_of(work: Work, identifier: str) -> Object:
    dispute = work.store.find("dispute", identifier)
    if dispute is None:
        raise missing("dispute", identifier, "id")
    return dispute


def retrieve(work: Work, identifier: str, _params: dict[str, Any]) -> Object:
    return dispute_of(work, identifier)


def begin(work: Work, intent: Object, amount: int | None, *, inquiry: bool) -> Object:
    """A card holder contests all of a payment or a part; an inquiry is a question of the bank, and moves no money."""
    charge = payments.charge_of(work, intent["latest_charge"] or "")
    dispute = blank("dispute") | {
        "id": new_id("du_1"),
        "amount": amount or charge["amount"],
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "payment_intent": intent["id"],
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
    dispute["evidence_details"]["due_by"] = work.now + _TO_ANSWER
    work.store.add(dispute, intent=intent["id"])
    if not inquiry:
        _move(work, dispute, -dispute["amount"], _FEE)
    emit(work, "charge.dispute.created", dispute)
    if not inquiry:
        emit(work, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def move_on(work: Work, dispute: Object, status: str) -> None:
    """``under_review``: the answer was sent; ``won`` gives the money back, but not the fee; ``lost`` keeps it."""
    if dispute["status"] not in OPEN:
        raise StripeError(f"This dispute is {dispute['status']}.", code="dispute_closed")
    before = {"status": dispute["status"]}
    if status == "under_review":
        dispute["evidence_details"] |= {"has_evidence": True, "submission_count": 1}
        dispute["status"] = "warning_under_review" if before["status"].startswith("warning") else status
        work.store.save(dispute)
        emit(work, "charge.dispute.updated", dispute, before)
        return
    dispute["status"] = "warning_closed" if before["status"].startswith("warning") and status == "won" else status
    if status == "won" and dispute["balance_transactions"]:
        _move(work, dispute, dispute["amount"], 0)
        emit(work, "charge.dispute.funds_reinstated", dispute)
    work.store.save(dispute)
    emit(work, "charge.dispute.closed", dispute, before)


def _move(work: Work, dispute: Object, amount: int, fee: int) -> None:
    number = payments.move(work, dispute, amount, fee, "adjustment")
    movement = work.store.find("balance_transaction", number)
    dispute["balance_transactions"] = [*dispute["balance_transactions"], movement]
    work.store.save(dispute)
