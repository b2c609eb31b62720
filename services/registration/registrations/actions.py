"""Verbs of a registration that stands: take, lock, confirm, release. Core statements, places taken last."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit.auth import ANYONE, Caller
from kit.contracts import RefundOrder
from kit.mailbox import post
from registration.catalog.models import Code, Resource
from registration.history.actions import record
from registration.registrations.models import Answer, Attendee, Registration, RegistrationLine
from registration.registrations.rules import (
    CodeUsedUp,
    NotInThisState,
    RegistrationStatus,
    Row,
    SoldOut,
    may_confirm,
    takes_of,
)

registrations: Any = Registration.__table__  # type: ignore[attr-defined]


lines_table: Any = RegistrationLine.__table__  # type: ignore[attr-defined]


attendees_table: Any = Attendee.__table__  # type: ignore[attr-defined]


answers_table: Any = Answer.__table__  # type: ignore[attr-defined]


resources: Any = Resource.__table__  # type: ignore[attr-defined]


codes: Any = Code.__table__  # type: ignore[attr-defined]


# The statements of the hot path, built once: what is fixed of a statement costs more to build than to run.
TAKE = (
    sa.update(resources)
    .where(resources.c.id == sa.bindparam("of"), resources.c.taken + sa.bindparam("units") <= resources.c.capacity)
    .values(taken=resources.c.taken + sa.bindparam("units"))
    .returning(resources.c.id)
)


USE_CODE = (
    sa.update(codes)
    .where(codes.c.id == sa.bindparam("of"), codes.c.used + sa.bindparam("units") <= codes.c.max_units)
    .values(used=codes.c.used + sa.bindparam("units"))
    .returning(codes.c.id)
)


LINES = (
    sa.select(lines_table).where(lines_table.c.registration_id == sa.bindparam("of")).order_by(lines_table.c.position)
)


ATTENDEES = (
    sa.select(attendees_table)
    .where(attendees_table.c.registration_id == sa.bindparam("of"))
    .order_by(attendees_table.c.position)
)


# How long the end of a hold is left to one process before another may look at it.
HOLD_LEASE = timedelta(seconds=30)


def take(session: Session, takes: Sequence[tuple[uuid.UUID, int]]) -> None:
    """Take units of resources, in id order; the last statements of the transaction. Raises SoldOut."""
    for resource, units in takes:
        if session.execute(TAKE, {"of": resource, "units": units}).first() is None:
            raise SoldOut()


def give_back(session: Session, takes: Sequence[tuple[uuid.UUID, int]]) -> None:
    """Free units of resources. The database refuses a negative count: nothing is clamped."""
    for resource, units in takes:
        update = sa.update(resources).where(resources.c.id == resource)
        session.execute(update.values(taken=resources.c.taken - units))


def _use_code(session: Session, code: uuid.UUID, units: int) -> None:
    if session.execute(USE_CODE, {"of": code, "units": units}).first() is None:
        raise CodeUsedUp(field="code")


def locked(session: Session, registration_id: uuid.UUID) -> Row | None:
    """The registration's row, locked until the end of the transaction."""
    query = sa.select(registrations).where(registrations.c.id == registration_id).with_for_update()
    row = session.execute(query).first()
    return dict(row._mapping) if row else None


def lines_of(session: Session, registration_id: uuid.UUID) -> list[Row]:
    return [dict(row._mapping) for row in session.execute(LINES, {"of": registration_id})]


def attendees_of(session: Session, registration_id: uuid.UUID) -> list[Row]:
    return [dict(row._mapping) for row in session.execute(ATTENDEES, {"of": registration_id})]


def takes_of_registration(session: Session, registration: Mapping[str, Any]) -> list[tuple[uuid.UUID, int]]:
    """What a registration takes of its activity's resources, as it stands."""
    query = sa.select(resources.c.key, resources.c.id).where(resources.c.activity_id == registration["activity_id"])
    ids = {row.key: row.id for row in session.execute(query)}
    return takes_of(lines_of(session, registration["id"]), ids)


def confirm_paid(session: Session, registration: Row, now: datetime) -> bool:
    """A payment arrived: confirm, or take the places again if the hold had ended. False when there is no room.

    Confirmed already, or cancelled since: nothing changes. `registration` must be locked.
    """
    decision = may_confirm(registration["status"])
    if decision == "nothing":
        return True
    if decision == "retake" and not _retake(session, registration):
        order = registration["id"]
        refund = RefundOrder(amendment_id=order, order_id=order, reason="no_room")
        post(session, "billing", refund, now, order)
        record(session, "registration", order, "registration.paid_without_room", ANYONE, now)
        return False
    change = {"status": RegistrationStatus.CONFIRMED, "confirmed_at": now, "ended_at": None, "check_at": None}
    session.execute(registrations.update().where(registrations.c.id == registration["id"]).values(change))
    registration.update(change)
    changes = {"status": (decision_from(decision), "confirmed")}
    record(session, "registration", registration["id"], "registration.confirmed", ANYONE, now, changes)
    return True


def decision_from(decision: str) -> str:
    """The state a confirmation comes from, for history."""
    return "held" if decision == "confirm" else "expired"


def _retake(session: Session, registration: Row) -> bool:
    """The places of an ended hold, taken again if they are still there."""
    try:
        with session.begin_nested():
            if registration["code_id"]:
                _use_code(session, registration["code_id"], code_units(lines_of(session, registration["id"])))
            take(session, takes_of_registration(session, registration))
    except (SoldOut, CodeUsedUp):
        return False
    return True


def code_units(lines: Sequence[Row]) -> int:
    """Units that a code served: those it opened, or all when it lowered prices."""
    opened = [line for line in lines if line["who"] == "code"]
    return sum(line["quantity"] - line["cancelled"] for line in (opened or lines))


def release(session: Session, registration_id: uuid.UUID, now: datetime) -> bool:
    """The hold ended: give the places back. False when it was confirmed meanwhile."""
    where = (registrations.c.id == registration_id, registrations.c.status == RegistrationStatus.HELD)
    change = {"status": RegistrationStatus.EXPIRED, "ended_at": now, "check_at": None}
    update = registrations.update().where(*where).values(change).returning(registrations)
    row = session.execute(update).first()
    if row is None:
        return False
    registration = dict(row._mapping)
    if registration["code_id"]:
        units = code_units(lines_of(session, registration_id))
        session.execute(codes.update().where(codes.c.id == registration["code_id"]).values(used=codes.c.used - units))
    changes = {"status": ("held", "expired")}
    record(session, "registration", registration_id, "registration.expired", ANYONE, now, changes)
    give_back(session, takes_of_registration(session, registration))
    return True


def end_hold_now(session: Session, registration_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """The contact lets go: the hold ends at once, and the job asks billing before it frees anything.

    Raises NotInThisState unless the registration is held.
    """
    where = (registrations.c.id == registration_id, registrations.c.status == RegistrationStatus.HELD)
    update = registrations.update().where(*where).values(hold_until=now, check_at=now).returning(registrations.c.id)
    if session.execute(update).first() is None:
        raise NotInThisState()
    record(session, "registration", registration_id, "registration.let_go", by, now)


def ended_holds(session: Session, now: datetime, limit: int = 20) -> list[tuple[uuid.UUID, datetime]]:
    """Claim holds whose end has come: (id, hold_until). Another process leaves them alone for HOLD_LEASE."""
    due = registrations.c.check_at <= now
    query = sa.select(registrations.c.id).where(registrations.c.status == RegistrationStatus.HELD, due)
    ids = session.execute(query.order_by(registrations.c.check_at).limit(limit).with_for_update(skip_locked=True))
    update = registrations.update().where(registrations.c.id.in_([row.id for row in ids]))
    claimed = update.values(check_at=now + HOLD_LEASE).returning(registrations.c.id, registrations.c.hold_until)
    return [(row.id, row.hold_until) for row in session.execute(claimed)]
