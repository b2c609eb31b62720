"""What the clock does: deliver messages, end holds, forget what is old; and the checks staff can ask for."""

import logging
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlmodel import Session, select

from kit import idempotency, mailbox
from kit.db import Database
from kit.errors import Busy
from kit.http import SiblingRefused
from kit.sql import column, table
from kit.worker import GATHER, Loop
from registration.catalog.models import Code, Resource
from registration.privacy.flows_retention import forget
from registration.registrations import actions_holds as holds
from registration.registrations.actions import release
from registration.registrations.models import Attendee, Registration, RegistrationLine
from registration.registrations.rules import AttendeeStatus, RegistrationStatus
from registration.registrations.rules_rows import code_units
from registration.service import RegistrationService
from registration.settings import RegistrationSettings
from registration.staff import actions as staff
from registration.strangers import actions as strangers

HOUSEKEEPING_SECONDS = 3600.0
KEEP_ANSWERS = timedelta(days=7)
KEEP_INBOX = timedelta(days=90)
log = logging.getLogger("guichet.jobs")


def loops(here: RegistrationService) -> list[Loop]:
    """The loops of this service's worker."""
    poll = here.settings.outbox_poll_seconds
    return [
        Loop("deliver", poll, here.postman.deliver, here.db.posted, GATHER),
        Loop("holds", poll, lambda: end_holds(here)),
        Loop("housekeeping", HOUSEKEEPING_SECONDS, lambda: housekeeping(here)),
        # Every hour, so that what has a day is gone in its first hours, whatever the time zone.
        Loop("forget", HOUSEKEEPING_SECONDS, lambda: forget(here)),
    ]


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
    """Forget answers to old requests, ids of old messages, attempts counted and logins long over."""
    now = here.clock()
    with here.db.write() as session:
        idempotency.purge(session, now - KEEP_ANSWERS)
        mailbox.purge(session, now - KEEP_INBOX)
        staff.purge(session, now)
        strangers.purge(session, now)
    return False


def unfinished_work(db: Database, now: datetime, terms: holds.HoldTerms) -> dict[str, int]:
    """What is not finished yet."""
    over = sa.or_(column(Registration.hold_until) <= now, terms.impossible(now))
    count = sa.select(sa.func.count()).select_from(table(Registration)).where(holds.HELD, over)
    with db.read() as session:
        overdue = session.execute(count).scalar_one()
        waiting = mailbox.pending(session)
    return {**waiting, "inbox": 0, "holds_overdue": overdue, "refunds_in_flight": 0, "unreconciled": 0}


def invariants(db: Database) -> list[str]:
    """Every counter recomputed from the rows; each difference is a sentence for whoever runs the service."""
    with db.read(one_state=True) as session:
        return [*_resources(session), *_codes(session), *_tickets(session)]


STANDING = column(Registration.status).in_([RegistrationStatus.HELD, RegistrationStatus.CONFIRMED])
# What a line uses: units of each resource, by its key.
USES = TypeAdapter(dict[str, int])
UNITS = column(RegistrationLine.quantity) - column(RegistrationLine.cancelled)


def _resources(session: Session) -> list[str]:
    """Taken = the uses of every line that stands, as the line itself keeps them: a product may be edited since.

    Grouped by activity and uses in the database, so that it stays quick when it is large.
    """
    uses = sa.cast(column(RegistrationLine.uses), sa.Text)
    grouped = (
        select(column(Registration.activity_id), uses, sa.func.sum(UNITS))
        .join(table(RegistrationLine), column(RegistrationLine.registration_id) == column(Registration.id))
        .where(STANDING)
        .group_by(column(Registration.activity_id), uses)
    )
    expected: dict[tuple[uuid.UUID, str], int] = {}
    for activity_id, text, units in session.exec(grouped):
        for key, count in USES.validate_json(text).items():
            place = (activity_id, key)
            expected[place] = expected.get(place, 0) + count * int(units)
    differences = []
    for resource in session.exec(select(Resource)):
        lines = expected.get((resource.activity_id, resource.key), 0)
        if lines != resource.taken:
            differences.append(f"resource {resource.id}: taken is {resource.taken}, its lines say {lines}")
    return differences


def _codes(session: Session) -> list[str]:
    """Used = the units that each code serves in the registrations that stand. One read for all of them."""
    grouped = (
        select(column(Registration.code_id), column(Registration.id), column(RegistrationLine.who), sa.func.sum(UNITS))
        .join(table(RegistrationLine), column(RegistrationLine.registration_id) == column(Registration.id))
        .where(STANDING, column(Registration.code_id).is_not(None))
        .group_by(column(Registration.code_id), column(Registration.id), column(RegistrationLine.who))
    )
    lines: dict[tuple[uuid.UUID | None, uuid.UUID], list[tuple[str, int]]] = {}
    for code_id, registration_id, who, units in session.exec(grouped):
        lines.setdefault((code_id, registration_id), []).append((who, int(units)))
    expected: dict[uuid.UUID | None, int] = {}
    for (code_id, _), of_registration in lines.items():
        expected[code_id] = expected.get(code_id, 0) + code_units(of_registration)
    return [
        f"code {code.id}: used is {code.used}, its registrations say {expected.get(code.id, 0)}"
        for code in session.exec(select(Code))
        if code.used != expected.get(code.id, 0)
    ]


def _tickets(session: Session) -> list[str]:
    """A line's standing units bring exactly as many active attendees; a cancelled registration brings none."""
    active = sa.func.count().filter(column(Attendee.status) == AttendeeStatus.ACTIVE).label("active")
    per_line = sa.select(column(Attendee.line_id), active).group_by(column(Attendee.line_id)).subquery()
    each = column(RegistrationLine.attendees)
    expected = each * UNITS
    partly = sa.and_(each > 1, per_line.c.active < expected)
    query = (
        sa.select(column(RegistrationLine.id), per_line.c.active, expected)
        .join(per_line, per_line.c.line_id == column(RegistrationLine.id))
        .where(per_line.c.active != expected, sa.not_(partly))
    )
    return [
        f"line {line}: {there} active attendees, its units bring {due}" for line, there, due in session.execute(query)
    ]
