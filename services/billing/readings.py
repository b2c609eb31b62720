"""What Stripe's objects say, in billing's own shapes, and what billing asks of it. Nothing here calls out."""

import re
import uuid
from datetime import UTC, datetime
from typing import Any

from billing.port import (
    Answered,
    DisputeSeen,
    DisputeStatus,
    EventSeen,
    Outcome,
    PageRequest,
    PageStatus,
    Reading,
    RefundSeen,
)

# What Stripe takes for an address; it refuses the whole page for one that it cannot write to.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}"
)
# A warning is a question of the bank, before any money moves; what ends without a loss is won.
_DISPUTES = {
    "warning_under_review": DisputeStatus.UNDER_REVIEW,
    "under_review": DisputeStatus.UNDER_REVIEW,
    "warning_closed": DisputeStatus.WON,
    "prevented": DisputeStatus.WON,
    "won": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
}
# Letters that Stripe takes in the name of a line.
LONGEST_NAME = 250
_OUTCOMES = {"succeeded": Outcome.SUCCEEDED, "failed": Outcome.FAILED, "canceled": Outcome.FAILED}


def _shown(name: str) -> str:
    """A line's name as Stripe takes it: at most 250 letters, and one that is longer says that it goes on."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def session_params(page: PageRequest) -> dict[str, Any]:
    """What we ask Stripe to show: our lines, then TPS and TVQ as lines of their own, so that its total is ours."""
    metadata = {"order_id": str(page.order_id)}

    def item(name: str, unit_amount: int, quantity: int) -> dict[str, Any]:
        price = {"currency": "cad", "unit_amount": unit_amount, "product_data": {"name": _shown(name)}}
        return {"price_data": price, "quantity": quantity}

    # Whoever signs up at the door may give no address, or one that Stripe does not take: its page then asks for it.
    known = {"customer_email": page.email} if _ADDRESS.fullmatch(page.email) else {}
    return {
        **known,
        "mode": "payment",
        # What the account's dashboard offers beside must not come in: a bank debit is decided days after the hold
        # ended, and a price in the visitor's own currency is not the one we showed.
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "line_items": [item(line.name, line.unit_amount, line.quantity) for line in page.lines],
        "locale": "fr-CA" if page.lang == "fr" else "en",
        "client_reference_id": str(page.order_id),
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "expires_at": int(page.expires_at.timestamp()),
        "success_url": page.success_url,
        "cancel_url": page.cancel_url,
    }


def page_reading(session: Any) -> Reading:
    intent = session.payment_intent
    expanded = intent is not None and not isinstance(intent, str)
    return Reading(
        session_id=session.id,
        status=PageStatus(session.status),
        url=session.url or "",
        order_id=session.client_reference_id or "",
        paid=session.payment_status == "paid" and expanded and intent.status == "succeeded",
        amount=session.amount_total or 0,
        received=intent.amount_received if expanded else 0,
        currency=session.currency or "",
        payment_intent=intent.id if expanded else intent,
    )


def refund_answer(refund: Any) -> Answered:
    return Answered(
        outcome=_OUTCOMES.get(refund.status or "", Outcome.PENDING),
        stripe_refund=refund.id,
        error=getattr(refund, "failure_reason", None) or "",
        amount=refund.amount,
    )


def refund_seen(refund: Any) -> RefundSeen:
    answer = refund_answer(refund)
    refund_id = _uuid(_metadata(refund).get("refund_id"))
    return RefundSeen(refund.id, answer.outcome, refund.amount, refund_id, answer.error)


def dispute_seen(dispute: Any) -> DisputeSeen:
    movements, due = dispute.balance_transactions, dispute.evidence_details.due_by
    return DisputeSeen(
        stripe_dispute=dispute.id,
        payment_intent=dispute.payment_intent or "",
        status=_DISPUTES.get(dispute.status, DisputeStatus.NEEDS_RESPONSE),
        amount=dispute.amount,
        reason=dispute.reason or "",
        evidence_due_at=datetime.fromtimestamp(due, UTC) if due else None,
        movements=len(movements),
        withdrawn=-sum(movement.amount for movement in movements),
        fees=sum(movement.fee for movement in movements),
    )


def _metadata(thing: Any) -> dict[str, Any]:
    return thing.to_dict().get("metadata") or {}


def event_seen(event: dict[str, Any]) -> EventSeen:
    thing = event["data"]["object"]
    metadata = thing.get("metadata") or {}
    intent = thing["id"] if thing.get("object") == "payment_intent" else thing.get("payment_intent")
    # A well signed event may still be odd: its texts are ids, nothing else is stored.
    names = (event["id"], event["type"], thing.get("id") or "", event.get("account") or "")
    if not all(isinstance(name, str) for name in names):
        raise TypeError("an event's names are texts")
    return EventSeen(
        id=event["id"],
        type=event["type"],
        created=datetime.fromtimestamp(event["created"], UTC),
        object_id=thing.get("id") or "",  # A balance has none.
        order_id=_uuid(metadata.get("order_id") or thing.get("client_reference_id")),
        refund_id=_uuid(metadata.get("refund_id")),
        payment_intent=intent if isinstance(intent, str) else None,
        account=event.get("account"),
    )


def signed_at(signature: str) -> int:
    """When a webhook says it was signed, in seconds of the epoch. Raises ValueError."""
    return int(dict(part.split("=", 1) for part in signature.split(","))["t"])


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
