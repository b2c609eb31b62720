"""Places are reserved, their number and date changed, released: by staff or by the clock.

The row of the allotment is locked first and the resource's last, as whoever takes places does.
"""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.contracts.callers import ANYONE, Caller
from kit.db import new_id
from kit.errors import InvalidInput, NotFound
from kit.sql import column, table
from registration.catalog.actions import changed
from registration.catalog.allotments.models import Allotment
from registration.catalog.allotments.rules import (
    AllotmentBelowTaken,
    AllotmentReleased,
    Beneficiary,
    NotEnoughLeft,
    Reserving,
    check,
)
from registration.catalog.codes.models import Code
from registration.catalog.models import Resource
from registration.history.actions import record
from registration.history.rules import Change

# How many the clock releases in one transaction.
AT_ONCE = 50


def reserve(
    session: Session, resource_id: uuid.UUID, new: Reserving, who: Beneficiary, by: Caller, now: datetime
) -> uuid.UUID:
    """Keep units of a resource for somebody; the id of the allotment.

    Raises NotFound, InvalidInput (a code of another activity too), NotEnoughLeft with how many are left.
    """
    check(new, now)
    resource = session.get(Resource, resource_id)
    if resource is None:
        raise NotFound()
    code = session.get(Code, who.code_id) if who.code_id else None
    if who.code_id and (code is None or code.activity_id != resource.activity_id):
        raise InvalidInput({"code": "problem.allotment_code"})
    row = Allotment(
        id=new_id(),
        activity_id=resource.activity_id,
        resource_id=resource_id,
        label=new.label,
        code_id=who.code_id,
        company_id=who.company_id,
        units=new.units,
        release_at=new.release_at,
    )
    # The activity first, as whoever saves a section: the new row names its resource, which holds that one a little.
    changed(session, row.activity_id)
    session.add(row)
    session.flush()
    told = {"allotment": Change(None, new.label), "allotment_units": Change(None, new.units)}
    record(session, "activity", row.activity_id, "activity.places_reserved", by, now, told)
    _move(session, resource_id, new.units)
    return row.id


def change(session: Session, allotment_id: uuid.UUID, new: Reserving, by: Caller, now: datetime) -> None:
    """Keep more units, or fewer, under another name, or until another date.

    Raises NotFound, InvalidInput, AllotmentReleased, AllotmentBelowTaken, NotEnoughLeft.
    """
    row = _locked(session, allotment_id)
    check(new, now)
    if new.units < row.taken:
        raise AllotmentBelowTaken("units", taken=row.taken)
    more = new.units - row.units
    changes = {
        "allotment": Change(row.label, new.label),
        "allotment_units": Change(row.units, new.units),
        "allotment_release_at": Change(row.release_at, new.release_at),
    }
    row.label, row.units, row.release_at = new.label, new.units, new.release_at
    session.add(row)
    session.flush()
    changed(session, row.activity_id)
    record(session, "activity", row.activity_id, "activity.allotment_changed", by, now, changes)
    _move(session, row.resource_id, more)


def release(session: Session, allotment_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """What was not taken of it goes on sale to all; what was taken stays. Raises NotFound, AllotmentReleased."""
    row = _locked(session, allotment_id)
    freed = row.units - row.taken
    row.released_at = now
    session.add(row)
    session.flush()
    changed(session, row.activity_id)
    told = {"allotment": Change(None, row.label), "allotment_units": Change(None, freed)}
    record(session, "activity", row.activity_id, "activity.places_released", by, now, told)
    _move(session, row.resource_id, -freed)


def release_due(session: Session, now: datetime) -> int:
    """Release what the clock releases, a batch at a time; how many there were. What another process has in hand is left
    to it."""
    due = (col(Allotment.released_at).is_(None), col(Allotment.release_at) <= now)
    query = select(Allotment.id).where(*due).order_by(col(Allotment.id)).limit(AT_ONCE)
    ids = session.exec(query.with_for_update(skip_locked=True)).all()
    for allotment_id in ids:
        release(session, allotment_id, ANYONE, now)
    return len(ids)


def _locked(session: Session, allotment_id: uuid.UUID) -> Allotment:
    query = select(Allotment).where(Allotment.id == allotment_id).with_for_update()
    row = session.exec(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound()
    if row.released_at is not None:
        raise AllotmentReleased()
    return row


def _move(session: Session, resource_id: uuid.UUID, units: int) -> None:
    """So many units more are reserved, or fewer. Raises NotEnoughLeft: the database would refuse it too."""
    reserved, taken, capacity = column(Resource.reserved), column(Resource.taken), column(Resource.capacity)
    update = sa.update(table(Resource)).where(column(Resource.id) == resource_id)
    fits = update.where(taken + reserved + units <= capacity).values({reserved: reserved + units})
    if session.execute(fits.returning(column(Resource.id))).first() is None:
        left = session.execute(sa.select(capacity - taken - reserved).where(column(Resource.id) == resource_id))
        raise NotEnoughLeft("units", left=left.scalar_one())
