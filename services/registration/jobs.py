"""What the clock does: deliver messages, end holds, forget what is old; and the checks staff can ask for."""

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from pydantic_core import from_json
from sqlmodel import Session, select

from kit import idempotency, mailbox
from kit.db import Database, column, table
from kit.errors import Busy
from kit.http import SiblingRefused
from kit.worker import GATHER, Loop
from registration.catalog.models import Code, Resource
from registration.registrations import actions as registrations_actions
from registration.registrations.models import Attendee, Registration, RegistrationLine
from registration.registrations.rules import AttendeeStatus, RegistrationStatus
from registration.service import RegistrationService
from registration.staff import actions as staff

HOUSEKEEPING_SECONDS = 3600.0
KEEP_ANSWERS = timedelta(days=7)
KEEP_INBOX = timedelta(days=90)
UNKNOWN_AGAIN = timedelta(seconds=60)


def loops(here: RegistrationService) -> list[Loop]:
    """The loops of this service's worker."""
    poll = here.settings.outbox_poll_seconds
    return [
        Loop("deliver", poll, here.postman.deliver, here.db.posted, GATHER),
        Loop("holds", poll, lambda: end_holds(here)),
        Loop("housekeeping", HOUSEKEEPING_SECONDS, lambda: housekeeping(here)),
    ]


def end_holds(here: RegistrationService) -> bool:
    """Ask billing about every hold that is over, then free what is void. True when there may be more."""
    now = here.clock()
    with here.db.read() as session:
        if not session.execute(_overdue(now).limit(1)).first():
            return False
    with here.db.write() as session:
        claimed = registrations_actions.ended_holds(session, now)
    for registration_id, hold_until in claimed:
        end_hold(here, registration_id, hold_until)
    return len(claimed) > 0


def end_hold(here: RegistrationService, registration_id: uuid.UUID, hold_until: datetime) -> None:
    """Ask before freeing (design.md §4.3). Billing that cannot say keeps the places, up to the long grace."""
    try:
        state = here.billing.close(registration_id).state
    except (Busy, SiblingRefused):
        state = "unknown"
    now = here.clock()
    grace_over = now >= hold_until + timedelta(seconds=here.settings.hold_grace_seconds)
    with here.db.write() as session:
        if state == "void" or (state == "unknown" and grace_over):
            registrations_actions.release(session, registration_id, now)
        else:
            # Paid: its message confirms it in a moment. Unknown: asked again later.
            registrations_actions.look_again(session, registration_id, now + UNKNOWN_AGAIN)


def housekeeping(here: RegistrationService) -> bool:
    """Forget answers to old requests, ids of old messages, attempts counted and logins long over."""
    now = here.clock()
    with here.db.write() as session:
        idempotency.purge(session, now - KEEP_ANSWERS)
        mailbox.purge(session, now - KEEP_INBOX)
        staff.purge(session, now)
    return False


def _overdue(now: datetime) -> sa.Select[uuid.UUID]:
    held = column(Registration.status) == RegistrationStatus.HELD
    return sa.select(column(Registration.id)).where(held, column(Registration.check_at) <= now)


def pending(db: Database, now: datetime) -> dict[str, int]:
    """What is not finished yet."""
    held = column(Registration.status) == RegistrationStatus.HELD
    over = sa.select(sa.func.count()).select_from(table(Registration))
    with db.read() as session:
        overdue = session.execute(over.where(held, column(Registration.hold_until) <= now)).scalar_one()
        waiting = mailbox.pending(session)
    return {**waiting, "inbox": 0, "holds_overdue": overdue, "refunds_in_flight": 0, "unreconciled": 0}


def invariants(db: Database) -> list[str]:
    """Every counter recomputed from the rows; each difference is a sentence for whoever runs the service."""
    with db.read(one_state=True) as session:
        return [*_resources(session), *_codes(session), *_tickets(session)]


STANDING = column(Registration.status).in_([RegistrationStatus.HELD, RegistrationStatus.CONFIRMED])
UNITS = column(RegistrationLine.quantity) - column(RegistrationLine.cancelled)


def _resources(session: Session) -> list[str]:
    """Taken = the uses of every line that stands, as the line itself keeps them: a product may be edited since.

    Grouped first by product and uses, so that it stays quick when it is large.
    """
    uses = sa.cast(column(RegistrationLine.uses), sa.Text)
    grouped = (
        sa.select(column(Registration.activity_id), uses, sa.func.sum(UNITS))
        .join(table(RegistrationLine), column(RegistrationLine.registration_id) == column(Registration.id))
        .where(STANDING)
        .group_by(column(Registration.activity_id), column(RegistrationLine.product_id), uses)
    )
    expected: dict[tuple[uuid.UUID, str], int] = {}
    for activity_id, text, units in session.execute(grouped):
        for key, count in from_json(text).items():
            place = (activity_id, key)
            expected[place] = expected.get(place, 0) + count * int(units)
    differences = []
    for resource in session.exec(select(Resource)):
        lines = expected.get((resource.activity_id, resource.key), 0)
        if lines != resource.taken:
            differences.append(f"resource {resource.id}: taken is {resource.taken}, its lines say {lines}")
    return differences


def _codes(session: Session) -> list[str]:
    """Used = the units that each code serves. One read for all codes: what it opened, else all when it lowered."""
    opened = sa.func.sum(sa.case((column(RegistrationLine.who) == "code", UNITS), else_=0))
    any_opened = sa.func.max(sa.case((column(RegistrationLine.who) == "code", 1), else_=0))
    served = (
        sa.select(
            column(Registration.code_id).label("code_id"),
            sa.case((any_opened == 1, opened), else_=sa.func.sum(UNITS)).label("units"),
        )
        .join(table(RegistrationLine), column(RegistrationLine.registration_id) == column(Registration.id))
        .where(STANDING, column(Registration.code_id).is_not(None))
        .group_by(column(Registration.id), column(Registration.code_id))
        .subquery()
    )
    totals = sa.select(served.c.code_id, sa.func.sum(served.c.units)).group_by(served.c.code_id)
    expected = {code_id: int(units) for code_id, units in session.execute(totals)}
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
