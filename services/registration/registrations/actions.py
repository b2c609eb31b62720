"""Verbs of a registration that stands: lock, confirm, release. Core statements, places taken last."""

import uuid
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import RefundOrder
from kit.contracts.callers import ANYONE, Caller
from kit.errors import NotFound
from kit.mailbox import post
from kit.sql import Values, column, table
from registration.catalog.codes.rules import CodeSpent, CodeUsedByCompany, CodeUsedUp
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus
from registration.history.actions import record
from registration.registrations.counters.actions import give_back, resources_of, take_places, use_code
from registration.registrations.models import Registration
from registration.registrations.models_rows import registration_row
from registration.registrations.queries import lines_of
from registration.registrations.rules import (
    NotInThisState,
    OnPayment,
    RegistrationStatus,
    SoldOut,
    may_confirm,
)
from registration.registrations.rules_rows import RegistrationRow, takes_of


def lock_registration(session: Session, registration_id: uuid.UUID) -> RegistrationRow:
    """The registration, locked until the end of the transaction. Raises NotFound."""
    registration = lock_if_known(session, registration_id)
    if registration is None:
        raise NotFound()
    return registration


def lock_if_known(session: Session, registration_id: uuid.UUID) -> RegistrationRow | None:
    """The registration, locked until the end of the transaction; nothing when the id is of something else."""
    query = sa.select(table(Registration)).where(column(Registration.id) == registration_id).with_for_update()
    row = session.execute(query).first()
    return registration_row(row) if row else None


def change(session: Session, registration: RegistrationRow, values: Values) -> RegistrationRow:
    """Write some columns of a registration that is locked; answers it as it stands then."""
    if not values:
        return registration
    session.execute(
        sa.update(table(Registration)).where(column(Registration.id) == registration.id).values(dict(values))
    )
    return replace(registration, **{column.key: value for column, value in values.items()})


def next_messages(session: Session, registration: RegistrationRow) -> RegistrationRow:
    """A new number for the next messages about this registration, so that each is said once."""
    return change(session, registration, {column(Registration.message_version): registration.message_version + 1})


def confirm_paid(
    session: Session, registration: RegistrationRow, now: datetime, there: bool = True
) -> RegistrationRow | None:
    """A payment arrived: confirm, or take the places again if the hold had ended; nothing when there is no room, or
    what it was for is not `there` any more.

    Confirmed already, or cancelled since (what goes back was decided then): nothing changes. It must be locked.
    """
    effect = may_confirm(registration.status)
    if effect is OnPayment.NOTHING:
        return registration
    orphaned = registration.amends_id is not None and not stands(session, registration.amends_id)
    gone = orphaned or not there
    if gone and effect is OnPayment.CONFIRM:
        release(session, registration.id, now)
    if gone or (effect is OnPayment.RETAKE and not _retake(session, registration)):
        refund = RefundOrder(amendment_id=registration.id, order_id=registration.id, reason="no_room")
        post(session, "billing", refund, now, registration.id)
        record(session, "registration", registration.id, "registration.paid_without_room", ANYONE, now)
        return None
    confirmed: Values = {
        column(Registration.status): RegistrationStatus.CONFIRMED,
        column(Registration.confirmed_at): now,
        column(Registration.ended_at): None,
        column(Registration.check_at): None,
    }
    changes = {"status": (registration.status.value, RegistrationStatus.CONFIRMED.value)}
    record(session, "registration", registration.id, "registration.confirmed", ANYONE, now, changes)
    return change(session, registration, confirmed)


def stands(session: Session, registration_id: uuid.UUID) -> bool:
    """Whether a registration that is amended still stands; locked, so that it does until the end."""
    return lock_registration(session, registration_id).status is RegistrationStatus.CONFIRMED


def _retake(session: Session, registration: RegistrationRow) -> bool:
    """The places of an ended hold, taken again if they are still there; none are for what was cancelled since, where
    nobody would give the money back."""
    status = sa.select(column(Activity.status)).where(column(Activity.id) == registration.activity_id)
    if session.execute(status.with_for_update()).scalar() is ActivityStatus.CANCELLED:
        return False
    lines = lines_of(session, registration.id)
    try:
        with session.begin_nested():
            use_code(session, registration, lines)
            take_places(session, registration, takes_of(lines, resources_of(session, registration.activity_id)))
    except (SoldOut, CodeUsedUp, CodeSpent, CodeUsedByCompany):
        return False
    return True


def release(session: Session, registration_id: uuid.UUID, now: datetime) -> bool:
    """The hold ended: give the places back. False when it was confirmed meanwhile."""
    ended: Values = {
        column(Registration.status): RegistrationStatus.EXPIRED,
        column(Registration.ended_at): now,
        column(Registration.check_at): None,
        column(Registration.balance): 0,
    }
    update = _held(registration_id).values(dict(ended)).returning(table(Registration))
    row = session.execute(update).first()
    if row is None:
        return False
    changes = {"status": (RegistrationStatus.HELD.value, RegistrationStatus.EXPIRED.value)}
    record(session, "registration", registration_id, "registration.expired", ANYONE, now, changes)
    give_back(session, registration_row(row), lines_of(session, registration_id))
    return True


def end_hold_now(session: Session, registration_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """The contact lets go: the hold ends at once, and the job asks billing before it frees anything.

    Raises NotInThisState unless the registration is held.
    """
    ended: Values = {column(Registration.hold_until): now, column(Registration.check_at): now}
    update = _held(registration_id).values(dict(ended)).returning(column(Registration.id))
    if session.execute(update).first() is None:
        raise NotInThisState()
    record(session, "registration", registration_id, "registration.let_go", by, now)


def _held(registration_id: uuid.UUID) -> sa.Update:
    held = column(Registration.status) == RegistrationStatus.HELD
    return sa.update(table(Registration)).where(column(Registration.id) == registration_id, held)
