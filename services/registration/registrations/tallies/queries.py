"""What activities come to: as it is kept, and counted anew."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.registrations.models import Attendee, Registration
from registration.registrations.rules import AttendeeStatus, RegistrationStatus
from registration.registrations.tallies.models import ActivityTally
from registration.registrations.tallies.rules import NOTHING, Tally

KEPT = sa.select(table(ActivityTally))
KEPT_OF = KEPT.where(column(ActivityTally.activity_id) == sa.bindparam("of"))


def tallies(session: Session) -> dict[uuid.UUID, Tally]:
    """What every activity comes to that anybody was ever confirmed for."""
    return {activity_id: Tally(*figures) for activity_id, *figures in session.execute(KEPT)}


def tally(session: Session, activity_id: uuid.UUID) -> Tally:
    """What one activity comes to."""
    row = session.execute(KEPT_OF, {"of": activity_id}).first()
    return Tally(*row[1:]) if row else NOTHING


def counted(session: Session, *only: sa.ColumnElement[bool]) -> dict[uuid.UUID, Tally]:
    """The same by activity, counted from the registrations themselves: all of them, or `only` some."""
    people = sa.select(sa.func.count()).select_from(table(Attendee))
    people = people.where(column(Attendee.registration_id) == column(Registration.id))
    people = people.where(column(Attendee.status) == AttendeeStatus.ACTIVE)
    unnamed = people.where(column(Attendee.sort_name) == "")
    left = column(Registration.total) - column(Registration.credited)
    unpaid = sa.and_(column(Registration.method) == "invoice", column(Registration.paid_at).is_(None))
    sums = (people.scalar_subquery(), unnamed.scalar_subquery(), left, sa.case((unpaid, left), else_=0))
    query = (
        sa.select(column(Registration.activity_id), sa.func.count(), *(sa.func.sum(one) for one in sums))
        .where(column(Registration.status) == RegistrationStatus.CONFIRMED, *only)
        .group_by(column(Registration.activity_id))
    )
    return {activity_id: Tally(*(int(one) for one in figures)) for activity_id, *figures in session.execute(query)}


def drifted(session: Session) -> dict[uuid.UUID, tuple[Tally, Tally]]:
    """The activities whose tally is not what their registrations say: as it is kept, and as it is counted. What is
    being written at this moment may seem so."""
    kept, fresh = tallies(session), counted(session)
    pairs = {id_: (kept.get(id_, NOTHING), fresh.get(id_, NOTHING)) for id_ in sorted({*kept, *fresh})}
    return {id_: (was, due) for id_, (was, due) in pairs.items() if was != due}
