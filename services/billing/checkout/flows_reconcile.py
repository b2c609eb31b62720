"""What no webhook brought: unfinished visits are looked at again, and Stripe's events are read from its list."""

import logging
import uuid
from datetime import datetime, timedelta

from billing.checkout import actions as checkout
from billing.checkout import flows as settlement
from billing.checkout import queries as checkouts
from billing.gateway import StripeRefused
from billing.service import BillingService
from kit.errors import Busy

log = logging.getLogger("guichet.jobs")

# Events are read again from a little before the last look: Stripe may list them late.
OVERLAP = timedelta(minutes=10)
# After a start: as long as Stripe itself goes on telling what was not heard.
FIRST_LOOK = timedelta(days=3)
# Stripe fails for so many visits one after the other: it is down, and the others would wait in vain.
MOST_DOWN = 3


def reconcile(here: BillingService) -> bool:
    """Read the events that no webhook brought, then look again at every unfinished visit, from where we last were."""
    if here.gateway is None:
        return False
    down = 0 if _read_events(here) else 1
    with here.db.read() as session:
        waiting = checkouts.orders_to_reconcile(session)
    # Ids are in the order of time: without this, the oldest would be served first at every round.
    for order_id in sorted(waiting, key=lambda one: (here.stopped_at is not None and one <= here.stopped_at, one)):
        down = 0 if _look_again(here, order_id) else down + 1
        here.stopped_at = order_id
        if down >= MOST_DOWN:
            break
    return False


def _look_again(here: BillingService, order_id: uuid.UUID) -> bool:
    """Whether Stripe answered for this order's visits: one that it cannot read must not keep the others waiting."""
    try:
        settlement.settle(here, order_id)
    except StripeRefused as error:
        log.error("visit not reconciled", extra={"order_id": str(order_id), "error": error.stripe_code})
    except Busy as error:
        log.warning("visit not reconciled", extra={"order_id": str(order_id), "error": error.code})
        return False
    except Exception as error:
        # A bug of ours with one order must not keep the others from being looked at.
        log.exception("visit not reconciled", extra={"order_id": str(order_id), "error": type(error).__name__})
    return True


def _read_events(here: BillingService) -> bool:
    """One list brings all that webhooks lost; False when Stripe does not answer."""
    now = here.clock()
    with here.db.read() as session:
        last = checkouts.last_event_at(session)
    try:
        missed = here.stripe.events(_since(here.events_read, last, now))
    except (Busy, StripeRefused) as error:
        log.warning("events not read", extra={"error": error.code})
        return False
    with here.db.write() as session:
        new = [checkout.store_event(session, event, now) for event in missed]
    here.events_read = now
    if any(new):
        here.new_events.set()
    return True


def _since(looked: datetime | None, last: datetime | None, now: datetime) -> datetime:
    """From when on events are read. The last one seen says nothing of those before it: one may have been lost."""
    if looked is not None:
        return looked - OVERLAP
    return min(now - FIRST_LOOK, last - OVERLAP) if last else now - FIRST_LOOK
