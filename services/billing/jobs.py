"""What the clock does in billing: deliver messages, process events from Stripe, send refunds, reconcile, forget."""

import logging
from datetime import datetime, timedelta

from sqlmodel import Session

from billing.checkout import actions as checkout
from billing.checkout import flows as settlement
from billing.checkout import flows_returns as returns
from billing.checkout import queries as checkouts
from billing.checkout.flows_reconcile import reconcile
from billing.checkout.models import Incoming
from billing.checkout.rules import NotOurs, is_of_disputes, is_of_refunds
from billing.gateway import EVENT_TYPES, KeySpent, StripeRefused
from billing.invoices import actions_groups as groups
from billing.invoices.queries import waiting_groups
from billing.invoices.rules import PATIENCE
from billing.orders import actions as orders
from billing.payments.models import Payment
from billing.payments.queries import by_intent, order_of_intent, takings
from billing.port import Answered, Outcome
from billing.refunds import actions as refunds
from billing.refunds import queries as refund_queries
from billing.refunds.models import Refund
from billing.refunds.rules import MoreThanCame, RefundStatus
from billing.service import BillingService
from kit import idempotency, mailbox
from kit.db import Database
from kit.errors import Busy, Refusal
from kit.metrics import Figure
from kit.worker import GATHER, Loop

log = logging.getLogger("guichet.jobs")

HOUSEKEEPING_SECONDS = 3600.0
KEEP_ANSWERS = timedelta(days=7)
KEEP_EVENTS = timedelta(days=90)


def loops(here: BillingService) -> list[Loop]:
    """The loops of this service's worker. Those that need Stripe do not run without it."""
    poll = here.settings.outbox_poll_seconds
    always = [
        Loop("deliver", poll, here.postman.deliver, here.db.posted, GATHER),
        Loop("housekeeping", HOUSEKEEPING_SECONDS, lambda: housekeeping(here)),
    ]
    if here.gateway is None:
        return always
    return [
        *always,
        Loop("events", poll, lambda: work_events(here), here.new_events),
        Loop("refunds", poll, lambda: send_refunds(here)),
        Loop("reconcile", here.settings.reconcile_seconds, lambda: reconcile(here)),
    ]


def work_events(here: BillingService) -> bool:
    """Process the events of Stripe, one at a time. True when there may be more."""
    with here.db.read() as session:
        due = checkouts.due_events(session, here.patience, here.clock())
    for incoming_id in due:
        now = here.clock()
        with here.db.write() as session:
            incoming = checkout.claim_event(session, incoming_id, here.patience, now)
        if incoming is not None:
            _work_event(here, incoming)
    return bool(due)


def _work_event(here: BillingService, incoming: Incoming) -> None:
    try:
        _act_on(here, incoming)
    except Refusal as error:
        _event_failed(here, incoming, error.code, isinstance(error, Busy))
    except Exception as error:
        # A bug of ours with one event: counted, shown, and those behind it are worked.
        log.exception("event failed", extra={"event": incoming.event_id, "event_type": incoming.type})
        _event_failed(here, incoming, type(error).__name__, busy=False)
    else:
        with here.db.write() as session:
            checkout.finish_event(session, incoming.id)


def _event_failed(here: BillingService, incoming: Incoming, error: str, busy: bool) -> None:
    with here.db.write() as session:
        checkout.event_failed(session, incoming, error, busy, here.patience, here.clock())


def _act_on(here: BillingService, incoming: Incoming) -> None:
    """The event is only a hint of what to read at Stripe. Raises NotOurs, NotFound, StripeDown, StripeRefused."""
    if incoming.type not in EVENT_TYPES:
        return  # An event of a type we did not subscribe to: it changes nothing in our ledger.
    if incoming.account:
        raise NotOurs()
    if is_of_refunds(incoming.type) or is_of_disputes(incoming.type):
        returns.take_in(here, _intent_known(here, incoming))
        return
    order_id = incoming.order_id
    if order_id is None and incoming.payment_intent:
        with here.db.read() as session:
            order_id = order_of_intent(session, incoming.payment_intent)
    if order_id is None:
        raise NotOurs()
    settlement.settle(here, order_id)
    if incoming.type == "payment_intent.succeeded":
        _must_be_known(here, incoming.payment_intent or "")


def _intent_known(here: BillingService, incoming: Incoming) -> str:
    """The payment intent of an event, which a payment of ours has. Raises NotOurs."""
    intent = incoming.payment_intent or ""
    if incoming.order_id is not None and not _is_known(here, intent):
        settlement.settle(here, incoming.order_id)  # Its payment may be what no event told us of yet.
    if not _is_known(here, intent):
        raise NotOurs()
    return intent


def _is_known(here: BillingService, payment_intent: str) -> bool:
    with here.db.read() as session:
        return by_intent(session, payment_intent) is not None


def _must_be_known(here: BillingService, payment_intent: str) -> None:
    """Money came for an order of ours: by none of its pages, or not as requested, it stays in sight. Raises NotOurs."""
    if not _is_known(here, payment_intent):
        raise NotOurs()


def send_refunds(here: BillingService) -> bool:
    """Send the card refunds that are due, each outside any transaction. True when there may be more."""
    with here.db.read() as session:
        due = refund_queries.due(session, here.patience, here.clock())
    for refund_id in due:
        now = here.clock()
        with here.db.write() as session:
            refund = refunds.claim(session, refund_id, here.patience, now)
            intent = session.get_one(Payment, refund.payment_id).payment_intent if refund else None
        if refund and intent:
            _send(here, refund, intent)
    return bool(due)


def _send(here: BillingService, refund: Refund, intent: str) -> None:
    """One attempt. After a crash or a cut answer, what may have been sent is looked for before it is sent again."""
    again_at = here.clock() + here.patience.after(refund.attempts)
    try:
        answer = _answer(here, refund, intent)
    except (KeySpent, Busy) as error:
        log.warning("refund not sent yet", extra={"refund_id": str(refund.id), "error": error.code})
        _send_later(here, refund, again_at, spent=isinstance(error, KeySpent))
        return
    if answer is None:
        _send_later(here, refund, again_at, spent=True)
        return
    with here.db.write() as session:
        refunds.finish(session, refund.id, answer, here.clock(), again_at)


def _answer(here: BillingService, refund: Refund, intent: str) -> Answered | None:
    """What Stripe says of a refund; None when it refused because less is left to return than we promised, or because
    the bank looks at the payment: that is no reason to pay it another way. Raises KeySpent, StripeDown."""
    try:
        return _known(here, refund, intent) or here.stripe.refund(intent, refund.amount, refund.id, refund.key)
    except StripeRefused as error:
        refused = Answered(Outcome.FAILED, error=error.stripe_code)
    try:
        return None if returns.take_in(here, intent) else refused
    except (StripeRefused, MoreThanCame):
        return refused


def _send_later(here: BillingService, refund: Refund, again_at: datetime, *, spent: bool) -> None:
    with here.db.write() as session:
        refunds.postpone(session, refund, again_at, spent)


def _known(here: BillingService, refund: Refund, intent: str) -> Answered | None:
    if refund.stripe_refund:
        return here.stripe.read_refund(refund.stripe_refund)
    if refund.attempts == 1:
        return None
    return next((one.answered for one in here.stripe.refunds_of(intent) if one.refund_id == refund.id), None)


def housekeeping(here: BillingService) -> bool:
    """Invoice what waited for others long enough; forget answers, inbox ids and worked events older than anyone may
    still ask for, and buyers whose term is over. True when there are more."""
    now = here.clock()
    with here.db.read() as session:
        waiting = waiting_groups(session, now - PATIENCE)
    for group_id in waiting:
        with here.db.write() as session:
            groups.complete_late(session, group_id, now)
    with here.db.write() as session:
        idempotency.purge(session, now - KEEP_ANSWERS)
        mailbox.purge(session, now - KEEP_EVENTS)
        checkout.purge_events(session, now - KEEP_EVENTS)
    with here.db.write() as session:
        return orders.forget_buyers(session, now) == orders.BATCH


def pending(session: Session, now: datetime) -> dict[str, int]:
    """What is not finished. `unreconciled`: visits that should be over, payments not believed, refunds that failed and
    are still held."""
    events, refunds_by = checkouts.event_counts(session), refund_queries.counts(session)
    outbox = mailbox.pending(session)
    return {
        "outbox": outbox["outbox"],
        "inbox": events.get("ready", 0),
        "dead": outbox["dead"] + events.get("dead", 0),
        "holds_overdue": 0,
        "refunds_in_flight": refunds_by.get(RefundStatus.REQUESTED, 0),
        "unreconciled": checkouts.unreconciled(session, now) + refund_queries.held(session),
    }


def figures(db: Database, now: datetime) -> list[Figure]:
    """What monitoring counts of money, and how long the oldest message and event have waited, in seconds."""
    with db.read() as session:
        payments, refunds_by = takings(session), refund_queries.counts(session)
        waits = mailbox.waits(session, now, inbox=checkouts.oldest_event(session))
    by_status = {status.value: refunds_by.get(status, 0) for status in RefundStatus}
    return [
        Figure("guichet_payments", "Payments received", "method", {one.method: one.count for one in payments}),
        Figure("guichet_payments_cents", "Money received", "method", {one.method: one.cents for one in payments}),
        Figure("guichet_refunds", "Refunds, by what became of them", "status", by_status),
        Figure("guichet_oldest_seconds", "Age of what has waited longest", "kind", waits),
    ]
