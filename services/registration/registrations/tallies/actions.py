"""Keep what activities come to, in the transaction that changes it. Core statements, on the row that is locked last.

Whoever moves a tally holds the registration already, and the places: code, allotments and resources come before it.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, insert_once, table
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus
from registration.registrations.models import Registration
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_rows import RegistrationRow
from registration.registrations.tallies.models import ActivityTally
from registration.registrations.tallies.queries import counted, tally
from registration.registrations.tallies.rules import NOTHING, Tally

# Built once: what is fixed of a statement costs more to build than to run. Its answer saves a signup a round trip.
STATUS = sa.select(column(Activity.status)).where(column(Activity.id) == sa.bindparam("of")).scalar_subquery()
MOVED_AT = sa.select(column(Activity.moved_at)).where(column(Activity.id) == sa.bindparam("of")).scalar_subquery()
FIGURES = (
    column(ActivityTally.registrations),
    column(ActivityTally.people),
    column(ActivityTally.unnamed),
    column(ActivityTally.expected),
    column(ActivityTally.owed),
)
COUNT = (
    sa.update(table(ActivityTally))
    .where(column(ActivityTally.activity_id) == sa.bindparam("of"))
    .values({figure: figure + sa.bindparam(f"more_{figure.key}") for figure in FIGURES})
    .returning(STATUS, MOVED_AT)
)


@dataclass(frozen=True)
class Stands:
    """How an activity stands: its state, and when it was last moved to another date."""

    status: ActivityStatus
    moved_at: datetime | None


def count(session: Session, activity_id: uuid.UUID, more: Tally) -> Stands:
    """Add to what an activity comes to; answers how it stands. The database refuses a negative count."""
    parameters = {"of": activity_id, **{f"more_{name}": value for name, value in asdict(more).items()}}
    row = session.connection().execute(COUNT, parameters).first()
    if row is None:
        # The first of all. Of two at once, one finds the row of the other.
        key = column(ActivityTally.activity_id)
        insert_once(session, table(ActivityTally), {key.key: activity_id, **asdict(NOTHING)}, key, [key.key])
        row = session.connection().execute(COUNT, parameters).one()
    return Stands(*row)


@contextmanager
def counting(session: Session, registrations: Sequence[RegistrationRow]) -> Iterator[None]:
    """Whatever the block does to these registrations and their people is counted at its end, as the last thing.

    They must be locked, so that nobody else changes them meanwhile.
    """
    mine = column(Registration.id).in_([one.id for one in registrations])
    was_any = any(one.status is RegistrationStatus.CONFIRMED for one in registrations)
    before = counted(session, mine) if was_any else {}
    yield
    after = counted(session, mine)
    for activity_id in sorted({*before, *after}):
        if more := after.get(activity_id, NOTHING) - before.get(activity_id, NOTHING):
            count(session, activity_id, more)


def put_right(session: Session, activity_id: uuid.UUID) -> bool:
    """Count an activity anew and keep that; whether it was different.

    A copy of the release before keeps no tally, and may have run beside this one. Whoever adds to a tally has written
    the registrations before and waits for its row: what they write is either counted here, or added after.
    """
    count(session, activity_id, NOTHING)
    right = counted(session, column(Registration.activity_id) == activity_id).get(activity_id, NOTHING)
    more = right - tally(session, activity_id)
    if more:
        count(session, activity_id, more)
    return bool(more)
