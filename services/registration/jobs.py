"""What the clock does: deliver messages, end holds, forget what is old."""

import logging
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from kit import idempotency, mailbox
from kit.contracts.callers import ANYONE
from kit.db import Database
from kit.errors import Busy
from kit.http import SiblingRefused
from kit.metrics import Figure
from kit.sql import column, table
from kit.worker import GATHER, Loop
from registration.association import queries as association
from registration.batches import actions as batches
from registration.batches.flows import work
from registration.catalog.allotments import actions as allotments
from registration.catalog.allotments.queries import is_due
from registration.catalog.authoring import actions as authoring
from registration.catalog.covers import queries as covers
from registration.catalog.partners import queries as partners
from registration.files import actions as files
from registration.mailings import actions as mailings
from registration.mailings.flows import work as send_mailings
from registration.members.imports import actions as imports
from registration.members.mergers import actions_undo as mergers
from registration.members.writing.flows import work as write_imports
from registration.plans.buying.flows_kept import buy_kept
from registration.plans.covering.flows import end_of_cancelled
from registration.plans.keeping.flows import forget as forget_coverages
from registration.plans.lists.flows import forget_lists
from registration.plans.renewing.flows import PLAN_ENDING
from registration.privacy.flows_retention import forget
from registration.rearrangements import actions as rearrangements
from registration.rearrangements.flows import work as settle_choices
from registration.registrations.actions import release
from registration.registrations.arrears import actions as arrears
from registration.registrations.arrears.queries import arrears_astray
from registration.registrations.holds import actions as holds
from registration.registrations.models import Registration
from registration.registrations.rules import RegistrationStatus
from registration.registrations.tallies import actions as tallies
from registration.registrations.tallies.queries import drifted
from registration.renewals.flows import RENEWAL
from registration.renewals.flows import work as work_on_renewals
from registration.retrieval import actions as retrieval
from registration.retrieval.flows import answer as answer_retrievals
from registration.schedule import actions as schedule
from registration.schedule.flows import sweep
from registration.schedule.flows import work as send_planned
from registration.schedule.names.flows import NAMES_DUE
from registration.service import RegistrationService
from registration.settings import RegistrationSettings
from registration.staff import actions as staff
from registration.strangers import actions as strangers

HOUSEKEEPING_SECONDS = 3600.0
# A date that is moved, or a registration that is confirmed, is in the plan of letters within so many seconds.
SWEEP_SECONDS = 300.0
# A fee that is paid is seen within so many seconds by the lists that wait for it.
KEPT_SECONDS = 60.0
KEEP_ANSWERS = timedelta(days=7)
KEEP_INBOX = timedelta(days=90)
# Who uses files that were uploaded: whatever none of them names is cleared away.
USES_OF_FILES = (association.files_in_use, covers.files_in_use, partners.files_in_use)
# The kinds of letters that wait for their day (docs/guides/development.md says how another is added).
RULES = (NAMES_DUE, RENEWAL, PLAN_ENDING)
log = logging.getLogger("guichet.jobs")


def loops(here: RegistrationService) -> list[Loop]:
    """The loops of this service's worker."""
    poll = here.settings.outbox_poll_seconds
    return [
        Loop("deliver", poll, here.postman.deliver, here.db.posted, GATHER),
        Loop("publish", poll, lambda: publish_due(here)),
        Loop("allotments", poll, lambda: release_due(here)),
        Loop("holds", poll, lambda: end_holds(here)),
        Loop("batches", poll, lambda: work(here)),
        Loop("mailings", poll, lambda: send_mailings(here)),
        Loop("choices", poll, lambda: settle_choices(here)),
        Loop("imports", poll, lambda: write_imports(here)),
        Loop("kept", KEPT_SECONDS, lambda: buy_kept(here)),
        Loop("retrievals", poll, lambda: answer_retrievals(here)),
        Loop("sweep", SWEEP_SECONDS, lambda: sweep(here, RULES)),
        Loop("planned", poll, lambda: send_planned(here, RULES)),
        Loop("renewals", poll, lambda: work_on_renewals(here)),
        Loop("housekeeping", HOUSEKEEPING_SECONDS, lambda: housekeeping(here)),
        # Every hour, so that what has a day is gone in its first hours, whatever the time zone.
        Loop("forget", HOUSEKEEPING_SECONDS, lambda: forget(here)),
        Loop("cancelled-plans", KEPT_SECONDS, lambda: end_of_cancelled(here)),
        Loop("coverages", HOUSEKEEPING_SECONDS, lambda: forget_coverages(here)),
        Loop("plan-lists", HOUSEKEEPING_SECONDS, lambda: forget_lists(here)),
    ]


def publish_due(here: RegistrationService) -> bool:
    """Publish the drafts whose time has come."""
    now = here.clock()
    with here.db.read() as session:
        if not authoring.is_due(session, now):
            return False
    with here.db.write() as session:
        authoring.publish_due(session, ANYONE, now)
    return False


def release_due(here: RegistrationService) -> bool:
    """Release the reserved places whose date has come. True when there may be more."""
    now = here.clock()
    with here.db.read() as session:
        if not is_due(session, now):
            return False
    with here.db.write() as session:
        return allotments.release_due(session, now) == allotments.AT_ONCE


def end_holds(here: RegistrationService) -> bool:
    """Ask billing about every hold that is over, then free what is void. True when there may be more."""
    now, terms = here.clock(), hold_terms(here.settings)
    with here.db.read() as session:
        if not session.execute(holds.due(now, terms).limit(1)).first():
            return False
    with here.db.write() as session:
        too_long = holds.put_right(session, now, terms)
        claimed = holds.ended_holds(session, now)
    if too_long:
        log.warning("holds of a clock that was wrong put right", extra={"count": too_long})
    for hold in claimed:
        end_hold(here, hold)
    return len(claimed) > 0


def hold_terms(settings: RegistrationSettings) -> holds.HoldTerms:
    return holds.HoldTerms(timedelta(seconds=settings.hold_seconds), timedelta(seconds=settings.confirm_seconds))


def end_hold(here: RegistrationService, hold: holds.EndedHold) -> None:
    """Ask before freeing (design.md §4.3). Billing that cannot say keeps the places, up to the long grace."""
    state = _state_of_order(here, hold)
    now = here.clock()
    grace_over = now >= hold.hold_until + timedelta(seconds=here.settings.hold_grace_seconds)
    with here.db.write() as session:
        if state == "void" or (state == "unknown" and grace_over):
            release(session, hold.id, now)
        else:
            # Paid: its message confirms it in a moment. Unknown: asked again later.
            holds.check_later(session, hold.id, now)


def _state_of_order(here: RegistrationService, hold: holds.EndedHold) -> str:
    if hold.method != "card":
        return "void"  # An invoice that waited for its contact's confirmation has no order.
    try:
        return here.billing.close_order(hold.id).state
    except (Busy, SiblingRefused):
        return "unknown"


def housekeeping(here: RegistrationService) -> bool:
    """Forget answers to old requests, ids of old messages, attempts counted, logins long over and files of no use."""
    now = here.clock()
    with here.db.write() as session:
        idempotency.purge(session, now - KEEP_ANSWERS)
        mailbox.purge(session, now - KEEP_INBOX)
        staff.purge(session, now)
        strangers.purge(session, now)
        retrieval.purge(session, now)
        batches.purge(session, now)
        mailings.purge(session, now)
        rearrangements.purge(session, now)
        schedule.purge(session, now)
        imports.purge(session, now)
        mergers.follow(session, now)
        mergers.purge(session, now)
    put_tallies_right(here)
    put_arrears_right(here)
    # By itself: it locks the files it looks at.
    with here.db.write() as session:
        files.purge(session, now, files_in_use)
    return False


def put_tallies_right(here: RegistrationService) -> None:
    """Count anew what activities come to, where a copy of the release before, which kept no tally, wrote beside us."""
    with here.db.read() as session:
        wrong = drifted(session)
    for activity_id in wrong:
        with here.db.write() as session:
            if tallies.put_right(session, activity_id):
                log.warning("tally put right", extra={"activity_id": str(activity_id)})


def put_arrears_right(here: RegistrationService) -> None:
    """Write anew since when companies owe, where a copy of the release before, which did not, wrote beside us."""
    with here.db.read() as session:
        wrong = arrears_astray(session)
    for company_id in wrong:
        with here.db.write() as session:
            arrears.mark(session, [company_id])
        log.warning("arrears put right", extra={"company_id": str(company_id)})


def files_in_use(session: Session) -> set[uuid.UUID]:
    """The files that something of the database uses."""
    return set().union(*(used(session) for used in USES_OF_FILES))


def unfinished_work(db: Database, now: datetime, terms: holds.HoldTerms) -> dict[str, int]:
    """What is not finished yet."""
    over = sa.or_(column(Registration.hold_until) <= now, terms.impossible(now))
    count = sa.select(sa.func.count()).select_from(table(Registration)).where(holds.HELD, over)
    with db.read() as session:
        overdue = session.execute(count).scalar_one()
        waiting = mailbox.pending(session)
    return {**waiting, "inbox": 0, "holds_overdue": overdue, "refunds_in_flight": 0, "unreconciled": 0}


def figures(db: Database, now: datetime) -> list[Figure]:
    """What monitoring counts of signups, and how long the oldest message has waited, in seconds."""
    by_status = sa.select(column(Registration.status), sa.func.count()).group_by(column(Registration.status))
    with db.read() as session:
        counted = dict(session.execute(by_status).all())
        waits = mailbox.waits(session, now)
    signups = {status.value: counted.get(status, 0) for status in RegistrationStatus}
    return [
        Figure("guichet_registrations", "Signups, by what became of them", "status", signups),
        Figure("guichet_oldest_seconds", "Age of what has waited longest", "kind", waits),
    ]
