"""The work of a batch: each registration by itself, claimed first, then done in one transaction with its own record.

A process that dies in between leaves a claim that ends; a claim that another has taken since changes nothing. So each
registration is acted on once, however often the work is begun.
"""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.errors import Busy, Refusal
from kit.lease import Patience, claim, is_due, move
from kit.sql import Values, column
from registration.batches import actions
from registration.batches.models import BatchItem
from registration.batches.queries import batch_of, is_ready, ready
from registration.batches.rules import GIVEN_UP, MOST_TRIES, Act, BatchRow, ItemState
from registration.catalog.offers.rules_activity import keep_percent
from registration.changes.actions import cancel
from registration.changes.actions_people import resend
from registration.letters.flows import letter_context

if TYPE_CHECKING:
    from registration.service import RegistrationService

LEASE = timedelta(seconds=30)
PATIENCE = Patience(base=1, longest=60)
# How many are done while whoever confirmed waits for the page; the rest is for the worker.
AT_ONCE = 5
# How many one turn of the worker does before it looks up.
TURN = 50


def percent_now(here: "RegistrationService", session: Session, batch: BatchRow) -> int:
    """The part that the activity's rule keeps of what is cancelled now. Raises NotFound."""
    return keep_percent(here.offer(session, batch.activity_id).activity.cancellation, here.clock())


def confirm(here: "RegistrationService", session: Session, batch_id: uuid.UUID, by: Caller) -> bool:
    """Confirm it in this transaction; whether it was not before. Raises NotFound."""
    batch = batch_of(session, batch_id)
    percent = percent_now(here, session, batch) if batch.act is Act.CANCEL else None
    return actions.confirm(session, batch_id, percent, by, here.clock())


def begin(here: "RegistrationService", batch_id: uuid.UUID) -> None:
    """Do the first few. What cannot be done now is for the worker."""
    try:
        work(here, batch_id, AT_ONCE)
    except Busy:
        return


def work(here: "RegistrationService", batch_id: uuid.UUID | None = None, most: int = TURN) -> bool:
    """Do what waits, of one batch or of all; True when there may be more."""
    with here.db.read() as session:
        if not is_ready(session, batch_id):
            return False
    for _ in range(most):
        item = _claimed(here, batch_id)
        if item is None:
            return False
        _do(here, item)
    return True


def _claimed(here: "RegistrationService", batch_id: uuid.UUID | None) -> BatchItem | None:
    now = here.clock()
    due = (*ready(batch_id), is_due(BatchItem.due_at, now, PATIENCE.horizon))
    with here.db.write() as session:
        found = claim(session, BatchItem, *due, until=now + LEASE)
        return found[0] if found else None


def _do(here: "RegistrationService", item: BatchItem) -> None:
    """One registration. A refusal is kept in words; what was only busy is tried again when the claim ends."""
    if item.attempts > MOST_TRIES:
        _refuse(here, item, GIVEN_UP)
        return
    try:
        with here.db.write() as session:
            if _move(session, item, ItemState.DONE):
                _act(here, session, item)
    except Busy:
        raise
    except Refusal as refusal:
        _refuse(here, item, refusal.code)


def _act(here: "RegistrationService", session: Session, item: BatchItem) -> None:
    batch, now = batch_of(session, item.batch_id), here.clock()
    offer = here.offer(session, batch.activity_id)
    by, context = Caller(frozenset({"staff"}), batch.by_id, batch.by), letter_context(here, offer)
    if batch.act is Act.CANCEL:
        cancel(session, item.registration_id, by, now, context, percent=batch.keep_percent)
    else:
        resend(session, item.registration_id, by, now, context)


def _refuse(here: "RegistrationService", item: BatchItem, why: str) -> None:
    with here.db.write() as session:
        _move(session, item, ItemState.REFUSED, why)


def _move(session: Session, item: BatchItem, state: ItemState, why: str = "") -> bool:
    """Whether the claim still held."""
    moved: Values = {column(BatchItem.state): state, column(BatchItem.why): why}
    return move(session, item, moved, *ready(None))
