"""What the clock does: deliver messages, end holds, forget what is old; and the checks staff can ask for."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit import idempotency, mailbox
from kit.db import Database
from kit.errors import Busy
from kit.http import SiblingRefused
from kit.worker import GATHER, Loop
from registration.catalog.models import Product
from registration.registrations import actions as registrations_actions
from registration.registrations.actions import registrations
from registration.staff import actions as staff

HOUSEKEEPING_SECONDS = 3600.0
KEEP_ANSWERS = timedelta(days=7)
KEEP_INBOX = timedelta(days=90)
UNKNOWN_AGAIN = timedelta(seconds=60)


def loops(here: Any) -> list[Loop]:
    """The loops of this service's worker."""
    poll = here.settings.outbox_poll_seconds
    return [
        Loop("deliver", poll, here.postman.deliver, here.db.posted, GATHER),
        Loop("holds", poll, lambda: end_holds(here)),
        Loop("housekeeping", HOUSEKEEPING_SECONDS, lambda: housekeeping(here)),
    ]


def end_holds(here: Any) -> bool:
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


def end_hold(here: Any, registration_id: Any, hold_until: datetime) -> None:
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
            update = registrations.update().where(
                registrations.c.id == registration_id, registrations.c.status == "held"
            )
            session.execute(update.values(check_at=now + UNKNOWN_AGAIN))


def housekeeping(here: Any) -> bool:
    """Forget answers to old requests, ids of old messages, attempts counted and logins long over."""
    now = here.clock()
    with here.db.write() as session:
        idempotency.purge(session, now - KEEP_ANSWERS)
        mailbox.purge(session, now - KEEP_INBOX)
        staff.purge(session, now)
    return False


def _overdue(now: datetime) -> Any:
    return sa.select(registrations.c.id).where(registrations.c.status == "held", registrations.c.check_at <= now)


def pending(db: Database, now: datetime) -> dict[str, int]:
    """What is not finished yet."""
    with db.read() as session:
        held = registrations.c.status == "held"
        over = sa.select(sa.func.count()).select_from(registrations).where(held, registrations.c.hold_until <= now)
        overdue = session.execute(over).scalar_one()
        waiting = mailbox.pending(session)
    return {**waiting, "inbox": 0, "holds_overdue": overdue, "refunds_in_flight": 0, "unreconciled": 0}


def invariants(db: Database) -> list[str]:
    """Every counter recomputed from the rows; each difference is a sentence for whoever runs the service."""
    with db.read(one_state=True) as session:
        return [*_resources(session), *_codes(session), *_tickets(session)]


def _resources(session: Session) -> list[str]:
    """Taken = the uses of every line that stands. Grouped first by product, so that it stays quick when it is large."""
    counted: dict[tuple[Any, str], int] = {}
    product: Any = Product.__table__  # type: ignore[attr-defined]
    line = registrations_actions.lines_table
    standing = registrations.c.status.in_(["held", "confirmed"])
    units = sa.func.sum(line.c.quantity - line.c.cancelled).label("units")
    grouped = (
        sa.select(line.c.product_id, units)
        .join(registrations, registrations.c.id == line.c.registration_id)
        .where(standing)
        .group_by(line.c.product_id)
        .subquery()
    )
    for row in session.execute(sa.select(product.c.activity_id, product.c.uses, grouped.c.units).join(grouped)):
        for key, count in row.uses.items():
            place = (row.activity_id, key)
            counted[place] = counted.get(place, 0) + count * int(row.units)
    found = []
    for resource in session.execute(sa.select(registrations_actions.resources)):
        expected = counted.get((resource.activity_id, resource.key), 0)
        if expected != resource.taken:
            found.append(f"resource {resource.id}: taken is {resource.taken}, its lines say {expected}")
    return found


def _codes(session: Session) -> list[str]:
    found = []
    for code in session.execute(sa.select(registrations_actions.codes)):
        query = sa.select(registrations.c.id).where(
            registrations.c.code_id == code.id, registrations.c.status.in_(["held", "confirmed"])
        )
        ids = session.execute(query).scalars().all()
        expected = sum(registrations_actions.code_units(registrations_actions.lines_of(session, one)) for one in ids)
        if expected != code.used:
            found.append(f"code {code.id}: used is {code.used}, its registrations say {expected}")
    return found


def _tickets(session: Session) -> list[str]:
    """A line's standing units bring exactly as many active attendees; a cancelled registration brings none."""
    attendee, line = registrations_actions.attendees_table, registrations_actions.lines_table
    active = sa.func.count().filter(attendee.c.status == "active")
    per_line = sa.select(attendee.c.line_id, active.label("active")).group_by(attendee.c.line_id).subquery()
    partly = sa.and_(line.c.attendees > 1, per_line.c.active < line.c.attendees * (line.c.quantity - line.c.cancelled))
    expected = line.c.attendees * (line.c.quantity - line.c.cancelled)
    query = (
        sa.select(line.c.id, per_line.c.active, expected.label("expected"))
        .join(per_line, per_line.c.line_id == line.c.id)
        .where(per_line.c.active != expected, sa.not_(partly))
    )
    return [
        f"line {row.id}: {row.active} active attendees, its units bring {row.expected}"
        for row in session.execute(query)
    ]
