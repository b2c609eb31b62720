"""Writing down what Stripe says of a dispute: the money it took or gave back, its fee, and where it stands."""

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
from billing.port import DisputeSeen


def take_in(session: Session, order: Order, payment: Payment, seen: DisputeSeen, now: datetime) -> Dispute:
    """Bring a dispute of a locked order to what Stripe says of it. An older or repeated reading changes nothing."""
    dispute = queries.by_stripe_id(session, seen.stripe_dispute) or _opened(session, order, payment, seen, now)
    if rules.is_older(dispute.movements, dispute.status, seen.movements, seen.status):
        return dispute
    _move(session, order, payment, dispute, seen, now)
    dispute.status, dispute.evidence_due_at = seen.status, seen.evidence_due_at
    if not dispute.is_open:
        dispute.closed_at = dispute.closed_at or now
    session.flush()
    return dispute


def _opened(session: Session, order: Order, payment: Payment, seen: DisputeSeen, now: datetime) -> Dispute:
    dispute = Dispute(
        order_id=order.id,
        payment_id=payment.id,
        stripe_dispute=seen.stripe_dispute,
        status=seen.status,
        amount=seen.amount,
        reason=seen.reason,
        opened_at=now,
    )
    session.add(dispute)
    session.flush()
    return dispute


def _move(session: Session, order: Order, payment: Payment, dispute: Dispute, seen: DisputeSeen, now: datetime) -> None:
    """Write what moved since the last reading; a dispute may have several movements, and they are added up."""
    taken, kept = seen.withdrawn - dispute.withdrawn, seen.fees - dispute.fees
    today = books(session, now)
    chart = posting.Chart(today.profile.accounts)
    for memo, account, amount in ((Memo.DISPUTE, "receivable", taken), (Memo.DISPUTE_FEE, "card_fees", kept)):
        legs = posting.taken_by_stripe(chart, account, amount)
        ledger.write(session, today, order.id, memo if amount > 0 else Memo.DISPUTE_BACK, dispute.id.hex, legs, now)
    order.disputed += taken
    payment.disputed += taken
    dispute.withdrawn, dispute.fees, dispute.movements = seen.withdrawn, seen.fees, seen.movements
