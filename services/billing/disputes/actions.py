"""Writing down what Stripe says of a dispute: the money it took or gave back, its fee, and where it stands."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from billing.association.queries import books
from billing.disputes import queries, rules
from billing.disputes.models import Dispute
from billing.ledger import actions as ledger
from billing.ledger import rules as posting
from billing.ledger.rules import Memo
from billing.orders.models import Order
from billing.payments.models import Payment
from billing.payments.queries import allocated
from billing.port import DisputeSeen


def take_in(
    session: Session, paid: Sequence[Order], payment: Payment, seen: DisputeSeen, now: datetime
) -> Sequence[Dispute]:
    """Bring a dispute of a payment to what Stripe says of it; its part of each order that the payment paid, which are
    locked. An older or repeated reading changes nothing."""
    parts = queries.by_stripe_id(session, seen.stripe_dispute) or _opened(session, paid, payment, seen, now)
    if rules.is_older(parts[0].movements, parts[0].status, seen.movements, seen.status):
        return parts
    _move(session, paid, payment, parts, seen, now)
    for dispute in parts:
        dispute.status, dispute.evidence_due_at = seen.status, seen.evidence_due_at
        if not dispute.is_open:
            dispute.closed_at = dispute.closed_at or now
    session.flush()
    return parts


def _opened(
    session: Session, paid: Sequence[Order], payment: Payment, seen: DisputeSeen, now: datetime
) -> list[Dispute]:
    """What is contested, over the orders by what the payment brought each of them."""
    brought = allocated(session, payment.id)
    contested = rules.shared_out(seen.amount, [brought[order.id] for order in paid])
    parts = [
        Dispute(
            order_id=order.id,
            payment_id=payment.id,
            stripe_dispute=seen.stripe_dispute,
            status=seen.status,
            amount=amount,
            reason=seen.reason,
            opened_at=now,
        )
        for order, amount in zip(paid, contested, strict=True)
        if amount or order is paid[0]
    ]
    session.add_all(parts)
    session.flush()
    return parts


def _move(
    session: Session,
    paid: Sequence[Order],
    payment: Payment,
    parts: Sequence[Dispute],
    seen: DisputeSeen,
    now: datetime,
) -> None:
    """Write what moved since the last reading; a dispute may have several movements, and they are added up. Its fee is
    with the first of its orders."""
    today, by_id = books(session, now), {order.id: order for order in paid}
    chart = posting.Chart(today.profile.accounts)
    taken = seen.withdrawn - sum(dispute.withdrawn for dispute in parts)
    rooms = [dispute.amount - dispute.withdrawn if taken > 0 else dispute.withdrawn for dispute in parts]
    kept = seen.fees - sum(dispute.fees for dispute in parts)
    for dispute, part in zip(parts, rules.shared_out(taken, rooms), strict=True):
        for memo, account, amount in ((Memo.DISPUTE, "receivable", part), (Memo.DISPUTE_FEE, "card_fees", kept)):
            memo, legs = memo if amount > 0 else Memo.DISPUTE_BACK, posting.taken_by_stripe(chart, account, amount)
            ledger.write(session, today, dispute.order_id, memo, dispute.id.hex, legs, now)
        by_id[dispute.order_id].disputed += part
        dispute.withdrawn, dispute.fees, kept = dispute.withdrawn + part, dispute.fees + kept, 0
        dispute.movements = seen.movements
    payment.disputed += taken
