"""Whatever moves an entry in people's calendars says so here, in the transaction that moves it."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import Values, column, insert_once, named, table
from registration.catalog.calendars.models import WithdrawnSession
from registration.catalog.models import Activity, ActivitySession


def moved(session: Session, activity_id: uuid.UUID) -> None:
    """The title, the dates, the place or the state of an activity are no longer as they were: calendars move its
    entries. The caller has told `catalog.actions.changed`, which is what makes pages read it anew."""
    sequence = column(Activity.calendar_sequence)
    of = column(Activity.id) == activity_id
    session.execute(sa.update(table(Activity)).where(of).values({sequence: sequence + 1}))


def withdraw(session: Session, row: ActivitySession) -> None:
    """Take a session out, and remember what calendars hold of it."""
    gone: Values = {
        column(WithdrawnSession.id): row.id,
        column(WithdrawnSession.activity_id): row.activity_id,
        column(WithdrawnSession.starts_at): row.starts_at,
        column(WithdrawnSession.ends_at): row.ends_at,
    }
    insert_once(session, table(WithdrawnSession), named(gone), column(WithdrawnSession.id))
    session.delete(row)


def restored(session: Session, session_id: uuid.UUID) -> None:
    """A session that was taken out is there again, under the id it had."""
    session.execute(sa.delete(table(WithdrawnSession)).where(column(WithdrawnSession.id) == session_id))
